public import Basics
import Foundation
import Synchronization

/// The messages of an installation in all its languages: `words/LANGUAGE.po`.
///
/// A message is known by its kind and its English; what a language lacks is read in
/// English. Each catalogue is judged when it is read: no translation can bring markup or
/// values into a page that its message does not have.
public struct Translations: Sendable {
    /// Of an installation, where the catalogues lie.
    public static let folder = "templates/words/"

    private struct Key: Hashable {
        let context: String
        let message: String
    }

    private struct Catalogue: Sendable {
        var texts: [Key: [String]] = [:]
        var plurals = PluralRule.english
    }

    /// What was read so far: a command has no use for most.
    private final class Shelf: Sendable {
        let catalogues = Mutex<[Language: Catalogue]>([:])
    }

    private let shelf = Shelf()
    private let load: @Sendable (_ path: String) -> String?
    public let languages: Languages

    /// Reads every catalogue.
    ///
    /// - Parameter sources: path below `templates/`, and text; what is no catalogue is left alone.
    /// - Throws: `Fault.Code.invalid` naming file and line for what is not well formed.
    public init(_ sources: [(path: String, text: String)]) throws {
        let texts = Dictionary(sources.map { ($0.path, $0.text) }) { first, _ in first }
        try self.init(paths: sources.map(\.path)) { texts[$0] }
        try judge()
    }

    /// Reads a catalogue when it is needed first; one that is not well formed
    /// is as good as none until `judge` says so.
    ///
    /// - Parameter paths: below `templates/`; what is no catalogue is left alone.
    /// - Throws: `Fault.Code.invalid` for a catalogue that is called by no language.
    public init(paths: [String], load: @escaping @Sendable (_ path: String) -> String?) throws {
        languages = Languages(
            try paths.filter { $0.hasPrefix("words/") && $0.hasSuffix(".po") }.map { path in
                guard let language = Language(rawValue: String(path.dropFirst("words/".count).dropLast(".po".count)))
                else {
                    let right = "a catalogue is called by the tag of its language, like it.po or pt-BR.po"
                    throw Fault.words(path, 1, right)
                }
                return language
            })
        self.load = load
    }

    /// - Throws: `Fault.Code.invalid` naming file and line of the
    ///   first catalogue that is not well formed.
    public func judge() throws {
        for language in languages.all { _ = try read(language) }
    }

    private func read(_ language: Language) throws -> Catalogue {
        if let known = shelf.catalogues.withLock({ $0[language] }) { return known }
        let path = "words/\(language.rawValue).po"
        var catalogue = Catalogue()
        if let text = load(path) {
            let file = try POFile(text, path: path)
            catalogue.plurals = file.plurals
            for entry in file.entries where !entry.isFuzzy && entry.texts.first?.isEmpty == false {
                try MessageFormat.judge(entry, in: path)
                catalogue.texts[Key(context: entry.context ?? "", message: entry.message)] =
                    entry.texts.map { $0.spaced(for: language) }
            }
        }
        shelf.catalogues.withLock { $0[language] = catalogue }
        return catalogue
    }

    /// Nil for a language without a catalogue.
    private func catalogue(_ language: Language) -> Catalogue? {
        guard languages.all.contains(language) else { return nil }
        // What is wrong with it, `judge` has told whoever can mend it.
        return try? read(language)
    }

    /// Nil where the language's own catalogue has no such message.
    public func text(_ message: String, _ context: String = "", in language: Language) -> String? {
        forms(message, context, in: language)?.first
    }

    /// What Usher says, in a language; in English where that lacks it.
    ///
    /// English has words of its own for what commands say with their options.
    public func words(_ sentence: Sentence, in language: Language) -> String {
        sentence.words { text($0, "sentence", in: language) ?? text($0, "sentence", in: .english) ?? $0 }
    }

    /// One text for each form of the language.
    func forms(_ message: String, _ context: String, in language: Language) -> [String]? {
        catalogue(language)?.texts[Key(context: context, message: message)]
    }

    public func plurals(of language: Language) -> PluralRule { catalogue(language)?.plurals ?? .english }
}

/// What a message and its translation must agree in.
public enum MessageFormat {
    /// - Throws: `Fault.Code.invalid` naming the line, for markup or
    ///   a value that the message does not have.
    static func judge(_ entry: POFile.Entry, in path: String) throws {
        // The messages of names are names: what stands in their
        // gaps is known from the English words alone.
        let isName = entry.context != nil && !entry.message.contains(" ")
        let known = marks(in: entry.message).union(entry.plural.map(marks) ?? [])
        for text in entry.texts where !marks(in: text).isSubset(of: known) {
            let new = marks(in: text).subtracting(known).filter { !(isName && $0.hasPrefix("%")) }.sorted()
            guard new.isEmpty else {
                let list = new.joined(separator: ", ")
                throw Fault.words(path, entry.line, "its translation has \(list), the message not")
            }
        }
    }

    /// The tags of HTML and of Mustache, and the numbered gaps.
    public static func marks(in text: String) -> Set<String> {
        let bytes = Array(text.utf8)
        var marks: Set<String> = []
        var place = 0
        while place < bytes.count {
            guard let end = end(ofMarkAt: place, in: bytes) else {
                place += 1
                continue
            }
            marks.insert(String(decoding: bytes[place..<end], as: UTF8.self))
            place = end
        }
        return marks
    }

    /// Behind a mark: `{{…}}` or `{{…}}}`, a tag that begins with a letter, or `%` and a digit; nil where none begins.
    private static func end(ofMarkAt place: Int, in bytes: [UInt8]) -> Int? {
        let rest = bytes[place...].dropFirst()
        switch (bytes[place], rest.first) {
        case (UInt8(ascii: "%"), (UInt8(ascii: "1")...UInt8(ascii: "9"))?): return place + 2
        case (UInt8(ascii: "{"), UInt8(ascii: "{")):
            let inner = rest.dropFirst()
            let close = inner.indices.first { inner[$0...].starts(with: "}}".utf8) }
            return close.map { close in bytes[close...].firstIndex { $0 != UInt8(ascii: "}") } ?? bytes.count }
        case (UInt8(ascii: "<"), let first?):
            let name = "/!?".utf8.contains(first) ? rest.dropFirst() : rest
            guard name.first.map(isLetter) == true, let end = name.firstIndex(where: { "<>".utf8.contains($0) }),
                bytes[end] == UInt8(ascii: ">")
            else { return nil }
            return end + 1
        default: return nil
        }
    }

    static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}

extension String {
    /// With spaces that do not break where the language wants them:
    /// French does before `: ; ! ?` and inside « ».
    public func spaced(for language: Language) -> String {
        guard language.rawValue.hasPrefix("fr") else { return self }
        let bytes = Array(utf8)
        var spaced: [UInt8] = []
        spaced.reserveCapacity(bytes.count + 8)
        for (place, byte) in bytes.enumerated() {
            let next = place + 1 < bytes.count ? bytes[place + 1] : 0
            let afterNext = place + 2 < bytes.count ? bytes[place + 2] : 0
            let isBeforeSign = [0x3A, 0x3B, 0x21, 0x3F].contains(next) || (next == 0xC2 && afterNext == 0xBB)
            let isAfterQuote = place > 1 && bytes[place - 2] == 0xC2 && bytes[place - 1] == 0xAB
            if byte == 0x20, isBeforeSign || isAfterQuote {
                spaced += [0xC2, 0xA0]
            } else {
                spaced.append(byte)
            }
        }
        return String(decoding: spaced, as: UTF8.self)
    }
}
