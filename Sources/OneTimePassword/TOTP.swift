package import Basics
package import OpenSSL

/// Codes of the time (RFC 6238): HOTP whose counter is the number of periods since 1970.
package struct TOTP: Sendable {
    package let secret: Secret
    package let parameters: OTPParameters

    /// - Precondition: `secret` is not empty.
    package init(secret: Secret, parameters: OTPParameters = .standard) {
        precondition(secret.count > 0, "a TOTP secret must not be empty")
        self.secret = secret
        self.parameters = parameters
    }

    /// The period that `time` falls into; negative before 1970.
    package static func step(at time: Timestamp, periodSeconds: Int) -> Int64 {
        time.seconds.flooredDivision(by: Int64(periodSeconds))
    }

    /// The period that `time` falls into.
    package func step(at time: Timestamp) -> Int64 {
        Self.step(at: time, periodSeconds: parameters.periodSeconds)
    }

    package func code(at time: Timestamp) throws(EVPError) -> String {
        try code(step: step(at: time))
    }

    /// - Precondition: `step` is not negative: RFC 6238 defines no code before 1970.
    package func code(step: Int64) throws(EVPError) -> String {
        var hotp = try keptKey()
        return try hotp.code(counter: UInt64(step))
    }

    /// The same secret with its key expanded, for many codes in a row; counters are steps.
    package func keptKey() throws(EVPError) -> HOTP {
        try HOTP(secret: secret, algorithm: parameters.algorithm, digits: parameters.digits)
    }
}

extension TOTP {
    /// The verdict on one typed code.
    package enum Verification: Hashable, Sendable {
        /// Right, and of this step; the caller must store the step, conditionally, before it lets anybody in.
        case accepted(step: Int64)
        /// Right, but not newer than the last accepted step: somebody may have looked over the shoulder.
        case replayed
        case wrong
    }

    /// Compares a typed code with those of the current step and of `window` steps before and after it.
    ///
    /// Every candidate is computed and compared without branching, so time tells neither which step matched nor how
    /// close a wrong code was. If two steps share a code the later one counts, so that it cannot serve twice.
    /// - Parameter lastAcceptedStep: what the person used last, nil if nothing yet; up to it a code is `replayed`.
    /// - Precondition: `window` is 0 to 10.
    package func verify(
        _ code: String, at now: Timestamp, window: Int = 1, after lastAcceptedStep: Int64?
    ) throws(EVPError) -> Verification {
        precondition((0...10).contains(window))
        // Whether a code is well-formed is no secret to the one who typed it.
        guard let typed = parameters.digits.value(typed: code) else { return .wrong }
        let current = step(at: now)
        guard current + Int64(window) >= 0 else { return .wrong }
        var hotp = try keptKey()
        var matched: Int64 = -1
        for step in max(0, current - Int64(window))...(current + Int64(window)) {
            let difference = UInt64(try hotp.value(counter: UInt64(step)) ^ typed)
            // All ones if the difference is zero, else all zeros: only zero borrows from the upper half.
            let mask = Int64(bitPattern: 0 &- ((difference &- 1) >> 63))
            matched = (step & mask) | (matched & ~mask)
        }
        guard matched >= 0 else { return .wrong }
        if let lastAcceptedStep, matched <= lastAcceptedStep { return .replayed }
        return .accepted(step: matched)
    }
}
