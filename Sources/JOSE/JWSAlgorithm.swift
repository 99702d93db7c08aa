import OpenSSL

/// The algorithms that are signed by or accepted here, by their names of RFC 7518 (section
/// 3.1).
///
/// `none` and those of shared secrets are not among them, so that no header can ask for one.
public enum JWSAlgorithm: String, Sendable, CaseIterable {
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
    /// RSASSA-PSS with SHA-256.
    case ps256 = "PS256"

    var scheme: SignatureKey.Scheme {
        switch self {
        case .es256: .ecdsa
        case .rs256: .rsaPKCS1
        case .ps256: .rsaPSS
        }
    }
}
