import Basics
import Foundation
import Scratch
import Testing

@testable import JOSE

/// Our tokens at other programs, and theirs here.
@Suite("Tokens of and for others", .timeLimit(.minutes(60)))
struct MeetingTests {
    private let folder = try? TestFolder()

    private func file(_ name: String, _ bytes: some Collection<UInt8>) throws -> String {
        let file = try #require(folder).url.appending(path: name)
        try Data(bytes).write(to: file)
        return file.path
    }

    @Test("PyJWT, joserfc and Authlib verify what we sign, and find its key among those that we publish")
    func theyVerify() throws {
        let keys = try JWSAlgorithm.allCases.map(Keys.key)
        let several = [Keys.claims, ["sub": ""], ["n": 9_007_199_254_740_993, "list": []] as JSON]
        let tokens = try keys.flatMap { key in
            try several.map { ["token": .string(try key.sign($0, header: ["typ": "at+jwt"])), "claims": $0] as JSON }
        }
        let said = try OtherProgram.meet("verify", JWKSet(keys.map(\.publicKey)).json.with("tokens", .array(tokens)))
        #expect(said == "verified 9\n")
    }

    @Test("what PyJWT, joserfc and Authlib sign is verified here, and their private keys sign here")
    func weVerify() throws {
        let given = try JSON(reading: OtherProgram.meet("sign").utf8, limits: JSON.Limits(values: 10_000))
        let tokens = given["tokens"].elements
        #expect(tokens.count == 9)
        for entry in tokens {
            let by = "\(entry["by"].text ?? "") \(entry["jwk"]["alg"].text ?? "")"
            let token = try CompactJWS(parsing: #require(entry["token"].text))
            let set = try JWKSet(["keys": [entry["jwk"]]])
            let key = try #require(set.key(for: token), "\(by)")
            let claims = try token.claims(verifiedBy: key)
            #expect(claims == entry["claims"], "\(by)")
            #expect(try claims.numericDate("exp") == Timestamp(seconds: 4_102_444_800))
            #expect(try claims.audience() == ["https://usher.example.com"])
            #expect(key.thumbprint == entry["thumbprint"].text, "\(by)")
        }
        for key in given["private"].elements {
            let ours = try PrivateJWK(reading: Secret(Array(key.data())))
            let said = try OtherProgram.run(
                "jose", ["jws", "ver", "-i", "-", "-k", file("key", ours.publicKey.json.data()), "-O", "-"],
                input: Data(ours.sign(Keys.claims).utf8))
            #expect(said.utf8.elementsEqual(Keys.claims.data(pretty: false)))
        }
    }

    @Test(
        "the jose program verifies what we sign, signs what we verify, and agrees on thumbprints",
        arguments: JWSAlgorithm.allCases)
    func jose(algorithm: JWSAlgorithm) throws {
        let key = try Keys.key(algorithm)
        let publicFile = try file("public", key.publicKey.json.data())
        let secretFile = try file("secret", key.secretBytes.exposed)
        let payload = Array(Keys.claims.data(pretty: false))
        let token = try key.sign(Keys.claims)
        let said = try OtherProgram.run(
            "jose", ["jws", "ver", "-i", "-", "-k", publicFile, "-O", "-"], input: Data(token.utf8))
        #expect(Array(said.utf8) == payload)
        #expect(throws: OtherProgram.Failed.self) {
            try OtherProgram.run(
                "jose", ["jws", "ver", "-i", "-", "-k", publicFile],
                input: Data(key.sign([:]).utf8 + token.utf8.suffix(1)))
        }
        let made = try OtherProgram.run(
            "jose", ["jws", "sig", "-I", file("payload", payload), "-k", secretFile, "-c", "-o", "-"])
        let parsed = try CompactJWS(parsing: made.trimmingCharacters(in: .whitespacesAndNewlines))
        #expect(try parsed.claims(verifiedBy: key.publicKey) == Keys.claims)
        let thumbprint = try OtherProgram.run("jose", ["jwk", "thp", "-a", "S256", "-i", publicFile])
        #expect(thumbprint.trimmingCharacters(in: .whitespacesAndNewlines) == key.publicKey.thumbprint)
    }

    @Test(
        "the openssl program verifies what we sign, by a key and a signature in their DER",
        arguments: JWSAlgorithm.allCases)
    func openssl(algorithm: JWSAlgorithm) throws {
        let key = try Keys.key(algorithm)
        let parts = try key.sign(Keys.claims).split(separator: ".").map(String.init)
        let input = Array(parts.prefix(2).joined(separator: ".").utf8)
        var signature = try #require(parts.last.flatMap { [UInt8](base64URL: $0) })
        if algorithm == .es256 {
            signature = DER.sequence(DER.integer(signature.prefix(32)) + DER.integer(signature.suffix(32)))
        }
        let pem = try file("pem", DER.pem(key.publicKey.json).utf8)
        let padding = algorithm == .ps256 ? ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"] : []
        let command = ["dgst", "-sha256", "-verify", pem] + padding
        let good = try OtherProgram.run(
            "openssl", command + ["-signature", file("signature", signature)], input: Data(input))
        #expect(good == "Verified OK\n")
        signature[signature.count - 1] ^= 1
        let bad = try file("signature", signature)
        #expect(throws: OtherProgram.Failed.self) {
            try OtherProgram.run("openssl", command + ["-signature", bad], input: Data(input))
        }
    }
}

/// As much of X.690 and RFC 5280 as a public key and a signature need.
private enum DER {
    static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let length: [UInt8] =
            switch content.count {
            case ..<128: [UInt8(content.count)]
            case ..<256: [0x81, UInt8(content.count)]
            default: [0x82, UInt8(content.count >> 8), UInt8(content.count & 255)]
            }
        return [tag] + length + content
    }

    static func sequence(_ content: [UInt8]) -> [UInt8] { value(0x30, content) }

    static func integer(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let digits = Array(bytes.drop { $0 == 0 })
        return value(0x02, digits.first.map { $0 >= 0x80 } ?? true ? [0] + digits : digits)
    }

    /// A SubjectPublicKeyInfo: which kind of key (id-ecPublicKey on prime256v1, or
    /// rsaEncryption), and its bits.
    static func pem(_ key: JSON) throws -> String {
        func bytes(_ name: String) throws -> [UInt8] { try #require(key[name].text.flatMap { [UInt8](base64URL: $0) }) }
        let kind: [UInt8]
        let bits: [UInt8]
        if key["kty"] == "EC" {
            kind = [0x06, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1, 0x06, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7]
            bits = try [4] + bytes("x") + bytes("y")
        } else {
            kind = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 0x05, 0]
            bits = try sequence(integer(bytes("n")) + integer(bytes("e")))
        }
        let encoded = Data(sequence(sequence(kind) + value(0x03, [0] + bits))).base64EncodedString()
        return "-----BEGIN PUBLIC KEY-----\n\(encoded)\n-----END PUBLIC KEY-----\n"
    }
}
