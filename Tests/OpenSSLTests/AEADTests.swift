import Basics
import Testing

@testable import OpenSSL

/// Vectors: McGrew and Viega, "The Galois/Counter Mode of Operation" (submitted to NIST), test cases 13, 14 and 16.
@Suite("AEAD", .timeLimit(.minutes(60)))
struct AEADTests {
    private struct Vector {
        var key = "0000000000000000000000000000000000000000000000000000000000000000"
        var nonce = "000000000000000000000000"
        var plain = ""
        var additional = ""
        let sealed: String
    }

    private static let vectors = [
        Vector(sealed: "530f8afbc74536b9a963b4f1c4cb738b"),
        Vector(
            plain: "00000000000000000000000000000000",
            sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
        Vector(
            key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            nonce: "cafebabefacedbaddecaf888",
            plain: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            additional: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            sealed: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b"),
    ]

    private let key = Secret(repeated(7, 32))
    private let nonce = repeated(9, 12)

    @Test("seals and opens the published vectors", arguments: vectors.indices)
    func publishedVectors(index: Int) throws {
        let vector = Self.vectors[index]
        let key = Secret(try #require([UInt8](hex: vector.key)))
        let nonce = try #require([UInt8](hex: vector.nonce))
        let additional = try #require([UInt8](hex: vector.additional))
        let plain = try #require([UInt8](hex: vector.plain))
        let sealed = try AEAD.seal(Secret(plain), key: key, nonce: nonce, additionalData: additional)
        #expect(sealed.hex == vector.sealed)
        #expect(try AEAD.open(sealed, key: key, nonce: nonce, additionalData: additional).exposed == plain)
    }

    @Test("refuses sealed bytes after any single bit was flipped")
    func flippedBits() throws {
        let sealed = try AEAD.seal(Secret("a TOTP secret"), key: key, nonce: nonce, additionalData: text("person 1"))
        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << UInt8(bit)
                #expect(throws: AEAD.OpenFailure.notAuthentic) {
                    try AEAD.open(changed, key: key, nonce: nonce, additionalData: text("person 1"))
                }
            }
        }
    }

    @Test("refuses another person's data, another key and another nonce")
    func wrongContext() throws {
        let sealed = try AEAD.seal(Secret("a TOTP secret"), key: key, nonce: nonce, additionalData: text("person 1"))
        #expect(throws: AEAD.OpenFailure.notAuthentic) {
            try AEAD.open(sealed, key: key, nonce: nonce, additionalData: text("person 2"))
        }
        #expect(throws: AEAD.OpenFailure.notAuthentic) {
            try AEAD.open(sealed, key: Secret(repeated(8, 32)), nonce: nonce, additionalData: text("person 1"))
        }
        #expect(throws: AEAD.OpenFailure.notAuthentic) {
            try AEAD.open(sealed, key: key, nonce: repeated(8, 12), additionalData: text("person 1"))
        }
    }

    @Test("refuses what is shorter than a tag, and a cut-off ciphertext")
    func truncated() throws {
        let sealed = try AEAD.seal(Secret("a TOTP secret"), key: key, nonce: nonce, additionalData: [])
        for length in 0..<AEAD.tagLength {
            #expect(throws: AEAD.OpenFailure.truncated) {
                try AEAD.open(Array(sealed.prefix(length)), key: key, nonce: nonce, additionalData: [])
            }
        }
        #expect(throws: AEAD.OpenFailure.notAuthentic) {
            try AEAD.open(sealed.dropLast(), key: key, nonce: nonce, additionalData: [])
        }
    }
}
