import Basics
import JOSE
import OpenSSL
import Records

/// That whoever sends a request holds a key (RFC 9449).
public struct KeyProof: Sendable {
    /// The header `DPoP`, a JSON Web Token.
    public let token: String
    public let method: String
    /// Where the request was sent, below the address of the service: never what a header claims.
    public let path: String
    /// The access token that is used with it; nil at the token endpoint.
    public let accessToken: String?

    /// - Parameter fields: the headers `DPoP` of the request.
    /// - Throws: `TokenRefusal` where there is not one.
    public init(fields: [String], method: String, path: String, accessToken: String?) throws {
        guard let token = fields.first, fields.count == 1 else {
            throw TokenRefusal(.invalidProof, "There is not one header DPoP.")
        }
        self.token = token
        self.method = method
        self.path = path
        self.accessToken = accessToken
    }
}

extension Onboarding {
    /// So long one nonce is given out; it is accepted for twice that time.
    private static var nonceSeconds: Int64 { 150 }
    /// By how much the clock of whoever proves a key may be wrong.
    private static var proofSkewSeconds: Int64 { 300 }

    /// What proofs at the token endpoint have to hold now: so that none was made beforehand.
    public func proofNonce() throws -> String { try proofNonce(world.now().seconds / Self.nonceSeconds) }

    private func proofNonce(_ turn: Int64) throws -> String {
        Array(try keys.derived("dpop-nonce/1|\(turn)").prefix(16)).base64URL
    }

    /// - Returns: the thumbprint of the key.
    /// - Throws: `TokenRefusal`: `.useNonce` for a proof without ours, else `.invalidProof`.
    public func provenKey(_ proof: KeyProof) async throws -> String {
        let now = world.now()
        let key: PublicJWK
        let claims: JSON
        do {
            let token = try CompactJWS(parsing: proof.token)
            guard token.type == "dpop+jwt" else { throw Self.notProven("its typ is not dpop+jwt") }
            // A key of the proof's own, for this proof alone: where it does not say what it signs by, the proof does.
            key = try PublicJWK(token.header["jwk"], unsaid: token.algorithm)
            claims = try token.claims(verifiedBy: key)
        } catch is JWSError {
            throw Self.notProven("it is no signed token of its own key")
        } catch is JWKError {
            throw Self.notProven("its key is none that is accepted")
        }
        guard claims["htm"].text == proof.method, let address = claims["htu"].text,
            Self.isSame(address, issuer + proof.path)
        else { throw Self.notProven("it was made for another request: htm and htu") }
        if let token = proof.accessToken {
            guard claims["ath"].text == (try SHA256.digest(of: Array(token.utf8)).base64URL) else {
                throw Self.notProven("its ath is not the hash of this access token")
            }
        } else {
            try requireNonce(claims["nonce"].text, at: now)
        }
        guard let made = try? claims.numericDate("iat"), let jti = claims["jti"].text, !jti.isEmpty else {
            throw Self.notProven("it has no iat or no jti")
        }
        let ahead = made.seconds - now.seconds
        guard abs(ahead) <= Self.proofSkewSeconds else {
            throw Self.notProven("the clock that made it is \(abs(ahead)) s \(ahead > 0 ? "ahead" : "behind")")
        }
        // Longer than it could be accepted again, whichever way the clocks are wrong.
        let end = now.adding(seconds: 2 * Self.proofSkewSeconds + 2 * Self.nonceSeconds)
        let mark = try SHA256.digest(of: Array("usher/dpop/1|\(key.thumbprint)|\(jti)".utf8))
        guard try await working({ try $0.useOnce(mark, until: end) }) else {
            throw Self.notProven("it was used before: each has a jti of its own")
        }
        return key.thumbprint
    }

    private func requireNonce(_ nonce: String?, at now: Timestamp) throws {
        let turn = now.seconds / Self.nonceSeconds
        guard let nonce, try [turn, turn - 1].contains(where: { nonce == (try proofNonce($0)) }) else {
            throw TokenRefusal(.useNonce, "The proof has to hold the nonce that this answer brings.")
        }
    }

    private static func notProven(_ why: String) -> TokenRefusal {
        TokenRefusal(.invalidProof, "The key is not proven: \(why).")
    }

    /// RFC 9449, section 4.3: without query and fragment, the host in either case.
    private static func isSame(_ address: String, _ own: String) -> Bool {
        let plain = address.prefix { $0 != "?" && $0 != "#" }
        let parts = own.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        let start = parts.prefix(3).joined(separator: "/")
        return plain.prefix(start.count).lowercased() == start.lowercased()
            && plain.dropFirst(start.count) == own.dropFirst(start.count)
    }
}
