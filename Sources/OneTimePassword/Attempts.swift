package import Basics

/// How often somebody guessed wrong in a row, and what follows (`security.md`, NIST SP 800-63B-4, section 3.2.2).
///
/// A pure value, counted per person and shared by every route that verifies a code; the store keeps it.
package struct Attempts: Hashable, Sendable {
    package enum Refusal: Hashable, Sendable {
        /// Whole seconds, rounded up, after which an attempt is heard again.
        case throttled(retryAfterSeconds: Int64)
        /// Until the reset workflow replaces the factor.
        case locked
    }

    /// Misses that cost nothing but themselves, less one.
    package static let freeMisses = 5
    package static let missesUntilLocked = 100
    package static let firstWaitSeconds: Int64 = 30
    package static let longestWaitSeconds: Int64 = 3600

    /// Consecutive ones.
    package private(set) var misses: Int
    package private(set) var blockedUntil: Timestamp?
    package private(set) var locked: Bool

    /// - Precondition: `misses` is not negative.
    package init(misses: Int = 0, blockedUntil: Timestamp? = nil, locked: Bool = false) {
        precondition(misses >= 0)
        self.misses = misses
        self.blockedUntil = blockedUntil
        self.locked = locked
    }

    /// Why a code must not even be looked at now; nil if it may be.
    package func refusal(at now: Timestamp) -> Refusal? {
        if locked { return .locked }
        guard let blockedUntil, now < blockedUntil else { return nil }
        let milliseconds = blockedUntil.milliseconds - now.milliseconds
        return .throttled(retryAfterSeconds: (milliseconds + 999) / 1000)
    }

    /// Counts a wrong code: from the fifth on each doubles the wait, from 30 s to 1 h; the hundredth locks.
    package mutating func miss(at now: Timestamp) {
        misses += 1
        locked = locked || misses >= Self.missesUntilLocked
        guard misses >= Self.freeMisses else { return }
        // Seven doublings pass the limit; more would overflow in the end.
        let doublings = min(misses - Self.freeMisses, 7)
        blockedUntil = now.adding(seconds: min(Self.firstWaitSeconds << Int64(doublings), Self.longestWaitSeconds))
    }

    /// Forgets the misses.
    ///
    /// A lock stays: only the reset workflow lifts it, by starting from a new value.
    package mutating func success() {
        guard !locked else { return }
        misses = 0
        blockedUntil = nil
    }
}
