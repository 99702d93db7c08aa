public import Basics
import OpenSSL

/// The public half of a key that signs (RFC 7517), with the one algorithm that it is for.
///
/// Whether a signature is good is asked of the key, which knows its algorithm; a token never
/// chooses one.
public struct PublicJWK: Sendable {
    public let algorithm: JWSAlgorithm
    /// Its `kid`; of a key without one its thumbprint.
    public let keyID: String
    /// RFC 7638, by SHA-256, in base64url: 43 letters.
    public let thumbprint: String
    private let members: [String: String]
    private let key: SignatureKey

    /// Reads somebody else's key, strictly.
    ///
    /// - Parameters:
    ///   - json: an EC key on P-256 or an RSA key of 2048 to 8192 bits. Members that are not known are ignored, a
    ///     certificate too.
    ///   - unsaid: what an RSA key is for that does not say so by `alg`.
    public init(_ json: JSON, unsaid: JWSAlgorithm = .rs256) throws(JWKError) {
        let members = try Self.members(of: json)
        algorithm = try Self.algorithm(of: json, unsaid: unsaid)
        guard let value = JanssonValue(members), let thumbprint = value.thumbprint else { throw .notAKey }
        do {
            key = try SignatureKey(owning: value.key, of: "jose_openssl_jwk_to_EVP_PKEY", scheme: algorithm.scheme)
        } catch {
            // The members are well formed, so of an RSA key there is nothing left to refuse.
            throw .notOnCurve
        }
        self.members = members
        self.thumbprint = thumbprint
        keyID = json["kid"].text ?? thumbprint
    }

    /// As it is published: without what is secret, with `kid`, `use` and `alg`.
    public var json: JSON {
        JSON.texts(members)
            .with("kid", .string(keyID)).with("use", "sig").with("alg", .string(algorithm.rawValue))
    }

    /// Whether the holder of the private half signed exactly these bytes.
    func verify(signature: [UInt8], message: [UInt8]) -> Bool { key.verify(signature: signature, message: message) }
}
