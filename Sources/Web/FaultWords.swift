package import Basics

/// The sentences of faults in the reader's language: `pages/LANGUAGE/faults.txt`.
///
/// The program has each sentence once, in English, where the fault is thrown, and command line and API show it as it
/// is. A page looks it up here by the sentence itself, whatever the values in it.
package struct FaultWords: Sendable {
    /// A sentence with gaps, and what it is in another language with numbered gaps.
    private struct Entry: Sendable {
        let pieces: [Substring]
        let words: String
    }

    private var exact: [Language: [String: String]] = [:]
    private var gapped: [Language: [Entry]] = [:]

    /// - Parameter sources: path below `templates/`, and text.
    /// - Throws: `Fault.Code.invalid` for a file that is not made of pairs of lines.
    package init(_ sources: [(path: String, text: String)]) throws {
        for language in Language.allCases {
            let path = "pages/\(language.rawValue)/faults.txt"
            guard let text = sources.first(where: { $0.path == path })?.text else { continue }
            let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
            guard lines.count.isMultiple(of: 2) else {
                throw Fault.invalid(path, "malformed_template", "\(path) is not made of pairs of lines.")
            }
            for index in stride(from: 0, to: lines.count, by: 2) {
                let (sentence, words) = (lines[index], lines[index + 1].spaced(for: language))
                let pieces = sentence.split(separator: "%", omittingEmptySubsequences: false)
                if pieces.count == 1 {
                    exact[language, default: [:]][sentence] = words
                } else {
                    gapped[language, default: []].append(Entry(pieces: pieces, words: words))
                }
            }
        }
    }

    /// The sentence in a language; as it is where nobody put it into that.
    func words(_ sentence: String, in language: Language) -> String {
        translation(of: sentence, in: language) ?? sentence
    }

    /// For what people may have written themselves: only a whole sentence of ours is put into a language.
    func wholeWords(_ sentence: String, in language: Language) -> String { exact[language]?[sentence] ?? sentence }

    /// Nil where nobody put the sentence into that language.
    package func translation(of sentence: String, in language: Language) -> String? {
        if let words = exact[language]?[sentence] { return words }
        for entry in gapped[language] ?? [] {
            guard let values = Self.values(of: entry.pieces, in: sentence) else { continue }
            return Self.fill(entry.words, with: values.map { words($0, in: language) })
        }
        return nil
    }

    /// What stands in the gaps between the pieces, if the sentence is made of them.
    private static func values(of pieces: [Substring], in sentence: String) -> [String]? {
        guard let first = pieces.first, let last = pieces.last, sentence.hasPrefix(first) else { return nil }
        var values: [String] = []
        var rest = sentence.dropFirst(first.count)
        for piece in pieces.dropFirst().dropLast() {
            guard let place = rest.firstRange(of: piece) else { return nil }
            values.append(String(rest[..<place.lowerBound]))
            rest = rest[place.upperBound...]
        }
        guard rest.hasSuffix(last) else { return nil }
        return values + [String(rest.dropLast(last.count))]
    }

    /// In one pass, so that a value with a % in it is not filled again.
    private static func fill(_ words: String, with values: [String]) -> String {
        words.replacing(/%([1-9])/) { match in
            guard let number = Int(match.1), number <= values.count else { return String(match.0) }
            return values[number - 1]
        }
    }
}

extension String {
    /// With spaces that do not break where the language wants them: French does before `: ; ! ?` and inside « ».
    func spaced(for language: Language) -> String {
        guard language == .french else { return self }
        return [" :", " ;", " !", " ?", " »"].reduce(self) { $0.replacing($1, with: "\u{A0}\($1.dropFirst())") }
            .replacing("« ", with: "«\u{A0}")
    }
}
