import Basics
import Foundation
import Testing

@testable import OpenSSL

@Suite("SigningKey", .timeLimit(.minutes(60)))
struct SigningKeyTests {
    /// Vectors: RFC 8032, section 7.1, tests 1 to 3.
    @Test(
        "gives the published public keys and signatures",
        arguments: [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                    + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                    + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                    + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
        ])
    func publishedSignatures(seed: String, publicKey: String, message: String, signature: String) throws {
        let key = try SigningKey(seed: Secret(#require([UInt8](hex: seed))))
        let message = try #require([UInt8](hex: message))
        #expect(key.publicKey.hex == publicKey)
        #expect(try key.sign(message).hex == signature)
        #expect(try SigningKey.verify(signature: key.sign(message), message: message, publicKey: key.publicKey))
    }

    @Test("refuses a changed message, signature or key, and wrong lengths")
    func refusals() throws {
        let key = try SigningKey(seed: Secret(repeated(1, 32)))
        let other = try SigningKey(seed: Secret(repeated(2, 32)))
        let message = text("head 42")
        let signature = try key.sign(message)
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 1
            #expect(!SigningKey.verify(signature: changed, message: message, publicKey: key.publicKey))
        }
        #expect(!SigningKey.verify(signature: signature, message: text("head 43"), publicKey: key.publicKey))
        #expect(!SigningKey.verify(signature: signature, message: message, publicKey: other.publicKey))
        #expect(!SigningKey.verify(signature: [], message: message, publicKey: key.publicKey))
        #expect(!SigningKey.verify(signature: signature + [0], message: message, publicKey: key.publicKey))
        #expect(!SigningKey.verify(signature: signature, message: message, publicKey: []))
        #expect(!SigningKey.verify(signature: signature, message: message, publicKey: key.publicKey + [0]))
    }

    @Test("the openssl program verifies our signature by our public PEM, and we verify its by our private one")
    func agreesWithOpenSSL() throws {
        let key = try SigningKey(seed: Secret(repeated(3, 32)))
        let message = text("head 42")
        let signature = try key.sign(message)
        // RFC 8410: what precedes the 32 bytes of a public key, and those of a private one, in DER.
        let publicPEM = try pem("PUBLIC KEY", "302a300506032b6570032100", key.publicKey)
        let privatePEM = try pem("PRIVATE KEY", "302e020100300506032b657004220420", repeated(3, 32))
        try withFile(holding: message) { message in
            try withFile(holding: signature) { signature in
                try withFile(holding: publicPEM.utf8) { pem in
                    let said = try openssl([
                        "pkeyutl", "-verify", "-pubin", "-inkey", pem, "-rawin", "-in", message, "-sigfile", signature,
                    ])
                    #expect(String(decoding: said, as: UTF8.self).contains("Signature Verified Successfully"))
                }
            }
            try withFile(holding: privatePEM.utf8) { pem in
                let made = try openssl(["pkeyutl", "-sign", "-inkey", pem, "-rawin", "-in", message])
                #expect(made == signature)
            }
        }
    }

    private func pem(_ label: String, _ prefix: String, _ key: [UInt8]) throws -> String {
        let encoded = Data(try #require([UInt8](hex: prefix)) + key).base64EncodedString()
        return "-----BEGIN \(label)-----\n\(encoded)\n-----END \(label)-----\n"
    }
}
