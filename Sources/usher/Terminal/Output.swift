import Basics
import Foundation

/// Results go to standard output, all else to standard error; sentences in the language of the terminal.
enum Output {
    static func line(_ sentence: Sentence) { text(TerminalLanguage.words(sentence)) }

    static func heading(_ sentence: Sentence) { text(bold(TerminalLanguage.words(sentence))) }

    static func error(_ sentence: Sentence) { errorText(TerminalLanguage.words(sentence)) }

    /// What is the same in every language, beside results.
    static func errorText(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    /// What is the same in every language: values, pictures, files.
    static func text(_ text: String = "") {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
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
        FileHandle.standardError.write(Data("\r\(TerminalLanguage.words("\(done) of \(total)"))\(end)".utf8))
    }
}

/// Labels with their values, which begin below one another.
struct Fields {
    /// The column in which values begin in English; in other languages the widest label may ask for more.
    let column: Int
    private var rows: [(label: String, value: String)] = []

    init(column: Int) { self.column = column }

    mutating func add(_ label: Sentence, _ value: Sentence) {
        rows.append((TerminalLanguage.words(label), TerminalLanguage.words(value)))
    }

    func print() {
        let widest = TerminalLanguage.chosen.flatMap { _ in rows.map(\.label.count).max() } ?? 0
        for (label, value) in rows {
            let width = max(column, widest + 1, label.count + 1)
            Output.text(label.padding(toLength: width, withPad: " ", startingAt: 0) + value)
        }
    }
}

/// Rows under a heading, as wide as the terminal at most: the widest columns are cut first.
struct Table {
    let heading: [String]
    var rows: [[String]]

    init(_ heading: Sentence..., rows: [[String]]) { self.init(heading, rows: rows) }

    init(_ heading: [Sentence], rows: [[String]]) {
        self.heading = heading.map(TerminalLanguage.words)
        self.rows = rows
    }

    func print(empty: Sentence) {
        guard !rows.isEmpty else { return Output.error(empty) }
        var widths = heading.indices.map { column in
            ([heading] + rows).map { $0[column].count }.max() ?? 0
        }
        if let width = Output.width {
            while widths.reduce(2 * (widths.count - 1), +) > width,
                let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8
            { widths[widest] -= 1 }
        }
        Output.text(Output.bold(text(of: heading, widths)))
        for row in rows { Output.text(text(of: row, widths)) }
    }

    private func text(of row: [String], _ widths: [Int]) -> String {
        zip(row, widths).map { cell, width in
            let cut = cell.count > width ? cell.prefix(width - 1) + "…" : cell[...]
            return cut + String(repeating: " ", count: width - cut.count)
        }.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }
}
