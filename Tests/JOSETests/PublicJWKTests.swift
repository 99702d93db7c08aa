import Basics
import Testing

@testable import JOSE

@Suite("PublicJWK", .timeLimit(.minutes(60)))
struct PublicJWKTests {
    /// RFC 7638, section 3.1.
    static let example: JSON = [
        "kty": "RSA",
        "n": .string(
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64"
                + "tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n"
                + "91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
        ),
        "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
    ]
    /// RFC 7515, appendix A.3.
    static let point: JSON = [
        "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    ]

    private func refusal(of json: JSON, unsaid: JWSAlgorithm = .rs256) -> JWKError? {
        do throws(JWKError) {
            _ = try PublicJWK(json, unsaid: unsaid)
            return nil
        } catch { return error }
    }

    @Test("has the published thumbprint, and its own name where it has one")
    func thumbprint() throws {
        let key = try PublicJWK(Self.example)
        #expect(key.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        #expect(key.keyID == "2011-04-29")
        let nameless = try PublicJWK(Self.point)
        #expect(nameless.keyID == nameless.thumbprint)
        #expect(nameless.thumbprint.count == 43)
    }

    @Test("is published with its name, use and algorithm, and with nothing else that it came with")
    func published() throws {
        let json = try PublicJWK(Self.example.with("x5c", ["MIIB"]).with("owner", "me").with("key_ops", ["verify"]))
            .json
        #expect(json == Self.example.with("use", "sig"))
        #expect(try PublicJWK(json).json == json)
        #expect(try PublicJWK(Self.point).json["alg"] == "ES256")
    }

    @Test("is for one algorithm: what it says, what its curve says, or what the reader says of an RSA key")
    func algorithms() throws {
        let unsaid = JSON.object(Self.example.members.filter { $0.key != "alg" })
        #expect(try PublicJWK(unsaid).algorithm == .rs256)
        #expect(try PublicJWK(unsaid, unsaid: .ps256).algorithm == .ps256)
        #expect(try PublicJWK(Self.example, unsaid: .ps256).algorithm == .rs256)
        #expect(try PublicJWK(Self.point, unsaid: .ps256).algorithm == .es256)
        #expect(refusal(of: unsaid, unsaid: .es256) == .unsupported("alg"))
        #expect(refusal(of: Self.example.with("alg", "ES256")) == .unsupported("alg"))
        #expect(refusal(of: Self.point.with("alg", "RS256")) == .unsupported("alg"))
        for name in ["none", "None", "HS256", "RS512", "es256", "RSA-OAEP", ""] {
            #expect(refusal(of: Self.example.with("alg", .string(name))) == .unsupported("alg"), "\(name)")
        }
        #expect(refusal(of: Self.example.with("alg", 1)) == .malformed("alg"))
        #expect(refusal(of: Self.example.with("alg", .null)) == .malformed("alg"))
    }

    @Test(
        "refuses whatever tells a secret, by any of its members",
        arguments: ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
    func secrets(member: String) {
        #expect(refusal(of: Self.example.with(member, "AQAB")) == .secret(member))
        #expect(refusal(of: Self.point.with(member, .null)) == .secret(member))
        #expect(refusal(of: ["kty": "oct", "k": "AQAB"]) == .secret("k"))
    }

    @Test("refuses a key that is meant for something else")
    func uses() throws {
        #expect(refusal(of: Self.point.with("use", "enc")) == .unsupported("use"))
        #expect(refusal(of: Self.point.with("use", "SIG")) == .unsupported("use"))
        #expect(refusal(of: Self.point.with("use", ["sig"])) == .malformed("use"))
        #expect(refusal(of: Self.point.with("key_ops", ["sign"])) == .unsupported("key_ops"))
        for wrong: JSON in [[], "verify", ["verify", 1], ["verify", "verify"], .null, ["verify": true]] {
            #expect(refusal(of: Self.point.with("key_ops", wrong)) == .malformed("key_ops"))
        }
        #expect(try PublicJWK(Self.point.with("use", "sig").with("key_ops", ["sign", "verify"])).algorithm == .es256)
        for wrong: JSON in ["", 1, .null, .string(String(repeating: "k", count: 257))] {
            #expect(refusal(of: Self.point.with("kid", wrong)) == .malformed("kid"))
        }
    }

    @Test("refuses other kinds of keys, and what is none")
    func kinds() {
        #expect(refusal(of: ["kty": "OKP", "crv": "Ed25519", "x": "AQAB"]) == .unsupported("kty"))
        #expect(refusal(of: Self.point.with("kty", "ec")) == .unsupported("kty"))
        #expect(refusal(of: Self.point.with("crv", "P-384")) == .unsupported("crv"))
        #expect(refusal(of: Self.point.with("crv", "p-256")) == .unsupported("crv"))
        #expect(refusal(of: Self.point.with("crv", 256)) == .malformed("crv"))
        #expect(refusal(of: Self.point.with("kty", .null)) == .malformed("kty"))
        #expect(refusal(of: Self.point.with("kty", "RSA")) == .malformed("n"))
        for wrong: JSON in ["EC", .null, [], [Self.point], 1] { #expect(refusal(of: wrong) == .notAKey) }
    }

    @Test("refuses coordinates of another length, of another form, and a point off the curve")
    func points() throws {
        let x = try #require(Self.point["x"].text.flatMap { [UInt8](base64URL: $0) })
        for name in ["x", "y"] {
            for wrong: [UInt8] in [[], [0], Array(x.dropLast()), x + [0], [0] + x, [UInt8](repeating: 0xFF, count: 32)]
            {
                #expect(refusal(of: Self.point.with(name, .string(wrong.base64URL))) == .malformed(name))
            }
            for wrong: JSON in [
                .null, 7, ["x"], "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU=", .string(x.base64URL + " "),
            ] {
                #expect(refusal(of: Self.point.with(name, wrong)) == .malformed(name))
            }
            #expect(refusal(of: Self.point.with(name, .string(x.reversed().base64URL))) == .notOnCurve)
            #expect(
                refusal(of: Self.point.with(name, .string([UInt8](repeating: 0, count: 32).base64URL))) == .notOnCurve)
        }
    }

    /// One point of P-256 with a small x, and the same with the field's prime added to it,
    /// which still fits in 32 bytes.
    @Test("refuses a coordinate that is not reduced: the same key would have two thumbprints")
    func reduced() throws {
        let point: JSON = [
            "kty": "EC", "crv": "P-256", "x": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAU",
            "y": "RZJDuapYGAb-kTvOmYF63hHKUDxk2aPFM0FcCDJI-8w",
        ]
        _ = try PublicJWK(point)
        #expect(refusal(of: point.with("x", "_____wAAAAEAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAQ")) == .malformed("x"))
    }

    @Test("refuses weak RSA keys: short, even, of a small exponent, or of the generator whose keys can be factored")
    func weakness() throws {
        let n = try #require(Self.example["n"].text.flatMap { [UInt8](base64URL: $0) })
        func refused(n: [UInt8]) -> JWKError? { refusal(of: Self.example.with("n", .string(n.base64URL))) }
        func refused(e: [UInt8]) -> JWKError? { refusal(of: Self.example.with("e", .string(e.base64URL))) }
        #expect(refused(n: n) == nil)
        #expect(refused(n: Array(n.dropFirst())) == .weak)
        #expect(refused(n: [0x7F] + n.dropFirst()) == .weak)
        #expect(refused(n: n + Array(repeating: 1, count: 769)) == .weak)
        #expect(refused(n: [0] + n) == .malformed("n"))
        #expect(refused(n: []) == .malformed("n"))
        #expect(refused(n: n.dropLast() + [2]) == .malformed("n"))
        for e: [UInt8] in [[1], [3], [17], [0xFF, 0xFF], [1, 0, 2]] { #expect(refused(e: e) == .weak) }
        for e: [UInt8] in [[], [0], [0, 1, 0, 1], [1, 0, 0, 0, 1]] { #expect(refused(e: e) == .malformed("e")) }
        #expect(refused(e: [0xFF, 0xFF, 0xFF, 0xFF]) == nil)
        let known = try vectors("json_web_key_test")["testGroups"].elements.first {
            $0["comment"] == "jws_rsa_roca_key"
        }
        #expect(try refusal(of: #require(known?["public"]["keys"].elements.first)) == .weak)
    }
}
