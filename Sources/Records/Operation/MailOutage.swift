public import Basics

/// Since when the mail server cannot be reached, as all processes of an installation know it.
///
/// While it lasts one mail at a time asks whether the server is back; the others wait without a try.
public struct MailOutage: Sendable, Hashable {
    public let since: Timestamp
    /// When the next mail may try.
    public let probeAt: Timestamp
    /// Mails that found the server away, one after the other.
    public let failures: Int
    /// What the last of them met.
    public let why: String

    /// Of the note in the store; an empty one means that the server answers.
    public static let note = "mail.outage"

    fileprivate var text: String { "\(since.milliseconds) \(probeAt.milliseconds) \(failures) \(why)" }

    fileprivate init?(text: String) {
        let parts = text.split(separator: " ", maxSplits: 3).map(String.init)
        guard parts.count >= 3, let since = Int64(parts[0]), let probeAt = Int64(parts[1]),
            let failures = Int(parts[2])
        else { return nil }
        self.since = Timestamp(milliseconds: since)
        self.probeAt = Timestamp(milliseconds: probeAt)
        self.failures = failures
        why = parts.count == 4 ? parts[3] : ""
    }

    public init(since: Timestamp, probeAt: Timestamp, failures: Int, why: String) {
        self.since = since
        self.probeAt = probeAt
        self.failures = failures
        self.why = why
    }
}

extension NoteSnapshot {
    /// Nil while the mail server answers, as far as anybody has tried.
    public func mailOutage() throws -> MailOutage? { try note(MailOutage.note).flatMap(MailOutage.init(text:)) }
}

extension NoteTransaction {
    public func setMailOutage(_ outage: MailOutage?) throws { try setNote(MailOutage.note, outage?.text ?? "") }
}
