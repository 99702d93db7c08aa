import Basics
import OpenSSL
import Testing

@testable import JOSE

/// Vectors of Wycheproof; `Wycheproof/README.md` says where they are from.
@Suite("Wycheproof", .timeLimit(.minutes(60)))
struct WycheproofTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let id: Int64
        let comment: String
        /// A key, or a set of keys.
        let key: JSON
        let test: JSON

        var isValid: Bool { test["result"] == "valid" }
        var testDescription: String { "\(id) \(comment)" }
    }

    /// - Throws: `Keys.Missing` unless the file holds as many as it says, and every one says
    ///   valid or invalid: there is none to be judged at will.
    static func all(_ file: String, _ key: String...) throws -> [Vector] {
        let document = try vectors(file)
        let found = document["testGroups"].elements.flatMap { group in
            group["tests"].elements.map { test in
                Vector(
                    id: test["tcId"].number ?? 0, comment: test["comment"].text ?? "",
                    key: key.map { group[$0] }.first { $0 != .null } ?? .null, test: test)
            }
        }
        guard Int64(found.count) == document["numberOfTests"].number,
            found.allSatisfy({ $0.isValid || $0.test["result"] == "invalid" })
        else { throw Keys.Missing() }
        return found
    }

    /// The key that a vector brings along reads, and is the one that signed.
    private static func accepts(_ vector: Vector) -> Bool {
        guard let token = vector.test["jws"].text, let parsed = try? CompactJWS(parsing: token) else { return false }
        if case .array = vector.key["keys"] {
            guard let key = (try? JWKSet(vector.key))?.key(for: parsed) else { return false }
            return (try? parsed.payload(verifiedBy: key)) != nil
        }
        guard let key = try? PublicJWK(vector.key) else { return false }
        return (try? parsed.payload(verifiedBy: key)) != nil
    }

    /// Algorithms that are valid elsewhere and of which none is spoken here, so that all of
    /// their vectors are refused.
    ///
    /// A shared secret would let whoever verifies sign as well; the others nobody asked for.
    static let unspoken = ["HS256", "HS384", "HS512", "RS384", "RS512", "PS384", "PS512", "ES521"]

    /// What is stated to be valid and refused here, since a key is for one algorithm.
    ///
    /// These keys say PS256, and their tokens (RFC 7520, figure 20) are signed by PS384.
    static let contradicted: [Int64] = [346, 350]

    @Test("accepts and refuses signatures of ES256, RS256 and PS256 as stated, and all of other algorithms")
    func signatures() throws {
        var judged: [String: Int] = [:]
        for vector in try Self.all("json_web_signature_test", "public", "private") {
            let algorithm = vector.key["alg"].text ?? "none"
            judged[algorithm, default: 0] += 1
            let isExpected =
                vector.isValid && !Self.unspoken.contains(algorithm) && !Self.contradicted.contains(vector.id)
            #expect(Self.accepts(vector) == isExpected, "\(vector.testDescription)")
        }
        // So many were judged as stated: none of them slips away with a key that is no longer
        // found.
        #expect(judged["ES256"] == 39)
        #expect(judged["RS256"] == 233)
        #expect(judged["PS256"] == 50)
        #expect(judged.keys.allSatisfy { (Self.unspoken + ["ES256", "RS256", "PS256", "none"]).contains($0) })
    }

    @Test("reads sets of keys as stated, those of shared secrets excepted, which are refused")
    func keys() throws {
        for vector in try Self.all("json_web_key_test", "public", "private") {
            let algorithms = vector.key["keys"].elements.compactMap { $0["alg"].text }
            let isExpected = vector.isValid && !algorithms.contains(where: Self.unspoken.contains)
            #expect(Self.accepts(vector) == isExpected, "\(vector.testDescription)")
        }
    }

    /// Some groups give their key as a point alone: 04, x and y.
    private static func jwk(_ key: JSON) throws -> JSON {
        guard let point = key["uncompressed"].text else { return key }
        let bytes = try #require([UInt8](hex: point))
        return [
            "kty": "EC", "crv": "P-256", "x": .string(Array(bytes[1..<33]).base64URL),
            "y": .string(Array(bytes[33...]).base64URL),
        ]
    }

    /// Of a signature that is correct a second one follows (n - s), which is valid ECDSA, and
    /// accepted here.
    ///
    /// Whoever remembers tokens against replay goes by their `jti`.
    @Test("judges ECDSA on P-256 as stated, in the form that JWS uses")
    func curve() throws {
        let all = try Self.all("ecdsa_secp256r1_sha256_p1363_test", "publicKeyJwk", "publicKey")
        #expect(all.count == 262)
        for vector in all {
            let message = try #require(vector.test["msg"].text.flatMap { [UInt8](hex: $0) })
            let signature = try #require(vector.test["sig"].text.flatMap { [UInt8](hex: $0) })
            let key = try PublicJWK(Self.jwk(vector.key))
            #expect(key.verify(signature: signature, message: message) == vector.isValid, "\(vector.testDescription)")
        }
    }
}
