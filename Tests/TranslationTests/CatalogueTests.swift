import Basics
import Defaults
import Foundation
import Testing

@testable import Translation

/// The catalogues that travel in the binary.
@Suite("The shipped catalogues", .timeLimit(.minutes(60)))
struct CatalogueTests {
    private static let pot = "templates/words/usher.pot"

    private static func file(_ path: String) throws -> POFile {
        try POFile(try #require(Defaults.text(at: path), "\(path)"), path: path)
    }

    private static func translations() throws -> Translations {
        try Translations(
            Defaults.paths(under: Translations.folder).compactMap { path in
                Defaults.text(at: path).map { (String(path.dropFirst("templates/".count)), $0) }
            })
    }

    private struct Key: Hashable {
        let context: String?
        let message: String
        let plural: String?

        init(_ entry: POFile.Entry) { (context, message, plural) = (entry.context, entry.message, entry.plural) }
    }

    @Test("are those of the languages that travel in the binary")
    func languages() throws { #expect(try Self.translations().languages == .shipped) }

    @Test("have every message, and none that nothing says", arguments: Language.shipped.filter { $0 != .english })
    func complete(_ language: Language) throws {
        let all = Set(try Self.file(Self.pot).entries.map(Key.init))
        let entries = try Self.file("templates/words/\(language.rawValue).po").entries
        let translated = entries.filter { !$0.isFuzzy && !$0.texts.contains("") }
        #expect(all.subtracting(translated.map(Key.init)) == [], "untranslated: run make words and translate")
        #expect(Set(entries.map(Key.init)).subtracting(all) == [], "unused: run make words")
    }

    @Test("show the same values and the same markup as their messages", arguments: Language.shipped)
    func wellFormed(_ language: Language) throws {
        let english = try Self.file("templates/words/en.po").entries
        let words = Dictionary(uniqueKeysWithValues: english.map { (Key($0), $0.texts.joined()) })
        for entry in try Self.file("templates/words/\(language.rawValue).po").entries where language != .english {
            // A name's values are those of its English words.
            let isName = ![nil, "sentence", "terminal"].contains(entry.context)
            let message = (isName ? words[Key(entry)] : nil) ?? entry.message + (entry.plural ?? "")
            var wanted = MessageFormat.marks(in: message)
            let found = entry.texts.reduce(into: Set<String>()) { $0.formUnion(MessageFormat.marks(in: $1)) }
            // A sentence may leave a value out, as where it is the command line's, and a section may be shared.
            if entry.context == "sentence" { wanted.formIntersection(found) }
            wanted.subtract(Self.leftOut[entry.message] ?? [])
            #expect(found.subtracting(Self.leftOut[entry.message] ?? []) == wanted, "\(language): \(entry.message)")
        }
    }

    /// One sentence of which a language says both halves in one.
    private static let leftOut: [String: Set<String>] = [
        "{{#recipient}}to {{recipient}} · {{/recipient}}{{#request}}<a href=\"/requests/{{request}}\">request {{request}}</a>"
            + " · {{/request}}ordered {{ordered}}{{#isDue}} · due {{due}}{{/isDue}} · {{^isMail}}{{tries}} of {{greatest}} tries"
            + "{{/isMail}}{{#isMail}}tries: {{tries}}{{/isMail}}": ["{{#isMail}}"]
    ]

    @Test("are read alike by gettext's own programs")
    func gettext() throws {
        // msgfmt is the outside oracle for what is a catalogue; `make lint` asks it, too.
        for language in Language.shipped {
            let file = try Self.file("templates/words/\(language.rawValue).po")
            let translated = file.entries.count { !$0.isFuzzy && $0.texts.first?.isEmpty == false }
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(filePath: "/usr/bin/msgfmt")
            process.arguments = ["-c", "--statistics", "-o", "/dev/null", "-"]
            let input = Pipe()
            (process.standardInput, process.standardError) = (input, output)
            process.environment = ["LC_ALL": "C.UTF-8"]
            try process.run()
            let text = Defaults.text(at: "templates/words/\(language.rawValue).po") ?? ""
            try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
            try input.fileHandleForWriting.close()
            let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0 && said == "\(translated) translated messages.\n", "\(said)")
        }
    }

    @Test("name no option of the command line where a page shows them", arguments: Language.shipped)
    func noOptions(_ language: Language) throws {
        let translations = try Self.translations()
        for entry in try Self.file(Self.pot).entries where entry.context == "sentence" {
            let shown = translations.words(Sentence(entry.message), in: language)
            #expect(!shown.contains("--"), "\(language): \(shown)")
        }
    }

    @Test("keep the options that commands name", arguments: Language.shipped)
    func options(_ language: Language) throws {
        func options(_ text: String) -> [String] {
            text.matches(of: /--[a-z-]+|\b[A-Z]{3,}\b/).map { String($0.0) }.sorted()
        }
        let entries = try Self.file("templates/words/\(language.rawValue).po").entries
        for entry in entries where entry.context == "terminal" && entry.message.contains("--") {
            #expect(options(entry.texts.joined()) == options(entry.message), "\(language): \(entry.message)")
        }
    }

    @Test("have a French that breaks no line before its signs")
    func french() throws {
        let translations = try Self.translations()
        #expect(translations.text("Why:", in: .french) == "Motif\u{A0}:")
        #expect(translations.text("Why:", in: .german) == "Grund:")
    }
}
