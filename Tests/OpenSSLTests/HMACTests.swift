import Basics
import Testing

@testable import OpenSSL

/// Vectors: RFC 2202, section 3 (SHA-1) and RFC 4231, section 4 (SHA-256, SHA-512).
@Suite("HMAC", .timeLimit(.minutes(60)))
struct HMACTests {
    private static let vectors: [(hash: HMAC.Hash, key: [UInt8], message: [UInt8], code: String)] = [
        (.sha1, repeated(0x0B, 20), text("Hi There"), "b617318655057264e28bc0b6fb378c8ef146be00"),
        (.sha1, text("Jefe"), text("what do ya want for nothing?"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (.sha1, repeated(0xAA, 20), repeated(0xDD, 50), "125d7342b9ac11cd91a39af48aa17b4f63f175d3"),
        (
            .sha1, repeated(0xAA, 80), text("Test Using Larger Than Block-Size Key - Hash Key First"),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112"
        ),
        (
            .sha256, repeated(0x0B, 20), text("Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            .sha256, text("Jefe"), text("what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            .sha256, repeated(0xAA, 131), text("Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            .sha512, repeated(0x0B, 20), text("Hi There"),
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
                + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"
        ),
        (
            .sha512, repeated(0xAA, 131), text("Test Using Larger Than Block-Size Key - Hash Key First"),
            "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"
        ),
    ]

    @Test("computes the published codes", arguments: vectors.indices)
    func publishedCodes(index: Int) throws {
        let vector = Self.vectors[index]
        let code = try HMAC.code(for: vector.message, key: Secret(vector.key), hash: vector.hash)
        #expect(code.hex == vector.code)
    }

    @Test("a kept key gives each message the code that a fresh key gives it", arguments: HMAC.Hash.allCases)
    func keptKey(hash: HMAC.Hash) throws {
        let key = Secret("a key that is kept")
        var kept = try HMACKey(key, hash: hash)
        for length in [0, 1, 8, 63, 64, 65, 200, 8, 0] {
            let message = repeated(UInt8(length), length)
            #expect(try kept.code(for: message) == HMAC.code(for: message, key: key, hash: hash))
        }
    }

    @Test("keys made one after another do not disturb each other", arguments: HMAC.Hash.allCases)
    func independentKeys(hash: HMAC.Hash) throws {
        var first = try HMACKey(Secret("first"), hash: hash)
        let before = try first.code(for: text("message"))
        var second = try HMACKey(Secret("second"), hash: hash)
        #expect(try second.code(for: text("message")) != before)
        #expect(try first.code(for: text("message")) == before)
    }

    @Test("keys in use by many tasks at once do not meet in one context", arguments: HMAC.Hash.allCases)
    func concurrentKeys(hash: HMAC.Hash) async throws {
        let expected = try (0..<64).map { try HMAC.code(for: text("message"), key: Secret("key \($0)"), hash: hash) }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<640 {
                group.addTask {
                    var key = try HMACKey(Secret("key \(index % 64)"), hash: hash)
                    for _ in 0..<20 where try key.code(for: text("message")) != expected[index % 64] { return false }
                    return true
                }
            }
            for try await right in group { #expect(right) }
        }
    }

    @Test("agrees with the openssl program", arguments: HMAC.Hash.allCases)
    func agreesWithOpenSSL(hash: HMAC.Hash) throws {
        let key = repeated(0x5A, 37)
        let printed = try openssl(
            ["mac", "-digest", hash.rawValue, "-macopt", "hexkey:\(key.hex)", "HMAC"], input: text("usher"))
        let code = try HMAC.code(for: text("usher"), key: Secret(key), hash: hash)
        #expect(String(decoding: printed, as: UTF8.self).lowercased().contains(code.hex))
    }
}

/// Vectors: FIPS 180-4 examples ("abc" and the empty message).
@Suite("Digests", .timeLimit(.minutes(60)))
struct DigestTests {
    @Test("SHA-256 gives the published digests")
    func sha256() throws {
        #expect(
            try SHA256.digest(of: text("abc")).hex
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            try SHA256.digest(of: []).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("SHA-1 gives the published digest, of a collection without contiguous storage too")
    func sha1() throws {
        let published = "a9993e364706816aba3e25717850c26c9cd0d89d"
        #expect(try SHA1.digest(of: text("abc")).hex == published)
        #expect(try SHA1.digest(of: text("cba").reversed()).hex == published)
    }
}

@Suite("Bytes", .timeLimit(.minutes(60)))
struct BytesTests {
    @Test("hexadecimal digits survive both ways, and anything else is refused")
    func hexadecimal() {
        let all = Array(UInt8.min...UInt8.max)
        #expect([UInt8](hex: all.hex) == all)
        #expect([UInt8](hex: "AbCd") == [0xAB, 0xCD])
        for wrong in ["a", "0g", "+1", " 1", "1 ", "é", "0x"] { #expect([UInt8](hex: wrong) == nil) }
    }

    @Test("only equal bytes are equal")
    func constantTime() {
        #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
        #expect(constantTimeEquals([], []))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEquals([1, 2, 3], [0, 2, 3]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2]))
    }

    @Test("random bytes have the length asked for and do not repeat")
    func random() {
        #expect(RandomBytes.bytes(0).isEmpty)
        let drawn = Set((0..<1000).map { _ in RandomBytes.bytes(16) })
        #expect(drawn.count == 1000 && drawn.allSatisfy { $0.count == 16 })
    }
}
