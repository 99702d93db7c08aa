import Foundation

/// The short name of an organization, cloud or role in commands and
/// addresses: 1–40 of a–z, 0–9 and inner hyphens.
public struct Slug: Hashable, Sendable {
    public let text: String

    public enum Refusal: Error, Equatable { case empty, tooLong, forbiddenCharacter, hyphenAtEdge }

    /// Refuses rather than repairs: what was typed is what others must type.
    public init(_ input: String) throws(Refusal) {
        guard !input.isEmpty else { throw .empty }
        guard input.utf8.count <= 40 else { throw .tooLong }
        guard input.utf8.allSatisfy(Self.isAllowed) else { throw .forbiddenCharacter }
        guard !input.hasPrefix("-"), !input.hasSuffix("-") else { throw .hyphenAtEdge }
        text = input
    }

    /// The slug that `name` suggests: accents dropped, everything else
    /// that is not allowed turned into one hyphen.
    ///
    /// - Returns: nil if nothing usable remains, as for a name in another script.
    public init?(from name: String) {
        var text = ""
        for byte in name.decomposedStringWithCanonicalMapping.lowercased().utf8 {
            if Self.isAllowed(byte), byte != 0x2D {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else if byte < 0x80, !text.hasSuffix("-"), !text.isEmpty {
                text += "-"
            }
        }
        while text.utf8.count > 40 || text.hasSuffix("-") { text.removeLast() }
        guard !text.isEmpty else { return nil }
        self.text = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
    }
}

extension Slug: CustomStringConvertible {
    public var description: String { text }
}

/// What a person or an organization is called, for people to read: 1–200 characters, NFC, trimmed.
///
/// Free of control characters, so that it cannot end a mail header, and of invisible ones that
/// change the direction or hide text, so that an approver reads the name that is stored
/// (Unicode Technical Report 36, section 2.10).
public struct DisplayName: Hashable, Sendable {
    public let text: String

    /// `empty`: no letter and no digit.
    public enum Refusal: Error, Equatable { case empty, tooLong, forbiddenCharacter }

    public init(_ input: String) throws(Refusal) {
        // Before any Unicode work, whose cost grows with the input;
        // no name of 200 characters has 4,000 bytes.
        guard input.utf8.count <= 4_000 else { throw .tooLong }
        // Names are read far more often than written, and most are plain.
        if Self.isPlain(input) {
            text = input
            return
        }
        let trimmed = input.trimmingCharacters(in: .whitespaces).precomposedStringWithCanonicalMapping
        guard trimmed.unicodeScalars.allSatisfy(Self.isAllowed) else { throw .forbiddenCharacter }
        // Marks and joiners alone would print as nothing, or on the neighbouring text.
        guard trimmed.contains(where: { $0.isLetter || $0.isNumber }) else { throw .empty }
        // In scalars, as the database counts, so that one letter under
        // a thousand accents is not one character.
        guard trimmed.unicodeScalars.count <= 200 else { throw .tooLong }
        text = trimmed
    }

    /// Whether nothing can be wrong with the name: printable ASCII
    /// from a letter or digit to something visible.
    private static func isPlain(_ input: String) -> Bool {
        let bytes = input.utf8
        guard bytes.count <= 200, let first = bytes.first, let last = bytes.last, last != 0x20 else { return false }
        return (first | 0x20 >= 0x61 && first | 0x20 <= 0x7A || first >= 0x30 && first <= 0x39)
            && bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        // ZWNJ and ZWJ: Persian and Indic spelling needs them. Variation selectors:
        // so does the right form of a Japanese name.
        if scalar.value == 0x200C || scalar.value == 0x200D || scalar.properties.isVariationSelector { return true }
        // Fillers that are letters by category and blank on paper.
        if scalar.properties.isDefaultIgnorableCodePoint { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
        default: return true
        }
    }
}

extension DisplayName: CustomStringConvertible {
    public var description: String { text }
}
