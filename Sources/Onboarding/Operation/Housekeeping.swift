import Basics
import Records

/// What nobody needs any more, and what would else grow for ever.
extension Onboarding {
    private static var forgottenAtOnce: Int { 1_000 }
    /// A guess at a password counts for a day: no wait is longer than an hour.
    private static var guessSeconds: Int64 { 86_400 }

    /// Forgets sessions that have ended by themselves, guesses that count no more and files
    /// that wait in vain, in steps that keep nobody waiting.
    package func forgetEnded() async throws {
        let now = world.now()
        let limit = Self.forgottenAtOnce
        var isMore = true
        while isMore {
            isMore = try await working { transaction in
                let sessions = try transaction.endSessions(
                    createdBefore: now.adding(seconds: -SessionLimits.overallSeconds),
                    notSeenSince: now.adding(seconds: -SessionLimits.idleSeconds), limit: limit)
                let guesses = try transaction.forgetGuesses(
                    before: now.adding(seconds: -Self.guessSeconds), limit: limit)
                try transaction.forgetFiles(before: now.adding(seconds: -Self.keptFileSeconds))
                let isMoreOfTokens = try transaction.forgetTokens(endedBefore: now, limit: limit)
                return sessions == limit || guesses == limit || isMoreOfTokens
            }
        }
        try await tendTokenKeys()
    }
}
