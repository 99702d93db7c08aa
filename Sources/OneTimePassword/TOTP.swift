public import Basics
public import OpenSSL

/// Codes of the time (RFC 6238): HOTP whose counter is the number of periods since 1970.
public struct TOTP: Sendable {
    public let secret: Secret
    public let parameters: OTPParameters

    /// - Precondition: `secret` is not empty.
    public init(secret: Secret, parameters: OTPParameters = .standard) {
        precondition(secret.count > 0, "a TOTP secret must not be empty")
        self.secret = secret
        self.parameters = parameters
    }

    /// The period that `time` falls into; negative before 1970.
    public static func step(at time: Timestamp, periodSeconds: Int) -> Int64 {
        time.seconds.flooredDivision(by: Int64(periodSeconds))
    }

    /// The period that `time` falls into.
    public func step(at time: Timestamp) -> Int64 {
        Self.step(at: time, periodSeconds: parameters.periodSeconds)
    }

    public func code(at time: Timestamp) throws(EVPError) -> String {
        try code(step: step(at: time))
    }

    /// - Precondition: `step` is not negative: RFC 6238 defines no code before 1970.
    public func code(step: Int64) throws(EVPError) -> String {
        var hotp = try keptKey()
        return try hotp.code(counter: UInt64(step))
    }

    /// The same secret with its key expanded, for many codes in a row; counters are steps.
    public func keptKey() throws(EVPError) -> HOTP {
        try HOTP(secret: secret, algorithm: parameters.algorithm, digits: parameters.digits)
    }
}

extension TOTP {
    /// The verdict on one typed code.
    public enum Verification: Hashable, Sendable {
        /// Right, and of this step; the caller must store the step,
        /// conditionally, before it lets anybody in.
        case accepted(step: Int64)
        /// Right, but not newer than the last accepted step:
        /// somebody may have looked over the shoulder.
        case replayed
        case wrong
    }

    /// Compares a typed code with those of the current step and of `window` steps before and after it.
    ///
    /// The current step is tried first, then its neighbours from the nearest on, and the first
    /// that matches is taken: how long it takes tells how far a right code's clock is off,
    /// which is no secret to the one who typed it, and nothing about a wrong one, for which
    /// every step is computed. Each comparison takes the same time. A code serves once even
    /// where two steps share it, as about one pair in a million does.
    /// - Parameter lastAcceptedStep: what the person used last, nil if
    ///   nothing yet; up to it a code is `replayed`.
    /// - Precondition: `window` is 0 to 10.
    public func verify(
        _ code: String, at now: Timestamp, window: Int = 1, after lastAcceptedStep: Int64?
    ) throws(EVPError) -> Verification {
        precondition((0...10).contains(window))
        // Whether a code is well-formed is no secret to the one who typed it.
        guard let typed = parameters.digits.value(typed: code) else { return .wrong }
        let current = step(at: now)
        var hotp = try keptKey()
        guard let matched = try hotp.firstStep(around: current, window: Int64(window), withCode: typed) else {
            return .wrong
        }
        guard let last = lastAcceptedStep else { return .accepted(step: matched) }
        if matched <= last { return .replayed }
        // What was accepted for a step that this code's window reaches may have been this very code.
        let reached = last >= 0 && matched - last <= 2 * Int64(window)
        if reached, try hotp.value(counter: UInt64(last)) == typed { return .replayed }
        return .accepted(step: matched)
    }
}

extension HOTP {
    /// The step nearest to `current` whose code is `typed`, of two as near the
    /// later; nil if none of the window has it.
    fileprivate mutating func firstStep(
        around current: Int64, window: Int64, withCode typed: UInt32
    ) throws(EVPError) -> Int64? {
        var distance: Int64 = 0
        while distance <= window {
            // RFC 6238 defines no code before 1970.
            if current + distance >= 0, try value(counter: UInt64(current + distance)) == typed {
                return current + distance
            }
            if distance > 0, current - distance >= 0, try value(counter: UInt64(current - distance)) == typed {
                return current - distance
            }
            distance += 1
        }
        return nil
    }
}
