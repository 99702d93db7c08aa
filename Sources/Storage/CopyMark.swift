import Basics

/// Which end of a copy a database is, as `usher copy` writes it there before anything else.
///
/// A note of the database itself, and none of the installation: no copy takes it along.
public struct CopyMark: Hashable, Sendable {
    public enum End: String, Sendable {
        /// What is copied: nobody writes, so that it stays the same until the copy is whole.
        case source
        /// Half a copy, or one that was not verified yet: nobody but the copy itself may trust it.
        case destination
        /// What was copied: its copy has taken its place.
        case moved
    }

    public let end: End
    /// The same at both ends of a copy, and at no other.
    public let id: String
    /// How the other end is called.
    public let place: String

    static let note = "copy"
    /// Of the table `note`: what belongs to the installation.
    static let otherNotes: SQL = "name <> 'copy'"
}

/// As it stands in the note: three words, of which the last may have blanks.
extension CopyMark {
    var text: String { "\(end.rawValue) \(id) \(place)" }

    /// - Throws: `UnreadableRow` for what no copy wrote.
    init(text: String) throws {
        let words = text.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count == 3, let end = End(rawValue: words[0]) else { throw UnreadableRow(column: 0, text: text) }
        self.init(end: end, id: words[1], place: words[2])
    }

    /// That of a database; nil for one that nobody copies.
    init?(in connection: some SQLConnection) throws {
        guard let text = try SQLTransaction(connection: connection).note(Self.note) else { return nil }
        try self.init(text: text)
    }

    func write(to connection: some SQLConnection) throws {
        try SQLTransaction(connection: connection).setNote(Self.note, text)
    }

    static func remove(from connection: some SQLConnection) throws {
        try SQLTransaction(connection: connection).removeNote(note)
    }
}

extension CopyMark {
    /// - Parameter isNewest: whether the database can be read as it is.
    /// - Throws: `Fault.Code.unavailable` unless a program may at least read it.
    func requireUse(isNewest: Bool) throws {
        guard end == .source, isNewest else { throw refusal }
    }

    /// For whoever opens the database, and may know where the other one is.
    var refusal: Fault {
        switch end {
        case .source: refusalToWrite
        case .destination:
            Fault(
                .unavailable,
                "This database is a copy of \(place) that is not complete: run the same usher copy again, "
                    + "or drop this database and release the other one (usher copy --release).")
        case .moved:
            Fault(
                .unavailable,
                "This installation has moved to \(place): set database.url accordingly, "
                    + "or release this old database (usher copy --release).")
        }
    }

    /// For whoever is at work when nothing can be written any more.
    var refusalToWrite: Fault {
        switch end {
        case .source:
            Fault(
                .unavailable,
                "This installation is being copied to another database, and can only be read meanwhile. "
                    + "Nothing was changed; try again in a few minutes.", retryAfterSeconds: 60)
        case .destination: refusal
        case .moved:
            Fault(
                .unavailable,
                "This installation has moved to another database. "
                    + "Nothing was changed; whoever operates it must start it there.", retryAfterSeconds: 60)
        }
    }
}
