import Basics
import Testing

@testable import Translation

@Suite("Catalogues of words, as files", .timeLimit(.minutes(60)))
struct POFileTests {
    static let header = #"""
        msgid ""
        msgstr ""
        "Content-Type: text/plain; charset=UTF-8\n"
        "Plural-Forms: nplurals=2; plural=(n > 1);\n"


        """#

    private func read(_ text: String) throws -> [POFile.Entry] {
        try POFile(Self.header + text, path: "words/it.po").entries
    }

    @Test("are read with contexts, plurals, joined lines and escapes; what is gone and what is a guess is known")
    func reads() throws {
        let entries = try read(
            #"""
            # A translator's remark
            #. a programmer's remark
            #: templates/pages/a.mustache
            msgctxt "state"
            msgid "over"
            msgstr "finito"

            msgid ""
            "One \"line\"\n"
            "and\tmore\\"
            msgstr "Una"

            #, fuzzy
            #| msgid "Before"
            msgid "Guess"
            msgstr "Forse"

            msgid "One line"
            msgid_plural "{{n}} lines"
            msgstr[0] "Una riga"
            msgstr[1] "{{n}} righe"

            #~ msgid "Gone"
            #~ msgstr "Andato"
            msgid "Untranslated"
            msgstr ""
            """#)
        #expect(entries.map(\.context) == ["state", nil, nil, nil, nil])
        #expect(entries.map(\.message) == ["over", "One \"line\"\nand\tmore\\", "Guess", "One line", "Untranslated"])
        #expect(entries.map(\.texts) == [["finito"], ["Una"], ["Forse"], ["Una riga", "{{n}} righe"], [""]])
        #expect(entries.map(\.isFuzzy) == [false, false, true, false, false])
        #expect(entries[3].plural == "{{n}} lines")
        #expect(entries[0].line == 9)
    }

    @Test(
        "are refused by line, and with what is right",
        arguments: [
            ("msgid \"a\"\nmsgid \"b\"\nmsgstr \"c\"\n", "7", "msgid needs its msgstr"),
            ("msgid \"a\"\n", "7", "msgid needs its msgstr"),
            ("\"loose\"\n", "6", "a text follows its keyword"),
            ("msgid a\n", "6", "a line is a comment, or a keyword with a text in quotes"),
            ("msgid \"a\n", "6", "a line is a comment, or a keyword with a text in quotes"),
            ("msgid \"a\"b\"\n", "6", "a quote within a text is written \\\""),
            ("msgid \"a\\d\"\n", "6", "a backslash stands before n, t, a quote or another backslash"),
            ("msgstr \"a\"\n", "6", "msgstr follows msgid; where there is a plural, write msgstr[0]"),
            ("msgid \"a\"\nmsgstr[1] \"a\"\n", "7", "a keyword is msgctxt"),
            ("message \"a\"\n", "6", "a keyword is msgctxt"),
            ("msgid \"a\"\nmsgstr \"b\"\n\nmsgid \"a\"\nmsgstr \"c\"\n", "9", "this message stands on line 6 already"),
            ("msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\"\n", "6", "this message needs 2 texts"),
        ])
    func refuses(text: String, line: String, right: String) throws {
        let fault = try #require(throws: Fault.self) { try read(text) }
        #expect(fault.message.hasPrefix("words/it.po:\(line): \(right)"), "\(fault.message)")
    }

    @Test("need a header that says how they are encoded")
    func header() throws {
        #expect(throws: Fault.self) { try POFile("msgid \"a\"\nmsgstr \"b\"\n", path: "words/it.po") }
        let odd = Self.header.replacing("(n > 1)", with: "n >")
        #expect(throws: Fault.self) { try POFile(odd, path: "words/it.po") }
    }

    @Test("bring no markup and no value into a page that its message does not have")
    func judges() throws {
        for (message, text) in [
            ("Hello", "<script>alert(1)</script>"), ("Hello", "<img src=x onerror=alert(1)>"), ("Hello", "{{{name}}}"),
            ("Hello {{name}}", "Ciao {{{name}}}"), ("Hello {{name}}", "Ciao {{>layout}}"),
            ("There is no %1 here", "%1 e %2"), ("See <a href=\"/a\">it</a>", "<a href=\"//evil.example\">lo</a>"),
            ("Hello", "{{=<% %>=}}"), ("Hello", "</p><!-- "),
        ] {
            let entry = "msgid \"\(message.escaped)\"\nmsgstr \"\(text.escaped)\"\n"
            let fault = try #require(throws: Fault.self) {
                try Translations([("words/it.po", Self.header + entry)])
            }
            #expect(fault.message.hasPrefix("words/it.po:6: its translation has "), "\(fault.message)")
        }
    }

    @Test("are called by the tag of their language")
    func names() throws {
        #expect(throws: Fault.self) { try Translations([("words/Italian.po", Self.header)]) }
        let all = try Translations([("words/pt-BR.po", Self.header), ("words/it.po", Self.header)]).languages
        #expect(all.all.map(\.rawValue) == ["en", "it", "pt-BR"])
        #expect(all.named("PT_br")?.rawValue == "pt-BR" && all.named("it-CH")?.rawValue == "it")
        #expect(all.named("fr") == nil)
        #expect(all.preferred(by: "fr, pt-BR;q=0.5, it;q=0.8").rawValue == "it")
        #expect(all.nearest(to: .french) == .english)
    }
}

extension String {
    fileprivate var escaped: String { replacing("\"", with: "\\\"") }
}

@Suite("Forms of the plural", .timeLimit(.minutes(60)))
struct PluralRuleTests {
    @Test(
        "follow the header of the catalogue",
        arguments: [
            ("nplurals=1; plural=0;", "0000000"), ("nplurals=2; plural=(n != 1);", "1011111"),
            ("nplurals=2; plural=n>1;", "0011111"),
            (
                "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
                "2011222"
            ),
            ("nplurals=3; plural=(n==1) ? 0 : (n>=2 && n<=4) ? 1 : 2;", "2011222"),
            ("nplurals=2; plural=!(n - 1 == 0) + 5;", "1111111"),
        ])
    func forms(header: String, expected: String) throws {
        let rule = try #require(PluralRule(header: header), "\(header)")
        let numbers = [0, 1, 2, 4, 5, 11, 19]
        #expect(numbers.map { String(rule.form(of: $0)) }.joined() == expected)
    }

    @Test(
        "are refused where they are no rule",
        arguments: [
            "", "nplurals=2", "nplurals=9; plural=n;", "nplurals=2; plural=n n;", "nplurals=2; plural=(n;",
            "nplurals=2; plural=m;", "nplurals=2; plural=n ? 1;",
            "nplurals=2; plural=" + String(repeating: "(", count: 400) + ";",
            "nplurals=2; plural=" + String(repeating: "!", count: 400) + "n;",
        ])
    func refused(header: String) { #expect(PluralRule(header: header) == nil) }

    @Test("are those of gettext for every shipped language, and never divide by nothing")
    func bounds() throws {
        let rule = try #require(PluralRule(header: "nplurals=2; plural=n / 0 + n % 0;"))
        #expect([Int.min, -1, 0, Int.max].map(rule.form) == [0, 0, 0, 0])
    }
}
