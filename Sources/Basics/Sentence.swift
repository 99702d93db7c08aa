/// What Usher says to a person: a message with numbered gaps, and what stands in them.
///
/// Written as an interpolated literal. `"There is no cloud \(slug) in \(name)."` has the message
/// `There is no cloud %1 in %2.`, which is how gettext catalogues know it, whatever the values.
public struct Sentence: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
        /// The same in every language: a name, an address, a number.
        case text(String)
        /// Words of ours, which have a message of their own.
        case sentence(Sentence)
    }

    /// Its English, with `%1` to `%9` for the values.
    public let message: String
    public let values: [Value]

    private init(message: String, values: [Value]) {
        self.message = message
        self.values = values
    }

    /// Words that have no gaps, such as those of another server.
    public init(_ words: String) { self.init(message: words, values: []) }

    public var english: String { words { $0 } }

    /// In a language, each message by its translation.
    public func words(_ translation: (_ message: String) -> String) -> String {
        fill(translation(message)) { number in
            switch values[number - 1] {
            case .text(let text): text
            case .sentence(let sentence): sentence.words(translation)
            }
        }
    }

    /// In one pass, so that a value with a % in it is not filled again.
    private func fill(_ text: String, _ value: (_ number: Int) -> String) -> String {
        guard !values.isEmpty else { return text }
        let pieces = text.split(separator: "%", omittingEmptySubsequences: false)
        return pieces.dropFirst().reduce(into: String(pieces[0])) { filled, piece in
            if let sign = piece.utf8.first, (0x31...0x39).contains(sign), Int(sign) - 0x30 <= values.count {
                filled += value(Int(sign) - 0x30) + piece.dropFirst()
            } else {
                filled += "%" + piece
            }
        }
    }

    /// One after the other, however many.
    public init(_ sentences: [Sentence]) {
        self = sentences.dropFirst().reduce(sentences.first ?? "") { "\($0) \($1)" }
    }

    /// With what was meant, perhaps, where that is known.
    public func suggesting(_ near: String?) -> Sentence { near.map { "\(self) Did you mean \($0)?" } ?? self }

    public static func + (one: Sentence, other: Sentence) -> Sentence {
        let moved = other.fill(other.message) { "%\($0 + one.values.count)" }
        return Sentence(message: one.message + moved, values: one.values + other.values)
    }
}

extension Sentence: CustomStringConvertible {
    public var description: String { english }
}

extension Sentence: ExpressibleByStringInterpolation {
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var message = ""
        fileprivate var values: [Value] = []

        public init(literalCapacity: Int, interpolationCount: Int) {}

        public mutating func appendLiteral(_ literal: String) { message += literal }

        public mutating func appendInterpolation(_ sentence: Sentence) { append(.sentence(sentence)) }

        /// A word of ours: a state, a kind.
        public mutating func appendInterpolation(word: String) { append(.sentence(Sentence(word))) }

        @_disfavoredOverload
        public mutating func appendInterpolation(_ value: some Any) { append(.text("\(value)")) }

        private mutating func append(_ value: Value) {
            values.append(value)
            message += "%\(values.count)"
        }
    }

    public init(stringLiteral value: String) { self.init(value) }

    public init(stringInterpolation: StringInterpolation) {
        self.init(message: stringInterpolation.message, values: stringInterpolation.values)
    }
}

/// Stored as the list of its message and its values, of which those of ours are such lists.
extension Sentence: Codable {
    public init(from decoder: any Decoder) throws {
        // As 0.1.0 stored it: without what tells its values from its words.
        if let words = try? decoder.singleValueContainer().decode(String.self) {
            self.init(words)
            return
        }
        var list = try decoder.unkeyedContainer()
        let message = try list.decode(String.self)
        var values: [Value] = []
        while !list.isAtEnd {
            if let text = try? list.decode(String.self) {
                values.append(.text(text))
            } else {
                values.append(.sentence(try list.decode(Sentence.self)))
            }
        }
        self.init(message: message, values: values)
    }

    public func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        try list.encode(message)
        for value in values {
            switch value {
            case .text(let text): try list.encode(text)
            case .sentence(let sentence): try list.encode(sentence)
            }
        }
    }
}
