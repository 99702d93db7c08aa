import Basics

/// Reads a catalogue line by line, as bytes: there are thousands of them whenever a program starts.
struct POReader {
    let path: String
    private var entries: [POFile.Entry] = []
    private var entry = POFile.Entry()
    private var field = Field.none
    private var number = 0
    private var isFuzzy = false

    private enum Field: Equatable { case none, context, message, plural, text(Int) }

    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    init(path: String) { self.path = path }

    /// - Parameter line: without its end; UTF-8.
    mutating func read(_ line: ArraySlice<UInt8>) throws {
        number += 1
        let line = Self.trimmed(line)
        guard let first = line.first else { return try close() }
        if first == UInt8(ascii: "#") {
            try close()
            // What begins with #~ was a message once.
            if line.dropFirst().first == UInt8(ascii: ","), String(decoding: line, as: UTF8.self).contains("fuzzy") {
                isFuzzy = true
            }
            return
        }
        guard let start = line.firstIndex(of: Self.quote), line.last == Self.quote, start < line.endIndex - 1 else {
            throw fault("a line is a comment, or a keyword with a text in quotes")
        }
        let keyword = Self.trimmed(line[..<start])
        let text = try unescaped(line[(start + 1)...].dropLast())
        if !keyword.isEmpty { try begin(String(decoding: keyword, as: UTF8.self)) }
        try append(text)
    }

    mutating func finish() throws -> [POFile.Entry] {
        try close()
        return entries
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line
        while let last = line.last, last == 0x20 || last == 0x09 || last == 0x0D { line.removeLast() }
        return line.drop { $0 == 0x20 || $0 == 0x09 }
    }

    private mutating func begin(_ keyword: String) throws {
        switch keyword {
        case "msgctxt":
            try close()
            field = .context
            entry.context = ""
        case "msgid":
            if field != .context { try close() }
            field = .message
        case "msgid_plural":
            guard field == .message else { throw fault("msgid_plural follows msgid") }
            field = .plural
            entry.plural = ""
        case "msgstr":
            guard field == .message else {
                throw fault("msgstr follows msgid; where there is a plural, write msgstr[0]")
            }
            field = .text(0)
            entry.texts = [""]
        default:
            let next = entry.texts.count
            guard keyword == "msgstr[\(next)]", entry.plural != nil else {
                throw fault("a keyword is msgctxt, msgid, msgid_plural, msgstr, or msgstr[0] and so on")
            }
            field = .text(next)
            entry.texts.append("")
        }
        if entry.line == 0 { entry.line = number }
    }

    private mutating func append(_ text: String) throws {
        switch field {
        case .none: throw fault("a text follows its keyword")
        case .context: entry.context? += text
        case .message: entry.message += text
        case .plural: entry.plural? += text
        case .text(let index): entry.texts[index] += text
        }
    }

    private mutating func close() throws {
        guard field != .none else { return }
        guard case .text = field else { throw fault("msgid needs its msgstr") }
        entry.isFuzzy = isFuzzy
        entries.append(entry)
        (entry, field, isFuzzy) = (POFile.Entry(), .none, false)
    }

    private func unescaped(_ text: ArraySlice<UInt8>) throws -> String {
        guard text.contains(where: { $0 == Self.quote || $0 == Self.backslash }) else {
            return String(decoding: text, as: UTF8.self)
        }
        var plain: [UInt8] = []
        var rest = text
        while let sign = rest.popFirst() {
            guard sign != Self.quote else { throw fault("a quote within a text is written \\\"") }
            guard sign == Self.backslash else {
                plain.append(sign)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "n"): plain.append(0x0A)
            case UInt8(ascii: "t"): plain.append(0x09)
            case Self.quote: plain.append(Self.quote)
            case Self.backslash: plain.append(Self.backslash)
            default: throw fault("a backslash stands before n, t, a quote or another backslash")
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private func fault(_ what: String) -> Fault { .words(path, number, what) }
}
