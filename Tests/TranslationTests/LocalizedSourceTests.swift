import Basics
import Testing

@testable import Translation

@Suite("Templates in a language", .timeLimit(.minutes(60)))
struct LocalizedSourceTests {
    private func italian(_ entries: String) throws -> Translations {
        try Translations([("words/it.po", POFileTests.header.replacing("n > 1", with: "n != 1") + entries)])
    }

    private let language = Language(rawValue: "it") ?? .english

    @Test("have their messages replaced, each escaped for its place, and are English where a message is missing")
    func replaces() throws {
        let translations = try italian(
            #"""
            msgid "Sign in"
            msgstr "Entra & \"via\" < 3"

            msgctxt "button"
            msgid "Sign in"
            msgstr "Entra"

            msgid "Hello <b>{{name}}</b>"
            msgstr "Ciao <b>{{name}}</b> &amp; C."
            """#)
        let source =
            "<html lang=\"{{lang}}\"><p title=\"{{#t}}Sign in{{/t}}\"{{lang-en}}>{{#t}}Sign in{{/t}}|"
            + "{{#t button}}Sign in{{/t}}|{{#t}}Hello <b>{{name}}</b>{{/t}}|{{#t}}Other{{/t}}"
        #expect(
            try translations.localized(source, path: "a", in: language)
                == "<html lang=\"it\"><p title=\"Entra &amp; &quot;via&quot; &lt; 3\" lang=\"en\">"
                + "Entra &amp; \"via\" &lt; 3|Entra|Ciao <b>{{name}}</b> &amp; C.|Other")
        #expect(
            try translations.localized(source, path: "a", in: .english)
                == "<html lang=\"en\"><p title=\"Sign in\">Sign in|Sign in|Hello <b>{{name}}</b>|Other")
        #expect(
            try translations.localized("{{#t}}Sign in{{/t}}", path: "a.txt", isHTML: false, in: language)
                == "Entra & \"via\" < 3")
        #expect(throws: Fault.self) { try translations.localized("{{#t}}Sign in", path: "a", in: language) }
    }

    @Test("show the form that goes with a number, by the language's rule, else by that of English")
    func plurals() throws {
        let translations = try italian(
            #"""
            msgid "One line"
            msgid_plural "{{total}} lines"
            msgstr[0] "Una riga"
            msgstr[1] "{{total}} righe"
            """#)
        let source = "{{#t}}One line{{|}}{{total}} lines{{/t}}"
        #expect(
            try translations.localized(source, path: "a", in: language)
                == "{{#form0it(total)}}Una riga{{/form0it(total)}}{{#form1it(total)}}{{total}} righe{{/form1it(total)}}"
        )
        #expect(
            try translations.localized(source, path: "a", in: .english)
                == "{{#form0en(total)}}One line{{/form0en(total)}}{{#form1en(total)}}{{total}} lines{{/form1en(total)}}"
        )
        #expect(throws: Fault.self) {
            try translations.localized("{{#t}}One{{|}}Many{{/t}}", path: "a", in: language)
        }
    }

    @Test("put the values of a sentence where the language wants them, and words of ours into it")
    func sentences() throws {
        let translations = try Translations([
            (
                "words/fr.po",
                POFileTests.header
                    + #"""
                    msgctxt "sentence"
                    msgid "There is no %1 %2."
                    msgstr "« %2 » manque : %1."

                    msgctxt "sentence"
                    msgid "A password needs %1."
                    msgstr "Il faut %1."

                    msgctxt "sentence"
                    msgid "at least %1 characters"
                    msgstr "au moins %1 caractères"
                    """#
            ),
            (
                "words/en.po",
                POFileTests.header
                    + #"""
                    msgctxt "sentence"
                    msgid "Leave out --as."
                    msgstr "Leave it out."
                    """#
            ),
        ])
        // A value may look like anything: a gap, a sentence of ours, markup.
        let (kind, name) = ("at least %1 characters", "%1 %2 \\0 $1")
        #expect(
            translations.words("There is no \(kind) \(name).", in: .french)
                == "«\u{A0}%1 %2 \\0 $1\u{A0}» manque\u{A0}: at least %1 characters.")
        let need: Sentence = "at least \(8) characters"
        #expect(translations.words("A password needs \(need).", in: .french) == "Il faut au moins 8 caractères.")
        // What a language lacks, whole or in part, is English; and pages name no options in that.
        #expect(translations.words("It needs \(need).", in: .french) == "It needs au moins 8 caractères.")
        #expect(
            translations.words("A password needs \(need).", in: .german) == "A password needs at least 8 characters.")
        #expect(translations.words("Leave out --as.", in: .french) == "Leave it out.")
    }
}
