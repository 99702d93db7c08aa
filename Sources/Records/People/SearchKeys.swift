import Foundation

/// A name as it is searched: without case and accents, as it is written and with the last word first.
public struct SearchKeys: Hashable, Sendable {
    public let name: String
    public let family: String

    public init(name: String) {
        let words = Self.folded(name).split(separator: " ")
        self.name = words.joined(separator: " ")
        family = (words.suffix(1) + words.dropLast()).joined(separator: " ")
    }

    /// One space between words, none around them.
    public static func folded(_ text: String) -> String {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
