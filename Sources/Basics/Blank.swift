extension Unicode.Scalar {
    /// Whether a reader sees nothing of it: blanks of every kind,
    /// and what only steers how others are shown.
    ///
    /// Spreadsheets, mail programs and phones leave such characters around what is copied out of them.
    package var isBlank: Bool {
        properties.isWhitespace || properties.isDefaultIgnorableCodePoint || properties.generalCategory == .format
    }
}

extension StringProtocol {
    /// Without the blanks and invisible characters at its ends.
    package var withoutBlankEnds: String {
        let scalars = unicodeScalars.drop(while: \.isBlank)
        let end = scalars.lastIndex { !$0.isBlank }.map { scalars.index(after: $0) } ?? scalars.startIndex
        return String(String.UnicodeScalarView(scalars[scalars.startIndex..<end]))
    }
}
