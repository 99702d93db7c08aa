public import Basics
public import OpenSSL
import Synchronization

/// A key that signs (RFC 7517), with the one algorithm that it is for.
///
/// libjose makes it and reads it; OpenSSL's own form of it is kept, since making that anew for
/// each signature, as libjose's `jose_jws_sig` does, takes six times as long as an ES256
/// signature itself.
public struct PrivateJWK: Sendable {
    public let publicKey: PublicJWK
    /// The whole key as JSON, for sealing; `init(reading:)` reads it again.
    public let secretBytes: Secret
    private let key: SignatureKey
    private let heads = WrittenHeads()

    /// Of new RSA keys: 112 bits of security, enough for what a key signs within months (NIST SP 800-57, part 1,
    /// table 4), and made and used seven times as fast as the 3072 bits that equal P-256.
    private static let modulusBits = 2048

    /// A new key by OpenSSL's random generator; its `kid` is its thumbprint.
    ///
    /// - Throws: `JWKError.notAKey` if the machine can make none. An RSA key takes a second,
    ///   more or less.
    public static func generate(_ algorithm: JWSAlgorithm) throws(JWKError) -> PrivateJWK {
        guard let value = JanssonValue(["alg": algorithm.rawValue, "use": "sig"]),
            algorithm == .es256 || value.set("bits", modulusBits), value.generate(),
            let thumbprint = value.thumbprint, value.set("kid", thumbprint), let bytes = value.bytes
        else { throw .notAKey }
        return try PrivateJWK(reading: bytes)
    }

    /// Reads what `secretBytes` gave, or a private key of another program's that says its
    /// `alg`.
    ///
    /// It signs once, so that a key whose halves do not belong together is refused here and
    /// not by those who verify.
    public init(reading secret: Secret) throws(JWKError) {
        guard let value = JanssonValue(reading: secret) else { throw .notAKey }
        guard value["alg"] != nil else { throw .malformed("alg") }
        guard value.hasText("d") else { throw .malformed("d") }
        var members: JSON.Members = [:]
        for name in ["kty", "crv", "x", "y", "n", "e", "alg", "use", "kid"] {
            if let text = value[name] { members[name] = .string(text) }
        }
        publicKey = try PublicJWK(.object(members))
        secretBytes = secret
        // What OpenSSL refuses from here on is the private half: the public one was read.
        do {
            key = try SignatureKey(
                owning: value.key, of: "jose_openssl_jwk_to_EVP_PKEY", scheme: publicKey.algorithm.scheme)
        } catch {
            throw .contradictory(publicKey.keyID)
        }
        let message = Array(publicKey.thumbprint.utf8)
        let signature = try? key.sign(message)  // As above.
        guard let signature, publicKey.verify(signature: signature, message: message) else {
            throw .contradictory(publicKey.keyID)
        }
    }

    /// A JWS in the compact form (RFC 7515, section 3.1).
    ///
    /// - Parameter header: members such as `typ`. `alg` and `kid` are those of the key,
    ///   whatever it says.
    public func sign(_ claims: JSON, header: JSON.Members = [:]) throws(EVPError) -> String {
        var token = heads.head(header, of: publicKey)
        token.append(base64URL: claims.bytes(pretty: false))
        let signature = try signature(of: token)
        token.append(UInt8(ascii: "."))
        token.append(base64URL: signature)
        return String(decoding: token, as: UTF8.self)
    }

    func signature(of message: [UInt8]) throws(EVPError) -> [UInt8] { try key.sign(message) }
}

/// The first parts of what a key signs, with the dot behind them: there are few, and each stands in many tokens.
private final class WrittenHeads: Sendable {
    private static let greatestCount = 16

    private let heads = Mutex<[JSON.Members: [UInt8]]>([:])

    func head(_ header: JSON.Members, of key: PublicJWK) -> [UInt8] {
        if let known = heads.withLock({ $0[header] }) { return known }
        var head: [UInt8] = []
        let members = JSON.object(header).with("alg", .string(key.algorithm.rawValue)).with("kid", .string(key.keyID))
        head.append(base64URL: members.bytes(pretty: false))
        head.append(UInt8(ascii: "."))
        heads.withLock { if $0.count < Self.greatestCount { $0[header] = head } }
        return head
    }
}
