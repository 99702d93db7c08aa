import Records

extension MailField {
    /// Itself, or nil for an empty text: a section `{{#reason}}`
    /// then shows only where there is a reason.
    var isPresent: MailField? {
        if case .text("") = self { nil } else { self }
    }

    /// The value as Mustache takes it, with texts made harmless for the place where they are shown.
    func shown(named name: String) -> Any {
        switch self {
        case .text(let text): MailFields.free.contains(name) ? freeText(text) : oneLine(text)
        case .flag(let flag): flag
        case .list(let rows):
            rows.map { row in
                row.compactMapValues(\.isPresent).reduce(into: [String: Any]()) { values, field in
                    values[field.key] = field.value.shown(named: field.key)
                }
            }
        }
    }
}

/// Keeps one line one line: a name with line breaks could otherwise
/// write paragraphs of its own into our text.
func oneLine(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F }) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { breaksLine($0) || isHidden($0) ? " " : $0 }))
}

/// Keeps the paragraphs that a person wrote; line ends become LF, other control characters blanks.
func freeText(_ text: String) -> String {
    // Most texts hold nothing of the kind.
    guard text.utf8.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 >= 0x7F }) else { return text }
    let unified = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    return String(
        String.UnicodeScalarView(
            unified.unicodeScalars.map { scalar in
                if scalar == "\n" || scalar == "\t" { return scalar }
                return breaksLine(scalar) ? "\n" : isHidden(scalar) ? " " : scalar
            }))
}

/// At most `limit` characters; what was cut off is told by an ellipsis.
func shortened(_ text: String, to limit: Int) -> String {
    text.count <= limit ? text : String(text.prefix(limit - 1)) + "…"
}

private func breaksLine(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
}

/// Control characters, and those that turn the direction of
/// writing: they make a text read other than it is.
private func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x202A...0x202E, 0x2066...0x2069: true
    default: scalar.properties.generalCategory == .control
    }
}
