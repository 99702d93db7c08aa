extension Drawing {
    /// The picture in the language of Graphviz, in UTF-8, ended by a line end.
    public func dot() -> String { DOTWriter(drawing: self).write() }
}

/// Writes labels as Graphviz's HTML, whose only special characters
/// are those of XML; names as quoted strings.
private struct DOTWriter {
    let drawing: Drawing

    private static let width = 44
    private static let grey = "#6b6b6b"

    func write() -> String {
        var lines = ["digraph \(quoted(drawing.title)) {"]
        let font = #"fontname="Helvetica,Arial,sans-serif""#
        lines.append(
            "  graph [rankdir=TB, nodesep=0.4, ranksep=0.55, pad=0.3, labelloc=t, \(font), label=<\(heading)>]")
        lines.append("  node [\(font), fontsize=11, margin=\"0.14,0.08\"]")
        lines.append("  edge [\(font), fontsize=10, arrowsize=0.8]")
        lines += drawing.nodes.map { "  \(quoted($0.id)) [\(attributes(of: $0))]" }
        lines += drawing.edges.map { "  \(quoted($0.from)) -> \(quoted($0.to)) [\(attributes(of: $0))]" }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    private var heading: String {
        var rows = ["<font point-size=\"17\"><b>\(escaped(drawing.title))</b></font>"]
        rows += drawing.about.wrapped(90).map { "<font point-size=\"12\">\(escaped($0))</font>" }
        rows += drawing.legend.map { "<font point-size=\"10\" color=\"\(Self.grey)\">\(escaped($0))</font>" }
        return table(rows.map { "<tr><td>\($0)</td></tr>" } + ["<tr><td height=\"12\"></td></tr>"], padding: 2)
    }

    private func table(_ rows: [String], padding: Int) -> String {
        "<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"\(padding)\">\(rows.joined())</table>"
    }

    /// Lines that begin at the left; what is broken goes on a little further in.
    private func lines(of labels: [Drawing.Label], width: Int) -> String {
        labels.flatMap { label in
            label.counted.wrapped(width).enumerated().map { index, text in
                let line = (index == 0 ? "" : "&#160;&#160;&#160;") + escaped(text)
                return (label.times > 0 ? "<b>\(line)</b>" : line) + "<br align=\"left\"/>"
            }
        }.joined()
    }

    // MARK: Nodes

    private func attributes(of node: Drawing.Node) -> String {
        let isPassed = node.visits > 0
        var attributes =
            switch node.shape {
            case .start:
                ["shape=circle", "style=filled", "fillcolor=black", "width=0.18", "label=\"\"", "tooltip=start"]
            case .state: ["shape=box", "style=rounded"]
            case .anywhere: ["shape=note", "style=dotted"]
            case .end(let ending):
                ["shape=\(Self.shape(of: ending))", "peripheries=2", "margin=\"\(Self.margin(of: ending))\""]
            }
        if node.shape != .start { attributes.append("label=<\(label(of: node))>") }
        if node.isResting {
            attributes.append("penwidth=4")
        } else if isPassed {
            attributes.append("penwidth=2.5")
        } else if drawing.showsRun {
            attributes += ["color=\"\(Self.grey)\"", "fontcolor=\"\(Self.grey)\""]
        }
        return attributes.joined(separator: ", ")
    }

    /// Each kind of end has a shape of its own; its label says the kind, too.
    private static func shape(of ending: Run.Ending) -> String {
        switch ending {
        case .success: "box"
        case .refused: "octagon"
        case .lapsed: "invhouse"
        case .withdrawn: "cds"
        case .error: "hexagon"
        }
    }

    /// Slanting sides leave room enough; the arrow leaves too little.
    private static func margin(of ending: Run.Ending) -> String {
        switch ending {
        case .success: "0.14,0.08"
        case .refused, .lapsed, .error: "0,0"
        case .withdrawn: "0.3,0.14"
        }
    }

    private func label(of node: Drawing.Node) -> String {
        var title = "<b>\(escaped(node.title))</b>"
        if node.shape == .anywhere { title = "<i>\(escaped(node.title))</i>" }
        if node.visits > 1 { title += " ×\(node.visits)" }
        if node.isResting { title = "▶ \(title) ◀" }
        var rows = ["<tr><td><font point-size=\"13\">\(title)</font></td></tr>"]
        for group in node.groups {
            if node.shape == .state { rows.append("<hr/>") }
            let lines = lines(of: group, width: Self.width)
            rows.append("<tr><td align=\"left\" balign=\"left\">\(lines)</td></tr>")
        }
        return table(rows, padding: 3)
    }

    // MARK: Edges

    private func attributes(of edge: Drawing.Edge) -> String {
        var attributes: [String] = []
        let ways = edge.ways.filter { !$0.text.isEmpty }
        if !ways.isEmpty {
            let cell = "<tr><td align=\"left\" balign=\"left\">\(lines(of: ways, width: 30))</td></tr>"
            attributes.append("label=<\(table([cell], padding: 3))>")
        }
        if edge.isTimer { attributes.append("style=dashed") }
        if edge.times > 0 {
            attributes.append("penwidth=3")
        } else if drawing.showsRun {
            attributes += ["color=\"\(Self.grey)\"", "fontcolor=\"\(Self.grey)\""]
        }
        return attributes.joined(separator: ", ")
    }

    // MARK: Texts

    /// In a quoted string only the quotation mark must be escaped; a backslash
    /// is doubled so that none stands before it.
    private func quoted(_ text: String) -> String {
        let inner = text.unicodeScalars.map { scalar in
            scalar == "\"" ? "\\\"" : scalar == "\\" ? "\\\\" : Self.writable(scalar)
        }
        return "\"\(inner.joined())\""
    }

    private func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            default: Self.writable(scalar)
            }
        }.joined()
    }

    /// What neither Graphviz nor XML can hold, however it is written,
    /// becomes the sign for what cannot be shown.
    private static func writable(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\u{0}"..<"\u{20}", "\u{7F}", "\u{FFFE}", "\u{FFFF}": "\u{FFFD}"
        default: String(scalar)
        }
    }
}
