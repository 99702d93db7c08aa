public import Basics

/// How often somebody guessed wrong in a row, and what follows
/// (`security.md`, NIST SP 800-63B-4, section 3.2.2).
///
/// A pure value that the store keeps. Misses at a factor are counted per person and shared by
/// every route that verifies a code; misses at a password by where they came from.
public struct Attempts: Hashable, Sendable {
    public enum Refusal: Hashable, Sendable {
        /// Whole seconds, rounded up, after which an attempt is heard again.
        case throttled(retryAfterSeconds: Int64)
        /// Until two people agree that it works again, or to another.
        case locked
    }

    /// From which miss on one waits, how long, and whether misses lock in the end.
    public struct Limits: Hashable, Sendable {
        /// The miss after which the first wait begins.
        public let freeMisses: Int
        public let firstWaitSeconds: Int64
        public let longestWaitSeconds: Int64
        /// Nil: never.
        public let missesUntilLocked: Int?

        /// - Precondition: all are positive.
        public init(
            freeMisses: Int, firstWaitSeconds: Int64 = 30, longestWaitSeconds: Int64, missesUntilLocked: Int? = nil
        ) {
            precondition(freeMisses > 0 && firstWaitSeconds > 0 && longestWaitSeconds > 0)
            self.freeMisses = freeMisses
            self.firstWaitSeconds = firstWaitSeconds
            self.longestWaitSeconds = longestWaitSeconds
            self.missesUntilLocked = missesUntilLocked
        }

        /// Of a second factor.
        public static let factor = Limits(freeMisses: 5, longestWaitSeconds: 3600, missesUntilLocked: 100)
        /// Of a secret that nobody guesses: a stranger must not stop its holder for good.
        public static let secret = Limits(freeMisses: 5, longestWaitSeconds: 3600)
    }

    /// Of all limits.
    public static let longestWaitSeconds: Int64 = 3_600

    /// Consecutive ones.
    public private(set) var misses: Int
    public private(set) var blockedUntil: Timestamp?
    public private(set) var locked: Bool

    /// - Precondition: `misses` is not negative.
    public init(misses: Int = 0, blockedUntil: Timestamp? = nil, locked: Bool = false) {
        precondition(misses >= 0)
        self.misses = misses
        self.blockedUntil = blockedUntil
        self.locked = locked
    }

    /// Why a code must not even be looked at now; nil if it may be.
    public func refusal(at now: Timestamp) -> Refusal? {
        if locked { return .locked }
        guard let blockedUntil, now < blockedUntil else { return nil }
        let milliseconds = blockedUntil.milliseconds - now.milliseconds
        // Nobody waits longer than the longest wait: a clock that was
        // ahead wrote this, and says nothing of now.
        guard milliseconds <= Self.longestWaitSeconds * 1000 else { return nil }
        return .throttled(retryAfterSeconds: (milliseconds + 999) / 1000)
    }

    /// Counts a wrong guess: of a factor the fifth begins a wait of 30 s, each further one
    /// doubles it up to 1 h, and the hundredth locks.
    public mutating func miss(at now: Timestamp, limits: Limits = .factor) {
        misses += 1
        if let last = limits.missesUntilLocked { locked = locked || misses >= last }
        guard misses >= limits.freeMisses else { return }
        // Sixteen doublings of a second are most of a day; more would overflow in the end.
        let doublings = min(misses - limits.freeMisses, 16)
        blockedUntil = now.adding(seconds: min(limits.firstWaitSeconds << Int64(doublings), limits.longestWaitSeconds))
    }

    /// Forgets the misses.
    ///
    /// A lock stays: only the reset workflow lifts it, by starting from a new value.
    public mutating func success() {
        guard !locked else { return }
        misses = 0
        blockedUntil = nil
    }
}
