import Basics
import Testing

@testable import JOSE

@Suite("JWKSet", .timeLimit(.minutes(60)))
struct JWKSetTests {
    private let one: PrivateJWK
    private let two: PrivateJWK

    init() throws {
        one = try PrivateJWK.generate(.es256)
        two = try PrivateJWK.generate(.es256)
    }

    private func refusal(_ json: JSON) -> JWKError? {
        do throws(JWKError) {
            _ = try JWKSet(json)
            return nil
        } catch { return error }
    }

    private func named(_ name: String, _ key: PrivateJWK) -> JSON { key.publicKey.json.with("kid", .string(name)) }

    @Test("finds the key by its name, and reads what it publishes")
    func finding() throws {
        let set = JWKSet([one.publicKey, two.publicKey])
        let read = try JWKSet(reading: set.json.data())
        #expect(read.json == set.json)
        for key in [one, two] {
            let token = try CompactJWS(parsing: key.sign(Keys.claims))
            let found = try #require(read.key(for: token))
            #expect(found.keyID == key.publicKey.keyID)
            #expect(try token.claims(verifiedBy: found) == Keys.claims)
        }
    }

    @Test("has no key for an unknown name, and tries no other instead")
    func unknown() throws {
        let token = try CompactJWS(parsing: two.sign(Keys.claims))
        #expect(JWKSet([one.publicKey]).key(for: token) == nil)
        #expect(JWKSet([]).key(for: token) == nil)
        let renamed = try CompactJWS(parsing: one.token(header: one.header(",\"kid\":\"\"")))
        #expect(JWKSet([one.publicKey]).key(for: renamed) == nil)
    }

    @Test("has no key for a name whose key is for another algorithm")
    func otherAlgorithm() throws {
        let rsa = try Keys.key(.rs256)
        let set = try JWKSet(["keys": [named("a", one), rsa.publicKey.json]])
        let header = "{\"alg\":\"ES256\",\"kid\":\"\(rsa.publicKey.keyID)\"}"
        #expect(set.key(for: try CompactJWS(parsing: one.token(header: header))) == nil)
        #expect(set.key(for: try CompactJWS(parsing: rsa.token(header: "{\"alg\":\"RS256\",\"kid\":\"a\"}"))) == nil)
        #expect(set.key(for: try CompactJWS(parsing: rsa.token(header: "{\"alg\":\"PS256\",\"kid\":\"a\"}"))) == nil)
    }

    @Test("understands a token without a name only where there is one key")
    func nameless() throws {
        let token = try CompactJWS(parsing: one.token(header: one.header("")))
        #expect(JWKSet([one.publicKey]).key(for: token)?.keyID == one.publicKey.keyID)
        #expect(JWKSet([one.publicKey, two.publicKey]).key(for: token) == nil)
        #expect(JWKSet([try Keys.key(.rs256).publicKey]).key(for: token) == nil)
    }

    @Test("passes over keys that are not for us, and over weak and malformed ones")
    func passing() throws {
        let others: [JSON] = [
            ["kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "o"],
            ["kty": "new", "kid": "n"], named("p", one).with("crv", "P-384"), named("q", one).with("use", "enc"),
            named("r", one).with("alg", "ECDH-ES"), named("s", one).with("x", "AA"), 7, .null,
            PublicJWKTests.example.with("e", "Aw"),
        ]
        let set = try JWKSet(["keys": .array(others + [named("mine", one)]), "more": 1])
        #expect(set.keys.map(\.keyID) == ["mine"])
        for other in others { #expect(refusal(["keys": [other]]) != nil) }
        #expect(refusal(["keys": [others[0], 7]]) == .unsupported("kty"))
    }

    @Test("refuses a set that tells a secret, even one of a key that would be passed over")
    func secrets() throws {
        let secret = try JSON(reading: one.secretBytes.exposed, limits: JSON.Limits(values: 100))
        #expect(refusal(["keys": [two.publicKey.json, secret]]) == .secret("d"))
        #expect(refusal(["keys": [two.publicKey.json, ["kty": "oct", "k": "AAAA"]]]) == .secret("k"))
        #expect(refusal(["keys": [two.publicKey.json, ["kty": "OKP", "d": "AAAA"]]]) == .secret("d"))
    }

    @Test("refuses a name that stands twice, that of a key that is passed over too")
    func duplicates() throws {
        #expect(refusal(["keys": [named("a", one), named("a", two)]]) == .contradictory("a"))
        #expect(refusal(["keys": [named("a", one), ["kty": "new", "kid": "a"]]]) == .contradictory("a"))
        let nameless = JSON.object(one.publicKey.json.members.filter { $0.key != "kid" })
        #expect(refusal(["keys": [nameless, nameless]]) == .contradictory(one.publicKey.thumbprint))
    }

    @Test("refuses what is no set, an empty one, and more than its bounds")
    func bounds() throws {
        for wrong: JSON in [[], "keys", [:], ["keys": .null], ["keys": [:]], named("a", one)] {
            #expect(refusal(wrong) == .notAKey)
        }
        #expect(refusal(["keys": []]) == .number(0))
        let many = (0...JWKSet.maximumKeys).map { named("\($0)", one) }
        #expect(refusal(["keys": .array(many)]) == .number(33))
        #expect(try JWKSet(["keys": .array(many.dropLast())]).keys.count == 32)
        let document = Array(JSON(dictionaryLiteral: ("keys", [named("a", one)])).data(pretty: false))
        #expect(try JWKSet(reading: document + Array(repeating: 0x20, count: 65_536 - document.count)).keys.count == 1)
        #expect(throws: JWKError.notAKey) {
            try JWKSet(reading: document + Array(repeating: 0x20, count: 65_537 - document.count))
        }
        #expect(throws: JWKError.notAKey) { try JWKSet(reading: Array("{\"keys\":[],\"keys\":[]}".utf8)) }
        #expect(throws: JWKError.notAKey) { try JWKSet(reading: document.dropLast()) }
    }
}
