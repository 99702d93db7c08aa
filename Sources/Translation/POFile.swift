import Basics

/// A gettext catalogue: the messages of one language (`.po`).
struct POFile: Sendable {
    struct Entry: Sendable, Equatable {
        /// What kind of message it is: `fault`, `state`; nil for the words of a page.
        var context: String?
        var message = ""
        var plural: String?
        /// One text, or one for each form of the language where there is a plural; empty where nobody translated it.
        var texts: [String] = []
        /// A guess that nobody has looked at: it is not used.
        var isFuzzy = false
        /// Of its first line, from 1.
        var line = 0
    }

    let path: String
    /// Without the header, in the order of the file.
    let entries: [Entry]
    let plurals: PluralRule

    /// - Parameter path: for messages: `words/it.po`.
    /// - Throws: `Fault.Code.invalid` naming file and line, and what is right.
    init(_ text: String, path: String) throws {
        var reader = POReader(path: path)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { try reader.read(line) }
        let entries = try reader.finish()
        self.path = path
        var header: [Substring: String] = [:]
        for line in (entries.first { $0.message.isEmpty }?.texts.first ?? "").split(separator: "\n") {
            let sides = line.split(separator: ":", maxSplits: 1)
            if sides.count == 2 { header[sides[0]] = sides[1].trimmingPrefix { $0 == " " }.description }
        }
        guard let type = header["Content-Type"], type.uppercased().hasSuffix("CHARSET=UTF-8") else {
            throw Fault.words(path, 1, "its header must say Content-Type: text/plain; charset=UTF-8")
        }
        plurals =
            try header["Plural-Forms"].map { text in
                guard let rule = PluralRule(header: text) else {
                    let right = "nplurals=2; plural=(n != 1);"
                    throw Fault.words(path, 1, "its Plural-Forms cannot be understood; write them like \(right)")
                }
                return rule
            } ?? .english
        self.entries = entries.filter { !$0.message.isEmpty }
        try judge()
    }

    private func judge() throws {
        var known: [[String]: Int] = [:]
        for entry in entries {
            if let first = known.updateValue(entry.line, forKey: [entry.context ?? "", entry.message]) {
                throw Fault.words(path, entry.line, "this message stands on line \(first) already")
            }
            let isTranslated = entry.texts.contains { !$0.isEmpty }
            guard isTranslated, !entry.isFuzzy else { continue }
            let forms = entry.plural == nil ? 1 : plurals.count
            guard entry.texts.count == forms, !entry.texts.contains(where: \.isEmpty) else {
                throw Fault.words(path, entry.line, "this message needs \(forms) texts that are not empty")
            }
        }
    }
}

extension Fault {
    static func words(_ path: String, _ line: Int, _ what: String) -> Fault {
        .invalid(path, "malformed_words", "\(path):\(line): \(what).")
    }
}

/// Reads a catalogue line by line.
struct POReader {
    let path: String
    private var entries: [POFile.Entry] = []
    private var entry = POFile.Entry()
    private var field = Field.none
    private var number = 0
    private var isFuzzy = false

    private enum Field: Equatable { case none, context, message, plural, text(Int) }

    init(path: String) { self.path = path }

    mutating func read(_ line: Substring) throws {
        number += 1
        var line = line
        while let last = line.last, last.isWhitespace { line.removeLast() }
        line = line.drop { $0.isWhitespace }
        if line.hasPrefix("#") {
            try close()
            // What begins with #~ was a message once.
            if line.hasPrefix("#,"), line.contains("fuzzy") { isFuzzy = true }
            return
        }
        if line.isEmpty { return try close() }
        guard let quote = line.firstIndex(of: "\""), line.last == "\"", line.index(after: quote) < line.endIndex else {
            throw fault("a line is a comment, or a keyword with a text in quotes")
        }
        var keyword = line[..<quote]
        while keyword.last?.isWhitespace == true { keyword.removeLast() }
        let text = try unescaped(line[line.index(after: quote)...].dropLast())
        if !keyword.isEmpty { try begin(keyword) }
        try append(text)
    }

    mutating func finish() throws -> [POFile.Entry] {
        try close()
        return entries
    }

    private mutating func begin(_ keyword: Substring) throws {
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
            guard let index = keyword.wholeMatch(of: /msgstr\[([0-9])\]/).flatMap({ Int($0.1) }),
                entry.plural != nil, index == entry.texts.count
            else { throw fault("a keyword is msgctxt, msgid, msgid_plural, msgstr, or msgstr[0] and so on") }
            field = .text(index)
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

    private func unescaped(_ text: Substring) throws -> String {
        var plain = ""
        var rest = text
        while let sign = rest.popFirst() {
            guard sign != "\"" else { throw fault("a quote within a text is written \\\"") }
            guard sign == "\\" else {
                plain.append(sign)
                continue
            }
            switch rest.popFirst() {
            case "n": plain.append("\n")
            case "t": plain.append("\t")
            case "\"": plain.append("\"")
            case "\\": plain.append("\\")
            default: throw fault("a backslash stands before n, t, a quote or another backslash")
            }
        }
        return plain
    }

    private func fault(_ what: String) -> Fault { .words(path, number, what) }
}
