/// Why a key, or a set of keys, is refused.
public enum JWKError: Error, Equatable {
    /// It is no JSON, or none of the shape that RFC 7517 gives it.
    case notAKey
    /// A member is missing, or is not written as RFC 7518 (section 6) demands: its name.
    case malformed(String)
    /// A member says that the key is for something that is not done here: its name.
    ///
    /// A set of keys passes over such a key, since others than us are meant.
    case unsupported(String)
    /// A member that only the holder may know: its name. Whoever sent it has told their
    /// secret.
    case secret(String)
    /// The numbers are no point of the curve.
    case notOnCurve
    /// An RSA key that can be broken: under 2048 bits, an exponent below 65537, or made by a
    /// generator that is known for keys whose factors can be found (CVE-2017-15361).
    case weak
    /// The two halves do not belong together, or a set has one `kid` twice: the `kid`.
    case contradictory(String)
    /// There is no key in the set, or there are more than `JWKSet.maximumKeys`.
    case number(Int)
}
