import Basics
import Records
import Synchronization

/// Calls of this process to applications: one that is slow or away keeps others from no more than two of them.
final class LogoutTraffic: Sendable {
    private static let callsAtOnce = 2
    private static let longestPauseSeconds: Int64 = 300

    private struct Line {
        var calls = 0
        var failures = 0
        var isAwayUntil = Timestamp(milliseconds: 0)
    }

    private let lines = Mutex<[ApplicationID: Line]>([:])

    /// - Returns: whether it may be called now; then `end` follows.
    func begin(_ application: ApplicationID, at now: Timestamp) -> Bool {
        lines.withLock { lines in
            let line = lines[application] ?? Line()
            // After an outage one call asks whether it is over.
            guard now >= line.isAwayUntil, line.calls < (line.failures > 0 ? 1 : Self.callsAtOnce) else { return false }
            lines[application, default: line].calls += 1
            return true
        }
    }

    func end(_ application: ApplicationID, hasFailed: Bool, at now: Timestamp) {
        lines.withLock { lines in
            var line = lines[application] ?? Line()
            line.calls -= 1
            line.failures = hasFailed ? line.failures + 1 : 0
            if hasFailed {
                let pause = min(Self.longestPauseSeconds, 5 << Int64(min(line.failures, 10)))
                line.isAwayUntil = now.adding(seconds: pause)
            }
            lines[application] = line.calls == 0 && line.failures == 0 ? nil : line
        }
    }

    /// When somebody who was not let through asks again.
    func nextTurn(of application: ApplicationID, at now: Timestamp) -> Timestamp {
        lines.withLock { max($0[application]?.isAwayUntil ?? now, now.adding(seconds: 1)) }
    }
}
