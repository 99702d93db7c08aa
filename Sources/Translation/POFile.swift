import Basics

/// A gettext catalogue: the messages of one language (`.po`).
struct POFile: Sendable {
    struct Entry: Sendable, Equatable {
        /// What kind of message it is: `fault`, `state`; nil for the words of a page.
        var context: String?
        var message = ""
        var plural: String?
        /// One text, or one for each form of the language where there is a
        /// plural; empty where nobody translated it.
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
        for line in Array(text.utf8).split(separator: 0x0A, omittingEmptySubsequences: false) { try reader.read(line) }
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
        var known: [String: [String: Int]] = [:]
        for entry in entries {
            if let first = known[entry.context ?? "", default: [:]].updateValue(entry.line, forKey: entry.message) {
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
