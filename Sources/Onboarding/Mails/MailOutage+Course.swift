import Basics
import OpenSSL
import Records

extension MailOutage {
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
}

/// How long a mail waits for its next try.
enum MailPause {
    /// 10 s, 20 s, 40 s, …, and up to a quarter more, so that what
    /// failed together does not come back together.
    ///
    /// Chance that the key decides: a test, and a second process, find the same.
    static func milliseconds(afterTry tries: Int, longest seconds: Int64, of key: String) throws -> Int64 {
        let base = min(10_000 << Int64(min(max(tries - 1, 0), 20)), seconds * 1000)
        let digest = try SHA256.digest(of: Array("\(key)/\(tries)".utf8))
        let share = Int64(digest.prefix(2).reduce(0) { $0 << 8 | UInt32($1) })
        return base + base * share / (4 * 65_536)
    }
}
