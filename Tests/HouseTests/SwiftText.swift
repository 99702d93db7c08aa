/// A Swift file taken apart, so that a rule for code is not fooled by comments and texts, nor one for texts by code.
struct SwiftText {
    /// The code with comments and the contents of string literals left out; line breaks stay, so line numbers hold.
    private(set) var code = ""
    /// The contents of string literals, in order, with the line on which each begins.
    private(set) var literals: [(line: Int, text: String)] = []

    private let source: [Character]
    private var position = 0
    private var line = 1

    init(_ text: String) {
        source = Array(text)
        while position < source.count { lexCode(untilClosing: false) }
    }

    var codeLines: [Substring] { code.split(separator: "\n", omittingEmptySubsequences: false) }

    private func starts(with text: String) -> Bool {
        let end = position + text.count
        return end <= source.count && source[position..<end].elementsEqual(text)
    }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where position < source.count {
            if source[position].isNewline {
                line += 1
                code.append("\n")
            }
            position += 1
        }
    }

    /// - Parameter untilClosing: Inside `\(…)`: stops behind the parenthesis that closes it.
    private mutating func lexCode(untilClosing: Bool) {
        var depth = 1
        while position < source.count {
            if starts(with: "//") {
                while position < source.count, !source[position].isNewline { advance() }
            } else if starts(with: "/*") {
                skipBlockComment()
            } else if let hashes = openingHashes() {
                lexString(hashes: hashes)
            } else {
                if source[position] == "(" { depth += 1 }
                if source[position] == ")" { depth -= 1 }
                if !source[position].isNewline { code.append(source[position]) }
                advance()
                if untilClosing, depth == 0 { return }
            }
        }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                advance(2)
            } else if starts(with: "*/") {
                depth -= 1
                advance(2)
            } else {
                advance()
            }
        } while depth > 0 && position < source.count
    }

    /// The number of `#` before a quotation mark, or nil if no literal begins here.
    private func openingHashes() -> Int? {
        let hashes = source[position...].prefix { $0 == "#" }.count
        let quote = position + hashes
        return quote < source.count && source[quote] == "\"" ? hashes : nil
    }

    private mutating func lexString(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        let begin = line
        advance(hashes)
        let isMultiline = starts(with: "\"\"\"")
        let quotes = isMultiline ? "\"\"\"" : "\""
        advance(quotes.count)
        code.append("\"\"")
        var text = ""
        while position < source.count, !starts(with: quotes + fence) {
            if !isMultiline, source[position].isNewline { break }
            if starts(with: "\\" + fence + "(") {
                advance(hashes + 2)
                // The closing one is kept too: parentheses stay balanced.
                code.append("(")
                lexCode(untilClosing: true)
            } else if starts(with: "\\" + fence) {
                advance(hashes + 2)
            } else {
                text.append(source[position])
                advance()
            }
        }
        advance(quotes.count + hashes)
        literals.append((begin, text))
    }
}
