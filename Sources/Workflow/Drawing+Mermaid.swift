extension Drawing {
    /// The picture as a flowchart of Mermaid, in UTF-8, ended by a line end.
    public func mermaid() -> String { MermaidWriter(drawing: self).write() }
}

/// Calls nodes `s0`, `s1`, …: Mermaid stumbles over names such as
/// `end` or `x`, whatever stands around them.
private struct MermaidWriter {
    let drawing: Drawing

    func write() -> String {
        var lines = ["flowchart TB"]
        lines.append("    accTitle: \(plain(drawing.title))")
        let description = plain(([drawing.about] + drawing.legend).joined(separator: " "))
        lines.append("    accDescr: \(description)")
        let names = Dictionary(
            drawing.nodes.enumerated().map { ($1.id, "s\($0)") }, uniquingKeysWith: { first, _ in first })
        lines += drawing.nodes.map { "    \(names[$0.id] ?? "")\(shape(of: $0))" }
        lines += drawing.edges.map { edge in
            "    \(names[edge.from] ?? "") \(arrow(of: edge)) \(names[edge.to] ?? "")"
        }
        return (lines + styles(names)).joined(separator: "\n") + "\n"
    }

    private func shape(of node: Drawing.Node) -> String {
        let text = label(of: node)
        return switch node.shape {
        case .start: #"(("start"))"#
        case .state: "(\"\(text)\")"
        case .anywhere: ">\"\(text)\"]"
        case .end(.success): "([\"\(text)\"])"
        case .end(.refused): "[[\"\(text)\"]]"
        case .end(.lapsed): "[/\"\(text)\"\\]"
        case .end(.withdrawn): "[/\"\(text)\"/]"
        case .end(.error): "{{\"\(text)\"}}"
        }
    }

    private func label(of node: Drawing.Node) -> String {
        var title = "<b>\(escaped(node.title))</b>"
        if node.visits > 1 { title += " ×\(node.visits)" }
        if node.isResting { title = "▶ \(title) ◀" }
        let lines = node.groups.flatMap { $0 }.map { marked($0) }
        return ([title] + lines).joined(separator: "<br/>")
    }

    private func arrow(of edge: Drawing.Edge) -> String {
        let arrow = edge.isTimer ? "-.->" : "-->"
        let lines = edge.ways.filter { !$0.text.isEmpty }.map { marked($0) }
        return lines.isEmpty ? arrow : "\(arrow)|\"\(lines.joined(separator: "<br/>"))\"|"
    }

    private func marked(_ label: Drawing.Label) -> String {
        label.times > 0 ? "<b>\(escaped(label.counted))</b>" : escaped(label.counted)
    }

    /// Thickness and dashes only: whoever shows it chooses the colours.
    private func styles(_ names: [String: String]) -> [String] {
        var lines: [String] = []
        func all(_ kind: String, _ style: String, where holds: (Drawing.Node) -> Bool) {
            let members = drawing.nodes.filter(holds).compactMap { names[$0.id] }
            guard !members.isEmpty else { return }
            lines.append("    classDef \(kind) \(style)")
            lines.append("    class \(members.joined(separator: ",")) \(kind)")
        }
        all("anywhere", "stroke-dasharray:2 3") { $0.shape == .anywhere }
        all("passed", "stroke-width:3px") { $0.visits > 0 && !$0.isResting }
        all("resting", "stroke-width:5px") { $0.isResting }
        let taken = drawing.edges.indices.filter { drawing.edges[$0].times > 0 }
        if !taken.isEmpty {
            lines.append("    linkStyle \(taken.map(String.init).joined(separator: ",")) stroke-width:4px")
        }
        return lines
    }

    // MARK: Texts

    /// Everything that could mean something to Mermaid, to Markdown or to HTML becomes a
    /// character reference, which Mermaid writes `#60;` instead of `&#60;`.
    private func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", " ", ".", ",", "(", ")", "[", "]", "=", "-", "+", "/", "'", "!",
                "?":
                escaped.unicodeScalars.append(scalar)
            case "\u{0}"..<"\u{20}", "\u{7F}": escaped += " "
            case "\u{80}"...: escaped.unicodeScalars.append(scalar)
            default: escaped += "#\(scalar.value);"
            }
        }
        return escaped
    }

    /// One line of plain text, for what is read aloud; it knows no escapes.
    private func plain(_ text: String) -> String {
        let kept = text.unicodeScalars.map { "#;{}<>%\"`\\".unicodeScalars.contains($0) ? " " : Character($0) }
        return String(kept).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
