import Yams

/// Reads YAML that a stranger may have written: bounded in size, depth and scalars, without aliases and tags.
///
/// libyaml and Yams recurse once per level and expand aliases by value, so what would hurt them is refused before
/// they see it.
enum YAMLGate {
    static let largestBytes = 1_000_000
    static let deepestFlow = 20
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
        if let (rule, place, message) = hazard(in: yaml) { return refuse(rule, place, message) }
        do {
            guard let node = try compose(yaml: yaml) else { return refuse("empty", top, "The file is empty.") }
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

    /// A scan that understands just enough of YAML: comments, quotes, brackets, indentation, where a token begins.
    ///
    /// It errs on the side of refusal: a block of text with ` *word` in it must quote that.
    private static func hazard(in yaml: String) -> (String, Position, String)? {
        var line = 1
        var column = 0
        var flow = 0
        var indent: Int? = 0
        var quote: UInt8?
        var previous = UInt8(ascii: "\n")
        var escaped = false
        for byte in yaml.utf8 {
            defer { previous = byte }
            if byte == UInt8(ascii: "\n") {
                (line, column, indent) = (line + 1, 0, 0)
                if quote == Scan.comment { quote = nil }
                continue
            }
            // Continuation bytes are no characters of their own.
            if byte & 0xC0 != 0x80 { column += 1 }
            let here = Position(line: line, column: max(1, column))
            if let open = quote {
                if open == Scan.comment { continue }
                if open == Scan.double, byte == Scan.backslash, !escaped {
                    escaped = true
                    continue
                }
                if byte == open, !escaped { quote = nil }
                escaped = false
                continue
            }
            let beginsToken = Scan.beforeToken.contains(previous)
            if let depth = indent {
                // `- - - x` nests as deeply as an indented list does.
                indent = Scan.indenting.contains(byte) ? depth + 1 : nil
                if depth >= deepestIndent, indent != nil {
                    return ("too-deep", here, "Nested more than \(deepestIndent) columns deep.")
                }
            }
            switch byte {
            case Scan.comment where previous == 0x20 || previous == 0x09 || previous == 0x0A: quote = Scan.comment
            case Scan.single where beginsToken, Scan.double where beginsToken: quote = byte
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                flow += 1
                if flow > deepestFlow { return ("too-deep", here, "Nested more than \(deepestFlow) brackets deep.") }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): flow = max(0, flow - 1)
            case UInt8(ascii: "&") where beginsToken, UInt8(ascii: "*") where beginsToken:
                return ("alias", here, "Anchors and aliases are refused; write it out, or quote the text.")
            case UInt8(ascii: "!") where beginsToken: return ("tag", here, "Tags are refused; quote the text.")
            default: break
            }
        }
        return nil
    }

    private enum Scan {
        static let comment = UInt8(ascii: "#")
        static let single = UInt8(ascii: "'")
        static let double = UInt8(ascii: "\"")
        static let backslash = UInt8(ascii: "\\")
        static let indenting = Array(" \t-?".utf8)
        static let beforeToken = Array(" \t\n\r[{,:-?".utf8)
    }
}
