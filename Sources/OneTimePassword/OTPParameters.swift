public import OpenSSL

/// What an authenticator and this product must agree on besides the secret.
public struct OTPParameters: Hashable, Sendable {
    /// How long a code is.
    ///
    /// Seven digits exist in RFC 4226, but authenticator apps do not offer them.
    public enum Digits: Int, Sendable, CaseIterable {
        case six = 6
        case eight = 8
    }

    public enum Refusal: Error, Equatable { case periodOutOfRange }

    public let algorithm: HMAC.Hash
    public let digits: Digits
    /// Length of a time step.
    public let periodSeconds: Int

    /// SHA-1, 6 digits, 30 seconds: the one combination that every authenticator app follows.
    public static let standard = OTPParameters(trusted: .sha1, digits: .six, periodSeconds: 30)

    public static let periodRange = 1...3600

    /// - Throws: `periodOutOfRange` unless the period is 1 second to 1 hour.
    public init(
        algorithm: HMAC.Hash = .sha1, digits: Digits = .six, periodSeconds: Int = 30
    ) throws(Refusal) {
        guard Self.periodRange.contains(periodSeconds) else { throw .periodOutOfRange }
        self.init(trusted: algorithm, digits: digits, periodSeconds: periodSeconds)
    }

    private init(trusted algorithm: HMAC.Hash, digits: Digits, periodSeconds: Int) {
        self.algorithm = algorithm
        self.digits = digits
        self.periodSeconds = periodSeconds
    }
}
