/// Something wrong with a definition, at a place a person can go to.
public struct Finding: Hashable, Sendable, CustomStringConvertible {
    /// Stable and machine-readable, such as `unknown-key`, `dead-end`.
    public let rule: String
    public let file: String
    /// Both count from 1; the column counts characters.
    public let line: Int
    public let column: Int
    /// What is wrong and what to do, in one sentence.
    public let message: String
    /// How a run gets there, state by state: a counter-example, empty where none is needed.
    public let path: [String]
    /// Worth knowing, though a run may be trusted to it: nothing is refused for it.
    public var isWarning = false

    public init(
        rule: String, file: String, line: Int, column: Int, message: String, path: [String] = []
    ) {
        self.rule = rule
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.path = path
    }

    public var description: String {
        let example = path.isEmpty ? "" : " (\(path.joined(separator: " → ")))"
        let kind = isWarning ? "warning, " : ""
        return "\(file):\(line):\(column): \(kind)\(rule): \(message)\(example)"
    }
}

/// All that kept a text from being a definition (or a calendar), in the order of the file.
public struct DefinitionDefects: Error, Equatable, Sendable, CustomStringConvertible {
    public let findings: [Finding]

    public init(findings: [Finding]) {
        self.findings = findings.sorted { ($0.line, $0.column, $0.rule) < ($1.line, $1.column, $1.rule) }
    }

    public var description: String { findings.map(\.description).joined(separator: "\n") }
}

/// A place in the file that a definition was read from; both count from 1.
public struct Position: Hashable, Sendable {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// The nearest of `known` to `word`, if it is near enough to be what was meant.
public func nearest(to word: String, among known: some Sequence<String>) -> String? {
    let ranked = known.map { (distance: editDistance(word, $0), name: $0) }.min { $0 < $1 }
    guard let best = ranked, best.distance <= max(1, min(3, word.count / 2)) else { return nil }
    return best.name
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `left` into
/// `right` (restricted Damerau–Levenshtein).
///
/// Long words are cut: nobody means a name of 64 letters by another.
private func editDistance(_ left: String, _ right: String) -> Int {
    let a = Array(left.utf8.prefix(64))
    let b = Array(right.utf8.prefix(64))
    var before: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
        var current = [i + 1]
        for j in b.indices {
            var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
            current.append(best)
        }
        before = previous
        previous = current
    }
    return previous[b.count]
}
