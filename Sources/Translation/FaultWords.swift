package import Basics

/// The sentences of faults in the reader's language: messages of
/// the context `fault`, with numbered gaps.
///
/// The program has each sentence once, in English, where the fault is thrown, and command
/// line and API show it as it is. A page looks it up here by the sentence itself, whatever
/// the values in it. English has words of its own where a page says otherwise than the
/// command line, whose sentences name options.
package struct FaultWords: Sendable {
    /// A sentence with gaps, and what it is in another language.
    private struct Entry: Sendable {
        let pieces: [Substring]
        let words: String

        /// How much of the sentence is ours: of two that fit, the one that says more.
        var letters: Int { pieces.reduce(0) { $0 + $1.count } }
    }

    /// The sentences of a language, found by their first word, else by their last.
    private struct Index: Sendable {
        var exact: [String: String] = [:]
        var byFirst: [Substring: [Entry]] = [:]
        var byLast: [Substring: [Entry]] = [:]
        var others: [Entry] = []

        init(_ messages: [(message: String, text: String)]) {
            let entries = messages.compactMap { message, text -> Entry? in
                let pieces = message.split(separator: /%[1-9]/, omittingEmptySubsequences: false)
                if pieces.count == 1 { exact[message] = text }
                return pieces.count == 1 ? nil : Entry(pieces: pieces, words: text)
            }
            for entry in entries.sorted(by: { ($0.letters, $1.words) > ($1.letters, $0.words) }) {
                if let word = Self.firstWord(entry.pieces[0]) {
                    byFirst[word, default: []].append(entry)
                } else if let word = entry.pieces.last.flatMap(Self.lastWord) {
                    byLast[word, default: []].append(entry)
                } else {
                    others.append(entry)
                }
            }
        }

        /// Most telling first.
        func candidates(_ sentence: String) -> [Entry] {
            var found = others
            if let word = Self.firstWord(sentence[...]) { found += byFirst[word] ?? [] }
            if let word = Self.lastWord(sentence[...]) { found += byLast[word] ?? [] }
            return found.sorted { $0.letters > $1.letters }
        }

        /// Up to a blank, without which it may go on in the gap.
        private static func firstWord(_ piece: Substring) -> Substring? {
            piece.firstIndex(of: " ").flatMap { $0 == piece.startIndex ? nil : piece[..<$0] }
        }

        private static func lastWord(_ piece: Substring) -> Substring? {
            piece.lastIndex(of: " ").map { piece[$0...].dropFirst() }.flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    private let indexes: [Language: Index]

    package init(_ translations: Translations) {
        indexes = Dictionary(
            uniqueKeysWithValues: translations.languages.all.map {
                ($0, Index(translations.messages(of: "fault", in: $0)))
            })
    }

    /// The sentence in a language; as it is where nobody put it into that.
    package func words(_ sentence: String, in language: Language) -> String {
        translation(of: sentence, in: language) ?? translation(of: sentence, in: .english) ?? sentence
    }

    /// For what people may have written themselves: only a whole
    /// sentence of ours is put into a language.
    package func wholeWords(_ sentence: String, in language: Language) -> String {
        indexes[language]?.exact[sentence] ?? sentence
    }

    /// Nil where nobody put the sentence into that language.
    package func translation(of sentence: String, in language: Language) -> String? {
        guard let index = indexes[language] else { return nil }
        if let words = index.exact[sentence] { return words }
        for entry in index.candidates(sentence) {
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
