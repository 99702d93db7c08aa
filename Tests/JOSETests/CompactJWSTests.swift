import Basics
import OpenSSL
import Testing

@testable import JOSE

@Suite("CompactJWS", .timeLimit(.minutes(60)))
struct CompactJWSTests {
    /// RFC 7515, appendix A.2.
    static let signedByRSA = (
        key: [
            "kty": "RSA", "e": "AQAB",
            "n": .string(
                "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1"
                    + "W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtd"
                    + "VMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
            ),
        ] as JSON,
        token: "eyJhbGciOiJSUzI1NiJ9.\(payload)"
            + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1d"
            + "nZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC"
            + "-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    )
    /// Appendix A.3; its key is `PublicJWKTests.point`.
    static let signedByPoint =
        "eyJhbGciOiJFUzI1NiJ9.\(payload)"
        + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    static let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    static let claims: JSON = ["iss": "joe", "exp": 1_300_819_380, "http://example.com/is_root": true]

    private let key: PrivateJWK

    init() throws { key = try PrivateJWK.generate(.es256) }

    /// Why a token is refused by this key; nil if it is not.
    private func refusal(_ token: String, by key: PublicJWK) -> JWSError? {
        do throws(JWSError) {
            _ = try CompactJWS(parsing: token).claims(verifiedBy: key)
            return nil
        } catch { return error }
    }

    private func refusal(_ token: String) -> JWSError? { refusal(token, by: key.publicKey) }

    @Test("accepts the published examples")
    func published() throws {
        let rsa = try CompactJWS(parsing: Self.signedByRSA.token)
        #expect(try rsa.claims(verifiedBy: PublicJWK(Self.signedByRSA.key)) == Self.claims)
        let point = try CompactJWS(parsing: Self.signedByPoint)
        #expect(try point.claims(verifiedBy: PublicJWK(PublicJWKTests.point)) == Self.claims)
        #expect(try point.unverifiedClaims() == Self.claims)
        #expect(point.keyID == nil)
        #expect(point.type == nil)
    }

    @Test("refuses a token in which any letter is another one, of all that may stand there and some that may not")
    func changes() throws {
        let token = Array(try key.token(header: key.header(""), payload: Array("{\"a\":1}".utf8)).utf8)
        #expect(refusal(String(decoding: token, as: UTF8.self)) == nil)
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/= \u{0}\n".utf8)
        for index in token.indices {
            for letter in letters where letter != token[index] {
                var changed = token
                changed[index] = letter
                let text = String(decoding: changed, as: UTF8.self)
                if refusal(text) == nil { Issue.record("accepted: \(text)") }
            }
        }
    }

    @Test("refuses a token that lost a letter or a piece, or has one more")
    func lengths() throws {
        let token = Array(try key.sign(["a": 1]).utf8)
        for index in token.indices {
            for changed in [
                Array(token[..<index]), Array(token[..<index] + token[(index + 1)...]),
                Array(token[..<index] + "A".utf8 + token[index...]),
                Array(token[..<index] + [token[index]] + token[index...]),
            ] {
                let text = String(decoding: changed, as: UTF8.self)
                if refusal(text) == nil { Issue.record("accepted: \(text)") }
            }
        }
        let text = String(decoding: token, as: UTF8.self)
        for more in ["A", ".", "=", " ", "\n", ".A", "\u{0}", "\u{301}"] {
            #expect(refusal(text + more) != nil)
            #expect(refusal(more + text) != nil)
        }
    }

    @Test("refuses parts of one token beside parts of another of the same key")
    func mixtures() throws {
        let one = try key.sign(["a": 1]).split(separator: ".")
        let two = try key.sign(["a": 2], header: ["typ": "JWT"]).split(separator: ".")
        for mixture in 1..<7 {
            let parts = (0..<3).map { mixture >> $0 & 1 == 0 ? one[$0] : two[$0] }
            #expect(refusal(parts.joined(separator: ".")) == .wrongSignature)
        }
    }

    @Test("refuses other numbers of parts, those of an encrypted token too")
    func parts() {
        for text in [
            "", ".", "a", "a.b", "a.b.c.d", "a.b.c.d.e", "....", "{}", "{\"payload\":\"\",\"signature\":\"\"}",
        ] {
            #expect(refusal(text) == .parts, "\(text)")
        }
        #expect(refusal("..") == .malformed(.header))
    }

    @Test("refuses a header that says no algorithm, or none, in every spelling, signed or not")
    func none() throws {
        var names: [String] = []
        for mask in 0..<16 {
            let letters = zip("none", 0..<4).map { mask >> $1 & 1 == 1 ? $0.uppercased() : String($0) }
            names.append(letters.joined())
        }
        for name in names + ["", " none", "es256", "ES256 ", "ES384", "HS256", "EdDSA"] {
            let header = "{\"alg\":\"\(name)\"}"
            #expect(try refusal(key.token(header: header)) == .unknownAlgorithm(name))
            #expect(refusal(Array(header.utf8).base64URL + "." + Self.payload + ".") == .unknownAlgorithm(name))
        }
        // RFC 7515, appendix A.5.
        #expect(refusal("eyJhbGciOiJub25lIn0.\(Self.payload).") == .unknownAlgorithm("none"))
        for header in ["{}", "{\"alg\":null}", "{\"alg\":[\"ES256\"]}", "{\"alg\":1}", "{\"ALG\":\"ES256\"}"] {
            #expect(try refusal(key.token(header: header)) == .malformed(.header))
        }
    }

    @Test("lets no header choose the algorithm: each token is refused by a key for another one")
    func confusion() throws {
        for signer in JWSAlgorithm.allCases {
            let token = try Keys.key(signer).sign(Keys.claims)
            for verifier in JWSAlgorithm.allCases where verifier != signer {
                #expect(try refusal(token, by: Keys.key(verifier).publicKey) == .wrongAlgorithm)
            }
        }
        // The same RSA key, once for each padding; and then a header that lies about it.
        let rsa = try Keys.key(.ps256)
        let other = try PublicJWK(rsa.publicKey.json.with("alg", "RS256"))
        #expect(try refusal(rsa.sign(Keys.claims), by: other) == .wrongAlgorithm)
        #expect(try refusal(rsa.token(header: "{\"alg\":\"RS256\"}"), by: other) == .wrongSignature)
    }

    @Test("refuses a token whose shared secret is the public key, in every form in which that can be written")
    func sharedSecret() throws {
        for algorithm in JWSAlgorithm.allCases {
            let key = try Keys.key(algorithm).publicKey
            let forms = [Array(key.json.data(pretty: false)), Array(key.json.data()), Array(key.thumbprint.utf8)]
            for secret in forms {
                for name in ["HS256", algorithm.rawValue] {
                    let input =
                        Array("{\"alg\":\"\(name)\",\"kid\":\"\(key.keyID)\"}".utf8).base64URL + "." + Self.payload
                    let code = try HMAC.code(for: Array(input.utf8), key: Secret(secret), hash: .sha256)
                    let expected = name == "HS256" ? JWSError.unknownAlgorithm(name) : .wrongSignature
                    #expect(refusal("\(input).\(code.base64URL)", by: key) == expected)
                }
            }
        }
    }

    @Test("believes no key that a header brings along or points at")
    func embedded() throws {
        let thief = try PrivateJWK.generate(.es256)
        let token = try thief.sign(
            Keys.claims,
            header: [
                "jwk": thief.publicKey.json, "jku": "https://thief.example/keys", "x5u": "https://thief.example",
                "x5c": [],
            ])
        #expect(refusal(token) == .wrongSignature)
        let named = thief.header(
            ",\"kid\":\"\(key.publicKey.keyID)\",\"jwk\":\(String(decoding: thief.publicKey.json.data(), as: UTF8.self))"
        )
        let stolen = try thief.token(header: named)
        let parsed = try CompactJWS(parsing: stolen)
        #expect(JWKSet([key.publicKey]).key(for: parsed)?.keyID == key.publicKey.keyID)
        #expect(refusal(stolen) == .wrongSignature)
        // Whoever wants that key, as DPoP does, takes it on purpose.
        #expect(try parsed.claims(verifiedBy: PublicJWK(parsed.header["jwk"])) == [:])
    }

    @Test("refuses what a header says must be understood")
    func critical() throws {
        for more in [
            "\"crit\":[\"exp\"],\"exp\":1", "\"crit\":[]", "\"crit\":null", "\"crit\":[\"b64\"],\"b64\":false",
        ] {
            #expect(try refusal(key.token(header: key.header(",\(more)"))) == .critical("crit"))
        }
        for value in ["false", "true", "null"] {
            #expect(try refusal(key.token(header: key.header(",\"b64\":\(value)"))) == .critical("b64"))
        }
    }

    @Test("refuses headers and payloads that are no objects, or that two readers would read differently")
    func documents() throws {
        for header in [
            "", "[]", "null", "\"ES256\"", key.header("") + "x", key.header(",\"alg\":\"ES256\""),
            "\u{FEFF}" + key.header(""),
            key.header(",\"kid\":\"a\",\"kid\":\"b\""), key.header(",\"kid\":1"), key.header(",\"typ\":[\"JWT\"]"),
            "{\"alg\":\"ES256\"",
            key.header(",\"x\":" + String(repeating: "[", count: 20) + String(repeating: "]", count: 20)),
        ] {
            #expect(try refusal(key.token(header: header)) == .malformed(.header), "\(header)")
        }
        for payload in ["", "[]", "null", "{\"a\":1,\"a\":2}", "{", "{}{}", "\u{FEFF}{}", "{\"a\":01}"] {
            let token = try CompactJWS(parsing: key.token(header: key.header(""), payload: Array(payload.utf8)))
            // The signature is good; what is signed are no claims.
            #expect(try token.payload(verifiedBy: key.publicKey) == Array(payload.utf8))
            #expect(throws: JWSError.malformed(.payload)) { try token.claims(verifiedBy: key.publicKey) }
            #expect(throws: JWSError.malformed(.payload)) { try token.unverifiedClaims() }
        }
        #expect(try refusal(key.token(header: key.header(""), payload: [0x7B, 0xFF, 0x7D])) == .malformed(.payload))
    }

    @Test("refuses a token above its limit before it reads it")
    func limits() throws {
        let token = try key.sign(Keys.claims)
        #expect(try CompactJWS(parsing: token, limit: token.utf8.count).algorithm == .es256)
        #expect(throws: JWSError.tooLong(token.utf8.count)) {
            try CompactJWS(parsing: token, limit: token.utf8.count - 1)
        }
        #expect(refusal(String(repeating: ".", count: 16_385)) == .tooLong(16_385))
        #expect(refusal(String(repeating: ".", count: 16_384)) == .parts)
    }

    @Test(
        "says what it is for in one spelling",
        arguments: [("at+jwt", "at+jwt"), ("application/at+jwt", "at+jwt"), ("JWT", "jwt"), ("Application/JWT", "jwt")])
    func types(written: String, read: String) throws {
        let token = try CompactJWS(parsing: key.sign([:], header: ["typ": .string(written)]))
        #expect(token.type == read)
    }
}
