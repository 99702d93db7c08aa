extension Rules {
    /// Suites whose tests may wait for ever: an answer that never comes must fail one test and hang none.
    ///
    /// A suite is what says `@Suite`, and a test stands in one, or in an extension of one.
    static func endlessSuites(in file: SwiftText) -> [Violation] {
        let parts = file.code.split(separator: "@Suite", omittingEmptySubsequences: false)
        var line = 1
        var found: [Violation] = []
        for (before, part) in zip(parts, parts.dropFirst()) {
            line += before.count(where: \.isNewline)
            if !traits(part).contains(".timeLimit(") {
                found.append(Violation(line: line, message: "a suite without a time limit"))
            }
        }
        let isOfSuite = parts.count > 1 || file.codeLines.contains { $0.hasPrefix("extension ") }
        if !isOfSuite, file.code.contains("@Test") {
            found.append(Violation(line: 1, message: "tests without a suite"))
        }
        return found
    }

    /// What stands in the parentheses that the text begins with, wherever the formatter broke the lines.
    private static func traits(_ text: Substring) -> Substring {
        guard text.first == "(" else { return "" }
        var depth = 0
        return text.prefix { character in
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            return depth > 0
        }
    }
}
