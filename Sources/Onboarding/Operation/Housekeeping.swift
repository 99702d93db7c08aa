import Basics
import Records

/// What nobody needs any more, and what would else grow for ever.
extension Onboarding {
    private static var forgottenAtOnce: Int { 1_000 }
    /// A guess at a password counts for a day: no wait is longer than an hour.
    private static var guessSeconds: Int64 { 86_400 }

    /// What has ended stays for an hour.
    ///
    /// Clocks of nodes differ, and what one of them forgets is gone for all: a code that another gave a moment ago, or
    /// that a proof was used or a token revoked. Whether it counts is asked of its end, not of its being there.
    private static var clockSeconds: Int64 { 3_600 }

    /// Forgets sessions that have ended by themselves, guesses that count no more and files
    /// that wait in vain, in steps that keep nobody waiting.
    public func forgetEnded() async throws {
        let now = world.now()
        let past = now.adding(seconds: -Self.clockSeconds)
        let limit = Self.forgottenAtOnce
        var isMore = true
        while isMore {
            isMore = try await working { transaction in
                let sessions = try transaction.endSessions(
                    createdBefore: past.adding(seconds: -SessionLimits.overallSeconds),
                    notSeenSince: past.adding(seconds: -SessionLimits.idleSeconds), limit: limit)
                let guesses = try transaction.forgetGuesses(
                    before: now.adding(seconds: -Self.guessSeconds), limit: limit)
                try transaction.forgetFiles(before: now.adding(seconds: -Self.keptFileSeconds))
                let isMoreOfTokens = try transaction.forgetTokens(endedBefore: past, limit: limit)
                return sessions == limit || guesses == limit || isMoreOfTokens
            }
        }
        try await tendTokenKeys()
    }
}
