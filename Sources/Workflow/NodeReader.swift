import Yams

/// Turns YAML nodes into values and notes every defect with its
/// place, so that all are reported at once.
final class NodeReader {
    let file: String
    private(set) var findings: [Finding] = []

    init(file: String) { self.file = file }

    func report(_ rule: String, at position: Position, _ message: String) {
        func note(_ rule: String, _ message: String) {
            findings.append(
                Finding(rule: rule, file: file, line: position.line, column: position.column, message: message))
        }
        if findings.count < Self.mostFindings {
            note(rule, message)
        } else if findings.count == Self.mostFindings {
            note("too-many", "More is wrong than this; the rest is not listed.")
        }
    }

    /// A file of nonsense has a defect in every line; nobody reads more than so many.
    private static let mostFindings = 200

    func report(_ rule: String, _ node: Node, _ message: String) { report(rule, at: node.position, message) }

    /// The entries of a mapping in the order of the file.
    func pairs(_ node: Node, _ what: String) -> [(name: String, key: Node, value: Node)] {
        guard let mapping = node.mapping else {
            report("wrong-shape", node, "\(what) must be a map of keys and values.")
            return []
        }
        return mapping.compactMap { key, value in
            guard let name = key.scalar?.string else {
                report("wrong-shape", key, "A key of \(what) must be a plain word.")
                return nil
            }
            return (name, key, value)
        }
    }

    /// A mapping with known keys only; each other one is reported with the nearest that is known.
    func fields(_ node: Node, _ known: [String], _ what: String) -> [String: Node] {
        var fields: [String: Node] = [:]
        for (name, key, value) in pairs(node, what) where findings.count <= Self.mostFindings {
            guard known.contains(name) else {
                report(
                    "unknown-key", key,
                    "Unknown key `\(clip(name))` in \(what)."
                        + (hint(nearest(to: name, among: known)).isEmpty
                            ? " Known: \(known.joined(separator: ", "))." : hint(nearest(to: name, among: known))))
                continue
            }
            fields[name] = value
        }
        return fields
    }

    func text(_ node: Node, _ what: String) -> String? {
        guard let text = node.scalar?.string, !text.isEmpty else {
            report("wrong-shape", node, "\(what) must be a text.")
            return nil
        }
        guard text.utf8.count <= YAMLGate.longestScalar else {
            report("too-long", node, "\(what) has more than \(YAMLGate.longestScalar) bytes.")
            return nil
        }
        return text
    }

    /// A name of something: a small letter, then small letters, digits, `_` and `-`, 64 in all.
    func name(_ node: Node, _ what: String) -> String? {
        guard let text = text(node, what) else { return nil }
        return isName(text, node, what) ? text : nil
    }

    func isName(_ text: String, _ node: Node, _ what: String) -> Bool {
        let small = (UInt8(ascii: "a")...UInt8(ascii: "z"))
        let wellFormed = text.utf8.first.map(small.contains) ?? false
        let allowed = text.utf8.allSatisfy {
            small.contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2D
        }
        guard wellFormed, allowed, text.utf8.count <= 64 else {
            report("bad-name", node, "\(what) `\(clip(text))` must be small letters, digits, - and _, 64 at most.")
            return false
        }
        return true
    }

    func number(_ node: Node, _ what: String, in range: ClosedRange<Int>) -> Int? {
        guard let number = node.scalar.flatMap({ Int($0.string) }), range.contains(number) else {
            report("wrong-value", node, "\(what) must be a number from \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
        return number
    }

    func truth(_ node: Node, _ what: String) -> Bool {
        switch node.scalar?.string {
        case "true": return true
        case "false": return false
        default:
            report("wrong-value", node, "\(what) must be true or false.")
            return false
        }
    }

    /// A list; something that is none counts as a list of one.
    func list(_ node: Node) -> [Node] { node.sequence.map(Array.init) ?? [node] }

    func delay(_ text: String, _ node: Node) -> Delay? {
        guard let delay = Delay(text) else {
            report("bad-delay", node, "`\(clip(text))` is no delay; write 30s, 15m, 12h, 3d or 5bd.")
            return nil
        }
        return delay
    }

    /// `name` if it is one of `known`; else a finding that offers the nearest.
    func known(_ name: String, among known: some Collection<String>, _ node: Node, rule: String, _ what: String)
        -> String?
    {
        guard !known.contains(name) else { return name }
        report(rule, node, "Unknown \(what) `\(clip(name))`." + hint(nearest(to: name, among: known)))
        return nil
    }

    func condition(_ node: Node) -> Condition? {
        guard let text = text(node, "A condition") else { return nil }
        do { return try ConditionParser.parse(text) } catch {
            report("bad-condition", node, error.message)
            return nil
        }
    }

    private func clip(_ text: String) -> String { text.count <= 64 ? text : text.prefix(64) + "…" }
}

extension Node {
    var position: Position { Position(line: mark?.line ?? 1, column: mark?.column ?? 1) }
}
