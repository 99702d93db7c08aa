import Basics
import Testing

@Suite("Blanks around a text", .timeLimit(.minutes(60)))
struct BlankTests {
    @Test(
        "of a header field are spaces and tabs, and nothing else",
        arguments: [
            ("", ""), (" ", ""), ("\t \t", ""), ("a", "a"), (" a", "a"), ("a\t", "a"), (" \ta b\t ", "a b"),
            (" é ", "é"), ("\u{1F600}\t", "\u{1F600}"), ("\u{A0}a\u{A0}", "\u{A0}a\u{A0}"), ("a\n", "a\n"),
        ])
    func optionalWhitespace(_ text: String, _ rest: String) {
        #expect(text.withoutOptionalWhitespace.unicodeScalars.elementsEqual(rest.unicodeScalars))
        #expect("-\(text)-".dropFirst().dropLast().withoutOptionalWhitespace == rest)
    }

    @Test("that nobody sees are of every kind", arguments: ["\u{A0}", "\u{200B}", "\u{FEFF}", "\n", "\u{202E}", " "])
    func unseen(_ blank: String) { #expect("\(blank)a b\(blank)".withoutBlankEnds == "a b") }
}
