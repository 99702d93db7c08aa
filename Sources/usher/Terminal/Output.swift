import Basics
import Foundation

/// Results go to standard output, all else to standard error.
enum Output {
    static func line(_ text: String = "") {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    static func error(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    static func json(_ document: JSON) {
        FileHandle.standardOutput.write(document.data() + Data("\n".utf8))
    }

    /// `{"items":[…],"next":CURSOR or null}`: the shape of every list.
    static func json(_ items: [JSON], next: String?) throws {
        json(JSON.page(items, next: next))
    }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Only on a terminal, and never under NO_COLOR (no-color.org).
    static var hasColours: Bool {
        isTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
            && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    static func bold(_ text: String) -> String { hasColours ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
    static func dim(_ text: String) -> String { hasColours ? "\u{1B}[2m\(text)\u{1B}[0m" : text }

    /// Columns of the terminal; nil where there is none, and nothing is cut.
    static var width: Int? {
        guard isTerminal else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Progress on standard error, over itself on a terminal, silent elsewhere.
    static func progress(_ done: Int, of total: Int) {
        guard isatty(STDERR_FILENO) == 1, done % 50 == 0 || done == total else { return }
        let end = done == total ? "\n" : ""
        FileHandle.standardError.write(Data("\r\(done) of \(total)\(end)".utf8))
    }
}

/// Rows under a heading, as wide as the terminal at most: the widest columns are cut first.
struct Table {
    let heading: [String]
    var rows: [[String]]

    init(_ heading: String..., rows: [[String]]) { self.init(heading, rows: rows) }

    init(_ heading: [String], rows: [[String]]) {
        self.heading = heading
        self.rows = rows
    }

    func print(empty: String) {
        guard !rows.isEmpty else { return Output.error(empty) }
        var widths = heading.indices.map { column in
            ([heading] + rows).map { $0[column].count }.max() ?? 0
        }
        if let width = Output.width {
            while widths.reduce(2 * (widths.count - 1), +) > width,
                let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8
            { widths[widest] -= 1 }
        }
        Output.line(Output.bold(text(of: heading, widths)))
        for row in rows { Output.line(text(of: row, widths)) }
    }

    private func text(of row: [String], _ widths: [Int]) -> String {
        zip(row, widths).map { cell, width in
            let cut = cell.count > width ? cell.prefix(width - 1) + "…" : cell[...]
            return cut + String(repeating: " ", count: width - cut.count)
        }.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }
}
