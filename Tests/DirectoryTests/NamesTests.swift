import Directory
import Testing

@Suite("Slug", .timeLimit(.minutes(60)))
struct SlugTests {
    @Test("accepts", arguments: ["a", "acme", "acme-2", "0", "a--b", String(repeating: "a", count: 40)])
    func accepts(text: String) throws {
        #expect(try Slug(text).text == text)
    }

    @Test(
        "refuses, and says why",
        arguments: [
            ("", .empty), (String(repeating: "a", count: 41), .tooLong), ("Acme", .forbiddenCharacter),
            ("-acme", .hyphenAtEdge), ("acme-", .hyphenAtEdge), ("-", .hyphenAtEdge), ("a_b", .forbiddenCharacter),
            ("a b", .forbiddenCharacter), ("é", .forbiddenCharacter), ("a/b", .forbiddenCharacter),
            ("a\n", .forbiddenCharacter), ("\u{0430}cme", .forbiddenCharacter),
            (String(repeating: "a", count: 10_000), .tooLong),
        ] as [(String, Slug.Refusal)])
    func refuses(text: String, refusal: Slug.Refusal) {
        #expect(throws: refusal) { try Slug(text) }
    }

    @Test(
        "is suggested by a name",
        arguments: [
            ("Acme Corp.", "acme-corp"), ("  Crédit & Cie  ", "credit-cie"), ("株式会社", nil), ("", nil), ("--", nil),
            (String(repeating: "ab ", count: 30), "ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-a"),
        ] as [(String, String?)])
    func isSuggested(name: String, slug: String?) {
        #expect(Slug(from: name)?.text == slug)
    }
}

@Suite("DisplayName", .timeLimit(.minutes(60)))
struct DisplayNameTests {
    @Test(
        "trims and composes",
        arguments: [
            ("Ada Lovelace", "Ada Lovelace"), ("  Ada \t", "Ada"), ("Zoe\u{308}", "Zo\u{EB}"), ("株式会社", "株式会社"),
            ("葛\u{E0100}城", "葛\u{E0100}城"), ("Crédit n° 2", "Crédit n° 2"), ("O’Brien-Łukasz", "O’Brien-Łukasz"),
            ("می\u{200C}خواهم", "می\u{200C}خواهم"),
        ])
    func accepts(input: String, text: String) throws {
        // By scalars, since Swift's == would call both compositions equal.
        #expect(try Array(DisplayName(input).text.unicodeScalars) == Array(text.unicodeScalars))
    }

    @Test(
        "refuses what is empty, too long, invisible or able to end a header",
        arguments: [
            ("", .empty), (" \t ", .empty), ("\u{200D}", .empty), ("?!", .empty),
            ("\u{3164}", .forbiddenCharacter), ("A\u{34F}da", .forbiddenCharacter),
            ("Ada\r\nBcc: eve@example.com", .forbiddenCharacter),
            ("Ada\n", .forbiddenCharacter), ("Ada\0", .forbiddenCharacter), ("Ada\u{7F}", .forbiddenCharacter),
            ("Ada\u{202E}ecalevoL", .forbiddenCharacter), ("\u{2066}Ada", .forbiddenCharacter),
            ("A\u{200B}da", .forbiddenCharacter), ("\u{FEFF}Ada", .forbiddenCharacter),
            ("Ada\u{2028}", .forbiddenCharacter), ("Ada\u{85}", .forbiddenCharacter),
            ("Ada\u{E0041}", .forbiddenCharacter), ("Ada\u{E000}", .forbiddenCharacter),
            (String(repeating: "a", count: 201), .tooLong), (String(repeating: "a", count: 10_000), .tooLong),
            ("a" + String(repeating: "\u{301}", count: 300), .tooLong),
        ] as [(String, DisplayName.Refusal)])
    func refuses(input: String, refusal: DisplayName.Refusal) {
        #expect(throws: refusal) { try DisplayName(input) }
    }

    @Test("takes 200 characters")
    func takesLongest() throws {
        #expect(try DisplayName(String(repeating: "é", count: 200)).text.count == 200)
    }
}

@Suite("Stored words", .timeLimit(.minutes(60)))
struct WordsTests {
    @Test("keeps the words that rows and commands hold")
    func keepsWords() {
        #expect(Duty.allCases.map(\.rawValue) == ["representative", "delivery_manager", "duty_manager", "operator"])
        #expect(AccountState.allCases.map(\.rawValue) == ["invited", "active", "suspended", "closed"])
        #expect(FactorState.allCases.map(\.rawValue) == ["none", "active"])
    }
}
