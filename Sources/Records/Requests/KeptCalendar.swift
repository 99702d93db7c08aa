import OpenSSL

/// A calendar as it was used: everything from which it is built
/// again, whatever becomes of files and clocks.
public struct KeptCalendar: Hashable, Sendable {
    /// SHA-256 of all the rest, in hexadecimal.
    public let hash: String
    /// IANA name.
    public let timeZone: String
    /// The changes of clocks that were known: see `ZoneTable.changes`.
    public let clockChanges: String
    /// The text of its file.
    public let source: String

    public init(timeZone: String, clockChanges: String, source: String) throws {
        // A name and numbers hold no line breaks, so that no two calendars are one text.
        hash = try SHA256.digest(of: Array("\(timeZone)\n\(clockChanges)\n\(source)".utf8)).hex
        self.timeZone = timeZone
        self.clockChanges = clockChanges
        self.source = source
    }
}
