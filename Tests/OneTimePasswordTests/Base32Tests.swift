import OneTimePassword
import Scratch
import Testing

@Suite("Base32", .timeLimit(.minutes(60)))
struct Base32Tests {
    /// Vectors: RFC 4648, section 10.
    @Test(
        "encodes and decodes the published strings",
        arguments: [
            ("", ""), ("f", "MY======"), ("fo", "MZXQ===="), ("foo", "MZXW6==="), ("foob", "MZXW6YQ="),
            ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI======"),
        ])
    func publishedStrings(plain: String, encoded: String) throws {
        let bytes = Array(plain.utf8)
        let bare = String(encoded.prefix { $0 != "=" })
        #expect(Base32.encode(bytes, padded: true) == encoded)
        #expect(Base32.encode(bytes) == bare)
        for text in [encoded, bare, encoded.lowercased()] { #expect(try Base32.decode(text) == bytes) }
    }

    @Test("gives back every byte sequence")
    func roundTrip() throws {
        var random = SplitMix(seed: 4648)
        for length in 0...100 {
            let bytes = random.bytes(length)
            #expect(try Base32.decode(Base32.encode(bytes)) == bytes)
            #expect(try Base32.decode(Base32.encode(bytes, padded: true)) == bytes)
        }
    }

    @Test("reads what people type: groups, hyphens, either case")
    func tolerance() throws {
        #expect(try Base32.decode("mzxw 6ytb-OI") == Array("foobar".utf8))
    }

    @Test(
        "refuses what no encoder writes",
        arguments: [
            ("MZXW0", .illegalCharacter), ("MZXW1", .illegalCharacter), ("MZXW8", .illegalCharacter),
            ("MZ=W", .illegalCharacter), ("MZXW!", .illegalCharacter), ("MZXWé", .illegalCharacter),
            ("MZXW\n", .illegalCharacter), ("ＭＺＸＷ", .illegalCharacter), ("M", .impossibleLength),
            ("MZX", .impossibleLength), ("MZXW6Y", .impossibleLength), ("MZXW6YTBO", .impossibleLength),
            ("MY=", .impossibleLength), ("MZXW6YTB========", .impossibleLength), ("=", .impossibleLength),
            ("========", .impossibleLength), ("MZ", .nonZeroTrailingBits), ("MZXR", .nonZeroTrailingBits),
            ("MZXW7", .nonZeroTrailingBits), ("MZXW6YR", .nonZeroTrailingBits),
        ] as [(String, Base32.Refusal)])
    func refusals(text: String, refusal: Base32.Refusal) {
        #expect(throws: refusal) { try Base32.decode(text) }
    }
}
