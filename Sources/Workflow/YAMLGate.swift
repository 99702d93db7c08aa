import Yams

/// Reads YAML that a stranger may have written: bounded in size, depth and scalars, without aliases.
///
/// libyaml and Yams recurse once per level and expand aliases by value, so what would
/// hurt them is refused before they see it.
enum YAMLGate {
    static let largestBytes = 1_000_000
    static let mostBrackets = 100_000
    static let deepestBrackets = 200
    /// Commas, colons and lines: each node of the tree has one of them about it.
    ///
    /// An element of a list costs some 130 bytes, a key of a large map near
    /// a thousand while Yams looks for its like.
    static let mostMarks = 120_000
    static let deepestIndent = 80
    static let longestScalar = 4_000

    /// The root of the only document, or the finding that says why there is none.
    static func root(of yaml: String, file: String) -> Result<Node, DefinitionDefects> {
        func refuse(_ rule: String, _ at: Position, _ message: String) -> Result<Node, DefinitionDefects> {
            let finding = Finding(rule: rule, file: file, line: at.line, column: at.column, message: message)
            return .failure(DefinitionDefects(findings: [finding]))
        }
        let top = Position(line: 1, column: 1)
        guard yaml.utf8.count <= largestBytes else {
            return refuse("too-large", top, "The file has more than \(largestBytes) bytes.")
        }
        if let hazard = hazard(in: yaml) { return refuse(hazard.rule, hazard.at, hazard.message) }
        do {
            // Readers take each scalar as the text that it is: what type it might be is not looked for.
            guard let node = try compose(yaml: yaml, .basic) else { return refuse("empty", top, "The file is empty.") }
            return .success(node)
        } catch let error as YamlError {
            let (place, message) = explain(error)
            return refuse("yaml", place, message)
        } catch {
            return refuse("yaml", top, "The file is no YAML.")
        }
    }

    private static func explain(_ error: YamlError) -> (Position, String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return (Position(line: mark.line, column: mark.column), "The file is no YAML: \(problem).")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "`\($0)`" }.joined(separator: ", ")
            return (Position(line: context.mark.line, column: context.mark.column), "Given twice: \(names).")
        case .reader(let problem, _, _, _):
            return (Position(line: 1, column: 1), "The file holds bytes that are no text: \(problem).")
        default: return (Position(line: 1, column: 1), "The file is no YAML.")
        }
    }

    /// What would make libyaml or Yams recurse too deeply or expand without end, found byte by byte.
    ///
    /// Deliberately blind to quotes and comments: a scan that skipped them could be led to
    /// skip what is none. So no word may begin with `*`, not even in a comment. Without
    /// aliases anchors do nothing. Nesting in blocks cannot exceed the indentation, `- - -`
    /// included. Closing brackets in quotes can hide nesting in brackets from this scan;
    /// libyaml itself stops at a thousand levels, which Yams still bears.
    private static func hazard(in yaml: String) -> (rule: String, at: Position, message: String)? {
        var line = 1
        var column = 0
        var brackets = Brackets()
        var marks = 0
        var indent: Int? = 0
        var star: Position?
        var previous = newline
        for byte in yaml.utf8 {
            if let star, !(9...32).contains(byte) {
                return ("alias", star, "Aliases are refused: no word may begin with `*`, not even in a comment.")
            }
            star = nil
            defer { previous = byte }
            if byte == newline || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":") { marks += 1 }
            guard marks <= mostMarks else {
                let here = Position(line: line, column: max(1, column))
                return ("too-large", here, "The file has more than \(mostMarks) commas, colons and lines.")
            }
            if byte == newline {
                (line, column, indent) = (line + 1, 0, 0)
                continue
            }
            // Continuation bytes are no characters of their own.
            if byte & 0xC0 != 0x80 { column += 1 }
            let here = Position(line: line, column: max(1, column))
            if let columns = indent { indent = indenting.contains(byte) ? columns + 1 : nil }
            if (indent ?? 0) > deepestIndent {
                return ("too-deep", here, "Nested more than \(deepestIndent) columns deep.")
            }
            if let hazard = brackets.hazard(reading: byte) { return ("too-deep", here, hazard) }
            // Bytes above ASCII may be the end of a line break that only YAML knows.
            if byte == UInt8(ascii: "*"), previous >= 0x80 || beforeToken.contains(previous) { star = here }
        }
        return nil
    }

    private struct Brackets {
        private var opened = 0
        private var depth = 0

        mutating func hazard(reading byte: UInt8) -> String? {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"): (opened, depth) = (opened + 1, depth + 1)
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
            default: return nil
            }
            if depth > deepestBrackets { return "Nested more than \(deepestBrackets) brackets deep." }
            return opened > mostBrackets ? "The file opens more than \(mostBrackets) brackets." : nil
        }
    }

    private static let newline = UInt8(ascii: "\n")
    private static let indenting = Array(" \t-?:".utf8)
    private static let beforeToken = Array(" \t\n\r[]{},:-?\"'".utf8)
}
