import Basics
import OpenSSL
import Testing

@testable import JOSE

@Suite("PrivateJWK", .timeLimit(.minutes(60)))
struct PrivateJWKTests {
    private func members(_ secret: Secret) throws -> JSON {
        try JSON(reading: secret.exposed, limits: JSON.Limits(values: 100))
    }

    private func refusal(_ json: JSON) -> JWKError? { refusal(Secret(Array(json.data()))) }

    private func refusal(_ secret: Secret) -> JWKError? {
        do throws(JWKError) {
            _ = try PrivateJWK(reading: secret)
            return nil
        } catch { return error }
    }

    @Test(
        "signs what its public half verifies, also after it was kept and read again", arguments: JWSAlgorithm.allCases)
    func keeping(algorithm: JWSAlgorithm) throws {
        let key = try Keys.key(algorithm)
        let again = try PrivateJWK(reading: key.secretBytes)
        #expect(again.publicKey.json == key.publicKey.json)
        #expect(key.publicKey.algorithm == algorithm)
        let token = try CompactJWS(parsing: again.sign(Keys.claims, header: ["typ": "JWT"]))
        #expect(try token.claims(verifiedBy: key.publicKey) == Keys.claims)
        #expect(
            token.header == ["alg": .string(algorithm.rawValue), "kid": .string(key.publicKey.keyID), "typ": "JWT"])
    }

    @Test("is called by its thumbprint when it is new, and no two are the same")
    func names() throws {
        let keys = try (0..<20).map { _ in try PrivateJWK.generate(.es256) }
        #expect(Set(keys.map(\.publicKey.keyID)).count == 20)
        #expect(keys.allSatisfy { $0.publicKey.keyID == $0.publicKey.thumbprint })
    }

    @Test("new RSA keys have 2048 bits")
    func strength() throws {
        for algorithm in [JWSAlgorithm.rs256, .ps256] {
            let n = try #require(Keys.key(algorithm).publicKey.json["n"].text.flatMap { [UInt8](base64URL: $0) })
            #expect(n.count == 256)
            #expect(n.first.map { $0 >= 0x80 } == true)
        }
    }

    @Test("lets no header say another algorithm or another name")
    func ownHeader() throws {
        let key = try Keys.key(.es256)
        let token = try key.sign(
            Keys.claims, header: ["alg": "none", "kid": "somebody", "typ": "at+jwt", "jwk": key.publicKey.json])
        let parsed = try CompactJWS(parsing: token)
        #expect(parsed.algorithm == .es256)
        #expect(parsed.keyID == key.publicKey.keyID)
        #expect(parsed.header["jwk"] == key.publicKey.json)
        #expect(try parsed.claims(verifiedBy: key.publicKey) == Keys.claims)
    }

    @Test(
        "tells nothing secret: not in what is published, and not in what is printed", arguments: JWSAlgorithm.allCases)
    func secrecy(algorithm: JWSAlgorithm) throws {
        let key = try Keys.key(algorithm)
        let all = try members(key.secretBytes)
        let secrets = Set(all.members.keys).subtracting(key.publicKey.json.members.keys)
        #expect(secrets == (algorithm == .es256 ? ["d"] : ["d", "p", "q", "dp", "dq", "qi"]))
        var printed = "\(key)"
        dump(key, to: &printed)
        for name in secrets {
            let value = try #require(all[name].text)
            #expect(!printed.contains(value))
            #expect(!String(decoding: key.publicKey.json.data(), as: UTF8.self).contains(value))
        }
    }

    @Test("refuses halves that do not belong together")
    func contradiction() throws {
        let one = try members(PrivateJWK.generate(.es256).secretBytes)
        let other = try members(PrivateJWK.generate(.es256).secretBytes)
        let name = try #require(one["kid"].text)
        #expect(refusal(one.with("d", other["d"])) == .contradictory(name))
        #expect(refusal(one.with("d", "AA")) == .contradictory(name))
        #expect(refusal(one.with("d", "not base64url!")) == .contradictory(name))
        let rsa = try members(Keys.key(.rs256).secretBytes)
        let another = try members(Keys.key(.ps256).secretBytes)
        let rsaName = try #require(rsa["kid"].text)
        #expect(refusal(rsa.with("n", another["n"])) == .contradictory(rsaName))
        #expect(refusal(rsa.with("d", "!").with("p", "!")) == .contradictory(rsaName))
        #expect(
            refusal(JSON.object(rsa.members.filter { !["p", "q"].contains($0.key) }).with("d", another["d"])) != nil)
    }

    @Test("refuses what is no private key")
    func noKeys() throws {
        let key = try members(PrivateJWK.generate(.es256).secretBytes)
        #expect(refusal(key.with("d", .null)) == .malformed("d"))
        #expect(refusal(key.with("alg", .null)) == .malformed("alg"))
        #expect(refusal(key.with("alg", "RS256")) == .unsupported("alg"))
        #expect(refusal(key.with("use", "enc")) == .unsupported("use"))
        #expect(refusal(key.with("x", 1)) == .malformed("x"))
        #expect(refusal(["kty": "oct", "k": "AAAA", "d": "AAAA", "alg": "HS256"]) == .unsupported("kty"))
        for text in ["", "{", "null", "[]", "7", "\"EC\"", "{\"d\":\"AA\",\"d\":\"AA\"}", "{\"kty\":\"EC\\u0000\"}"] {
            #expect(refusal(Secret(text)) != nil, "\(text)")
        }
    }

    @Test("signs in many tasks at once")
    func together() async throws {
        for algorithm in [JWSAlgorithm.es256, .rs256] {
            let key = try Keys.key(algorithm)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        for turn in 0..<20 {
                            let claims: JSON = ["sub": .string("\(task)-\(turn)")]
                            let token = try CompactJWS(parsing: key.sign(claims))
                            guard try token.claims(verifiedBy: key.publicKey) == claims else { throw Keys.Missing() }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
