package import Basics
import Foundation

/// The messages of an installation in all its languages: `words/LANGUAGE.po`.
///
/// A message is known by its kind and its English; what a language lacks is read in English. Each catalogue is judged
/// when it is read: no translation can bring markup or values into a page that its message does not have.
package struct Translations: Sendable {
    private struct Key: Hashable {
        let context: String
        let message: String
    }

    private struct Catalogue: Sendable {
        var texts: [Key: [String]] = [:]
        var plurals = PluralRule.english
    }

    /// Of an installation, where the catalogues lie.
    package static let folder = "templates/words/"

    private let catalogues: [Language: Catalogue]
    package let languages: Languages

    /// - Parameter sources: path below `templates/`, and text; what is no catalogue is left alone.
    /// - Throws: `Fault.Code.invalid` naming file and line for what is not well formed.
    package init(_ sources: [(path: String, text: String)]) throws {
        var catalogues: [Language: Catalogue] = [:]
        for (path, text) in sources where path.hasPrefix("words/") && path.hasSuffix(".po") {
            let tag = String(path.dropFirst("words/".count).dropLast(".po".count))
            guard let language = Language(rawValue: tag) else {
                throw Fault.words(path, 1, "a catalogue is called by the tag of its language, like it.po or pt-BR.po")
            }
            let file = try POFile(text, path: path)
            var catalogue = Catalogue(plurals: file.plurals)
            for entry in file.entries where !entry.isFuzzy && entry.texts.first?.isEmpty == false {
                try MessageFormat.judge(entry, in: path)
                catalogue.texts[Key(context: entry.context ?? "", message: entry.message)] =
                    entry.texts.map { $0.spaced(for: language) }
            }
            catalogues[language] = catalogue
        }
        self.catalogues = catalogues
        languages = Languages(catalogues.keys)
    }

    /// Nil where the language's own catalogue has no such message.
    package func text(_ message: String, _ context: String = "", in language: Language) -> String? {
        forms(message, context, in: language)?.first
    }

    /// One text for each form of the language.
    func forms(_ message: String, _ context: String, in language: Language) -> [String]? {
        catalogues[language]?.texts[Key(context: context, message: message)]
    }

    /// Nil for a language without a catalogue.
    package func plurals(of language: Language) -> PluralRule { catalogues[language]?.plurals ?? .english }

    /// Message and texts of a context.
    func messages(of context: String, in language: Language) -> [(message: String, text: String)] {
        (catalogues[language]?.texts ?? [:]).compactMap { key, texts in
            key.context == context ? texts.first.map { (key.message, $0) } : nil
        }
    }
}

/// What a message and its translation must agree in.
package enum MessageFormat {
    /// - Throws: `Fault.Code.invalid` naming the line, for markup or a value that the message does not have.
    static func judge(_ entry: POFile.Entry, in path: String) throws {
        // The messages of names are names: what stands in their gaps is known from the English words alone.
        let isName = entry.context != nil && !entry.message.contains(" ")
        let known = marks(in: entry.message).union(entry.plural.map(marks) ?? [])
        for text in entry.texts {
            let new = marks(in: text).subtracting(known).filter { !(isName && $0.hasPrefix("%")) }.sorted()
            guard new.isEmpty else {
                let list = new.joined(separator: ", ")
                throw Fault.words(path, entry.line, "its translation has \(list), the message not")
            }
        }
    }

    /// The tags of HTML and of Mustache, and the numbered gaps.
    package static func marks(in text: String) -> Set<String> {
        Set(text.matches(of: /\{\{.*?\}\}+|<[\/!?]?[A-Za-z][^<>]*>|%[1-9]/.dotMatchesNewlines()).map { String($0.0) })
    }
}

extension String {
    /// With spaces that do not break where the language wants them: French does before `: ; ! ?` and inside « ».
    package func spaced(for language: Language) -> String {
        guard language.rawValue.hasPrefix("fr") else { return self }
        return [" :", " ;", " !", " ?", " »"].reduce(self) { $0.replacing($1, with: "\u{A0}\($1.dropFirst())") }
            .replacing("« ", with: "«\u{A0}")
    }
}
