package import Basics
import OpenSSL

/// Since when the mail server cannot be reached, as all processes of an installation know it.
///
/// While it lasts one mail at a time asks whether the server is back; the others wait without a try.
package struct MailOutage: Sendable, Hashable {
    package let since: Timestamp
    /// When the next mail may try.
    package let probeAt: Timestamp
    /// Mails that found the server away, one after the other.
    package let failures: Int
    /// What the last of them met.
    package let why: String

    /// Of the note in the store; an empty one means that the server answers.
    static let note = "mail.outage"

    /// A probe costs a connection: from ten seconds to ten minutes.
    static let longestPauseSeconds: Int64 = 600

    /// The outage that goes on, or begins, with a failure now.
    static func after(_ former: MailOutage?, _ why: String, at now: Timestamp) throws -> MailOutage {
        // Several that were under way when it began are one failure.
        if let former, now < former.probeAt { return former }
        let failures = (former?.failures ?? 0) + 1
        let pause = try MailPause.milliseconds(afterTry: failures, longest: longestPauseSeconds, of: "outage")
        return MailOutage(
            since: former?.since ?? now, probeAt: now.adding(milliseconds: pause), failures: failures, why: why)
    }

    /// The same outage, with the next question at an instant.
    func asking(at instant: Timestamp) -> MailOutage {
        MailOutage(since: since, probeAt: min(probeAt, instant), failures: failures, why: why)
    }

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

    private init(since: Timestamp, probeAt: Timestamp, failures: Int, why: String) {
        self.since = since
        self.probeAt = probeAt
        self.failures = failures
        self.why = why
    }
}

/// How long a mail waits for its next try.
enum MailPause {
    /// 10 s, 20 s, 40 s, …, and up to a quarter more, so that what failed together does not come back together.
    ///
    /// Chance that the key decides: a test, and a second process, find the same.
    static func milliseconds(afterTry tries: Int, longest seconds: Int64, of key: String) throws -> Int64 {
        let base = min(10_000 << Int64(min(max(tries - 1, 0), 20)), seconds * 1000)
        let digest = try SHA256.digest(of: Array("\(key)/\(tries)".utf8))
        let share = Int64(digest.prefix(2).reduce(0) { $0 << 8 | UInt32($1) })
        return base + base * share / (4 * 65_536)
    }
}

extension NoteSnapshot {
    /// Nil while the mail server answers, as far as anybody has tried.
    package func mailOutage() throws -> MailOutage? { try note(MailOutage.note).flatMap(MailOutage.init(text:)) }
}

extension NoteTransaction {
    func setMailOutage(_ outage: MailOutage?) throws { try setNote(MailOutage.note, outage?.text ?? "") }
}
