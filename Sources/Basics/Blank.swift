extension Unicode.Scalar {
    /// Whether a reader sees nothing of it: blanks of every kind,
    /// and what only steers how others are shown.
    ///
    /// Spreadsheets, mail programs and phones leave such characters around what is copied out of them.
    public var isBlank: Bool {
        properties.isWhitespace || properties.isDefaultIgnorableCodePoint || properties.generalCategory == .format
    }
}

extension StringProtocol {
    /// Without the blanks and invisible characters at its ends.
    public var withoutBlankEnds: String {
        let scalars = unicodeScalars.drop(while: \.isBlank)
        let end = scalars.lastIndex { !$0.isBlank }.map { scalars.index(after: $0) } ?? scalars.startIndex
        return String(String.UnicodeScalarView(scalars[scalars.startIndex..<end]))
    }
}

extension Substring {
    /// Without the spaces and tabs that may stand around what a header field says (RFC 9110, section 5.6.3).
    public var withoutOptionalWhitespace: String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        guard let start = utf8.firstIndex(where: { !isSpace($0) }), let last = utf8.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(self[start..<utf8.index(after: last)])
    }
}

extension String {
    /// As of a part of a text.
    public var withoutOptionalWhitespace: String { self[...].withoutOptionalWhitespace }
}
