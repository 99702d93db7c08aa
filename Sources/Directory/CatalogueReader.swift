import Yams

/// Reads one YAML file of the catalogue and collects what is wrong, so
/// that an author sees every fault at once.
///
/// Values are taken as written (`.scalar.string`), never as YAML 1.1
/// understands them: a profile may be called `NO`.
struct CatalogueReader {
    /// Far above any real catalogue, far below what would make a start slow.
    static let maximumBytes = 262_144
    static let maximumEntries = 2_000
    static let maximumTextLength = 500
    static let maximumFindings = 100

    let file: String
    private(set) var findings: [CatalogueDefects.Finding] = []

    init(file: String) { self.file = file }

    /// One key of a mapping with its value.
    struct Entry {
        let key: String
        let keyNode: Node
        let value: Node
    }

    mutating func report(_ node: Node?, _ message: String) {
        report(line: node?.mark?.line ?? 1, column: node?.mark?.column ?? 1, message)
    }

    mutating func report(line: Int, column: Int, _ message: String) {
        guard findings.count < Self.maximumFindings else { return }
        findings.append(CatalogueDefects.Finding(file: file, line: line, column: column, message: message))
    }

    /// The document's top mapping; nil, with a finding, if the
    /// text is no YAML mapping of tolerable size.
    mutating func root(of text: String) -> Node? {
        guard text.utf8.count <= Self.maximumBytes else {
            report(nil, "The file is larger than \(Self.maximumBytes) bytes.")
            return nil
        }
        // Before parsing: an alias bomb costs its time while the parser compares keys, not afterwards.
        if let (line, column) = firstAnchorOrAlias(in: text) {
            report(line: line, column: column, "Anchors (&) and aliases (*) are not supported; write the value out.")
            return nil
        }
        do {
            // Whoever reads takes each scalar as the text that it is: what type it might be is not looked for.
            guard let node = try Yams.compose(yaml: text, .basic) else {
                report(nil, "The file is empty.")
                return nil
            }
            return node
        } catch let error as YamlError {
            report(error)
        } catch {
            report(nil, "The file cannot be read as YAML.")
        }
        return nil
    }

    private mutating func report(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            report(line: mark.line, column: mark.column, "Not well-formed YAML: \(problem).")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.sorted().joined(separator: ", ")
            report(line: context.mark.line, column: context.mark.column, "Keys are written twice: \(keys).")
        default:
            report(nil, "The file cannot be read as YAML.")
        }
    }

    /// `&name` or `*name` where YAML would begin a value; inside a quoted
    /// text it is refused too, which costs little.
    private func firstAnchorOrAlias(in text: String) -> (line: Int, column: Int)? {
        let openers: Set<Character> = [" ", "\t", "[", "{", ",", ":", "-"]
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard line.first(where: { !$0.isWhitespace }) != "#" else { continue }
            var before: Character = " "
            for (offset, character) in line.enumerated() {
                if character == "&" || character == "*", openers.contains(before) {
                    let next = line.dropFirst(offset + 1).first
                    if let next, !next.isWhitespace { return (number + 1, offset + 1) }
                }
                before = character
            }
        }
        return nil
    }

    // MARK: Shapes

    /// The entries of a mapping in file order; empty, with a
    /// finding, if `node` is none or has too many.
    mutating func entries(_ node: Node?, of what: String) -> [Entry] {
        guard let mapping = node?.mapping else {
            report(node, "\(what) must be a mapping of names to values.")
            return []
        }
        guard mapping.count <= Self.maximumEntries else {
            report(node, "\(what) has more than \(Self.maximumEntries) entries.")
            return []
        }
        return mapping.compactMap { pair in
            guard let key = text(pair.key, of: "A key") else { return nil }
            return Entry(key: key, keyNode: pair.key, value: pair.value)
        }
    }

    /// A mapping with known keys: missing, unknown and misspelt ones are findings.
    mutating func record(
        _ node: Node?, of what: String, required: [String], optional: [String] = []
    ) -> [String: Node] {
        let known = required + optional
        guard node?.mapping != nil else {
            report(node, "\(what) must be a mapping with the keys \(known.joined(separator: ", ")).")
            return [:]
        }
        var values: [String: Node] = [:]
        for entry in entries(node, of: what) {
            if known.contains(entry.key) {
                values[entry.key] = entry.value
            } else if let meant = Suggestion.nearest(to: entry.key, among: known) {
                report(entry.keyNode, "Unknown key “\(entry.key)” in \(what). Did you mean “\(meant)”?")
            } else {
                let list = known.joined(separator: ", ")
                report(entry.keyNode, "Unknown key “\(entry.key)” in \(what). Known keys: \(list).")
            }
        }
        for key in required where values[key] == nil { report(node, "\(what) lacks the key “\(key)”.") }
        return values
    }

    /// A text on one line, 1 to 500 characters.
    mutating func text(_ node: Node?, of what: String) -> String? {
        guard let node else { return nil }
        guard let text = node.scalar?.string else {
            report(node, "\(what) must be a text.")
            return nil
        }
        guard !text.isEmpty, text.unicodeScalars.count <= Self.maximumTextLength, !text.contains(where: \.isNewline)
        else {
            report(node, "\(what) must have 1 to \(Self.maximumTextLength) characters on one line.")
            return nil
        }
        return text
    }

    /// `true` or `false`, and no other spelling.
    mutating func flag(_ node: Node?, of what: String) -> Bool? {
        guard let text = text(node, of: what) else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default:
            report(node, "\(what) must be true or false.")
            return nil
        }
    }

    /// A whole number within `range`, in decimal digits.
    mutating func number(_ node: Node?, of what: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(node, of: what) else { return nil }
        guard let number = Int(text), range.contains(number), text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            report(node, "\(what) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
        return number
    }

    /// The elements of a list of texts, each with its node for findings.
    mutating func texts(_ node: Node?, of what: String) -> [(text: String, node: Node)] {
        guard let node else { return [] }
        guard let sequence = node.sequence, sequence.count <= Self.maximumEntries else {
            report(node, "\(what) must be a list.")
            return []
        }
        return sequence.compactMap { element in
            text(element, of: "An element of \(what)").map { (text: $0, node: element) }
        }
    }
}
