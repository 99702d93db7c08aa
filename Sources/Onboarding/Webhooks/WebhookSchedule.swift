import Basics
import Records

/// When a receiver is tried again that did not take something, and when it is given up.
enum WebhookSchedule {
    /// Seconds after each failure; after the last of them it goes on with that one.
    static let pauses: [Int64] = [5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 43_200]
    static let patienceSeconds: Int64 = 5 * 86_400
    /// Up to so much is added by chance, in percent: receivers that went away together come back one by one.
    static let jitterPercent: Int64 = 20
    private static let longestError = 300

    /// - Parameter chance: 0...65,535.
    static func pause(afterFailures tries: Int64, chance: Int64) -> Int64 {
        let pause = pauses[Int(min(max(tries, 1), Int64(pauses.count))) - 1] * 1_000
        return pause + pause * jitterPercent * chance / (100 * 65_536)
    }

    /// What becomes of a webhook by one more failure.
    static func failed(
        _ former: Webhook.Progress, _ answer: WebhookAnswer, at now: Timestamp, chance: Int64
    ) -> Webhook.Progress {
        var progress = former
        progress.tries += 1
        progress.error = String(answer.failure.prefix(longestError))
        progress.failingSince = former.failingSince ?? now
        progress.dueAt = now.adding(milliseconds: pause(afterFailures: progress.tries, chance: chance))
        progress.state = .failing
        if answer == .status(410) {
            progress.state = .gone
        } else if let since = progress.failingSince, now >= since.adding(seconds: patienceSeconds) {
            progress.state = .givenUp
        }
        return progress
    }
}

extension WebhookAnswer {
    var isTaken: Bool {
        guard case .status(let status) = self else { return false }
        return (200..<300).contains(status)
    }

    /// One sentence for the operator.
    var failure: String {
        switch self {
        case .status(410): "It answered 410: it is gone."
        case .status(let status) where (300..<400).contains(status):
            "It answered with a redirect (\(status)), and none is followed: register the address that it leads to."
        case .status(let status): "It answered \(status)."
        case .failed(let why): why
        case .cancelled: "Usher ended."
        }
    }
}
