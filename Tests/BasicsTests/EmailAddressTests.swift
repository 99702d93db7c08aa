import Basics
import Testing

@Suite("EmailAddress", .timeLimit(.minutes(60)))
struct EmailAddressTests {
    @Test(
        "keeps the local part as typed and writes the domain in lower-case ASCII",
        arguments: [
            ("Ada.Lovelace@Example.COM", "Ada.Lovelace@example.com"),
            ("ada+usher@example.com", "ada+usher@example.com"),
            ("o'brien@example.com", "o'brien@example.com"),
            ("a/b=c{d}@example.com", "a/b=c{d}@example.com"),
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
            ("ada@bu\u{308}cher.example", "ada@xn--bcher-kva.example"),
            ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
            ("ada@例え.テスト", "ada@xn--r8jz45g.xn--zckzah"),
            ("ada@a-b.example.co", "ada@a-b.example.co"),
            ("ada@1and1.example", "ada@1and1.example"),
        ])
    func normalises(input: String, text: String) throws {
        #expect(try EmailAddress(input).text == text)
    }

    @Test(
        "gives all spellings of one address the same key",
        arguments: [
            ("Ada@Example.com", "ada@example.COM"), ("ADA@bücher.example", "ada@xn--bcher-kva.example"),
        ])
    func folds(one: String, other: String) throws {
        #expect(try EmailAddress(one).key == EmailAddress(other).key)
    }

    @Test("keeps sub-addresses apart, since providers differ about them")
    func keepsTags() throws {
        #expect(try EmailAddress("ada+a@example.com").key != EmailAddress("ada+b@example.com").key)
    }

    @Test(
        "refuses characters that could end a header, quote, or pass for other letters",
        arguments: [
            "ada@example.com\r\nBcc: eve@example.com", "ada\r@example.com", "ada\0@example.com",
            "ada@exam\0ple.com", "ada lovelace@example.com", "ada\t@example.com",
            "\"ada\"@example.com", "ada(comment)@example.com", "<ada@example.com>", "ada,eve@example.com",
            "ada;eve@example.com", "ada\\eve@example.com", "ada:eve@example.com", "[ada]@example.com",
            "ad\u{0430}@example.com", "adé@example.com", "ada\u{7F}@example.com",
        ])
    func refusesCharacter(input: String) {
        #expect(throws: EmailAddress.Refusal.forbiddenCharacter) { try EmailAddress(input) }
    }

    @Test(
        "trims blanks of every kind and invisible characters around an address",
        arguments: [
            " ", "\t", "\n", "\r\n", "\u{A0}", "\u{202F}", "\u{200B}", "\u{FEFF}", "\u{2060}", "\u{AD}", "\u{202E}",
            "\u{3164}", "\u{3000}", " \u{200E}\u{A0} ",
        ])
    func trims(blank: String) throws {
        for typed in ["\(blank)ada@example.com", "ada@example.com\(blank)", "\(blank)ada@example.com\(blank)"] {
            #expect(try EmailAddress(typed).text == "ada@example.com")
        }
        #expect(throws: EmailAddress.Refusal.malformed) { try EmailAddress(blank) }
    }

    @Test(
        "tells of invisible characters within an address",
        arguments: [
            "ad\u{200B}a@example.com", "ada@exam\u{AD}ple.com", "ada\u{A0}@example.com", "ada@\u{FEFF}example.com",
        ])
    func invisible(input: String) {
        #expect(throws: EmailAddress.Refusal.invisibleCharacter) { try EmailAddress(input) }
    }

    @Test(
        "refuses what has not one local part and one domain of two labels",
        arguments: [
            "", "ada", "@", "ada@", "@example.com", "ada@@example.com", "ada@eve@example.com", "ada@localhost",
            ".ada@example.com", "ada.@example.com", "a..da@example.com", "ada@.example.com", "ada@example.com.",
            "ada@example..com", "ada@-example.com", "ada@example-.com", "ada@exa_mple.com", "ada@example.com:25",
            "ada@example.com/path", "ada@example.com?x", "ada@example.com#x", "ada@[127.0.0.1]", "ada@[::1]",
            "ada@%65xample.com", "ada@127.0.0.1", "ada@example.1",
        ])
    func refusesShape(input: String) {
        #expect(throws: EmailAddress.Refusal.malformed) { try EmailAddress(input) }
    }

    @Test("takes 254 bytes and a local part of 64, and not one more")
    func limits() throws {
        let label = String(repeating: "a", count: 61)
        let domain = "\(label).\(label).\(label).com"  // 189 bytes
        let local = String(repeating: "l", count: 64)
        #expect(try EmailAddress("\(local)@\(domain)").text.utf8.count == 254)
        #expect(throws: EmailAddress.Refusal.tooLong) { try EmailAddress("\(local)@a\(domain)") }
        #expect(throws: EmailAddress.Refusal.malformed) { try EmailAddress("\(local)l@example.com") }
        let longLabel = String(repeating: "a", count: 64)
        #expect(throws: EmailAddress.Refusal.malformed) { try EmailAddress("ada@\(longLabel).com") }
        #expect(throws: EmailAddress.Refusal.tooLong) { try EmailAddress(String(repeating: "a", count: 10_000)) }
    }

    @Test("counts the bytes of the encoded domain, which may be longer than the typed one")
    func countsEncoded() {
        let domain = Array(repeating: "ü", count: 40).joined(separator: ".")  // 119 bytes, encoded 319
        let input = "ada@\(domain).com"
        #expect(throws: EmailAddress.Refusal.self) { try EmailAddress(input) }
    }

    @Test("gives a look-alike domain another key")
    func lookAlike() throws {
        #expect(try EmailAddress("ada@ex\u{0430}mple.com").key != EmailAddress("ada@example.com").key)
    }
}
