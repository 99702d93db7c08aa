import Basics
import Testing

@Suite("Base64URL", .timeLimit(.minutes(60)))
struct Base64URLTests {
    /// RFC 4648, section 10, without padding; RFC 7515, appendix C; and the two letters that are this alphabet's own.
    @Test(
        "writes and reads the published examples",
        arguments: [
            ([], ""), (Array("f".utf8), "Zg"), (Array("fo".utf8), "Zm8"), (Array("foo".utf8), "Zm9v"),
            (Array("foob".utf8), "Zm9vYg"), (Array("fooba".utf8), "Zm9vYmE"), (Array("foobar".utf8), "Zm9vYmFy"),
            ([3, 236, 255, 224, 193], "A-z_4ME"), ([0xFB, 0xFF], "-_8"),
        ] as [([UInt8], String)])
    func published(bytes: [UInt8], text: String) {
        #expect(bytes.base64URL == text)
        #expect([UInt8](base64URL: text) == bytes)
    }

    @Test("reads back what it writes, of every length and every byte")
    func roundTrip() {
        for count in 0...260 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 167 + count) }
            #expect([UInt8](base64URL: bytes.base64URL) == bytes)
        }
    }

    @Test("of all texts of two and three letters reads exactly those that it writes itself")
    func oneForm() {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        func isRead(_ letters: UInt8...) -> Bool {
            [UInt8](base64URL: String(decoding: letters, as: UTF8.self)) != nil
        }
        var read = [0, 0]
        for first in letters {
            for second in letters where isRead(first, second) { read[0] += 1 }
            for second in letters.prefix(8) {
                for third in letters where isRead(first, second, third) { read[1] += 1 }
            }
        }
        // A byte each, and 64 · 8 · 64 texts of which one in four leaves no bits over.
        #expect(read == [256, 8_192])
    }

    @Test(
        "refuses padding, white space, the other alphabet, strangers and a letter too many",
        arguments: [
            "Zg==", "Zg=", "Zm8=", "=", "Z", "Zm9vY", " Zg", "Zg ", "Zg\n", "Zm\r\n9v", "Zm 9v", "+_8A", "-/8A", "Zm.v",
            "Zm\u{0}v", "Zmév", "Zm9ṽ", "Zh", "Zm9", "-_9", "\u{FEFF}Zg",
        ])
    func refusals(text: String) { #expect([UInt8](base64URL: text) == nil) }
}
