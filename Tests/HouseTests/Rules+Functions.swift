extension Rules {
    static let maximumFunctionLines = 45

    /// A body of a function, initialiser, subscript or computed property, by the lines of its braces.
    struct Body: Equatable {
        let name: String
        let opening: Int
        let closing: Int

        /// From the one brace to the other.
        var lines: Int { closing - opening }
    }

    /// Bodies that no reader keeps in mind whole.
    static func functionLength(of file: SwiftText) -> [Violation] {
        bodies(in: file).filter { $0.lines > maximumFunctionLines }.map {
            let message = "\($0.name) has \($0.lines) lines; \(maximumFunctionLines) are the limit"
            return Violation(line: $0.opening, message: message)
        }
    }

    /// Every body of the file, nested ones too, in the order in which they begin.
    static func bodies(in file: SwiftText) -> [Body] {
        let code = Array(file.code.utf8)
        var line = 1
        var counted = 0
        return declarations(in: code).compactMap { declaration in
            guard let braces = braces(of: declaration, in: code) else { return nil }
            // Bodies begin one behind the other, so that no line is counted twice.
            line += code[counted..<braces.opening].count { $0 == newline }
            counted = braces.opening
            let height = code[braces.opening..<braces.closing].count { $0 == newline }
            return Body(name: declaration.name, opening: line, closing: line + height)
        }
    }

    /// What may have a body.
    private struct Declaration {
        let isProperty: Bool
        let name: String
        /// Where its signature goes on behind its keyword: the name of an operator is no word.
        let end: Int
    }

    private static let newline = UInt8(ascii: "\n")

    /// Declarations that may have a body.
    ///
    /// `.init(…)` calls one and declares none.
    private static func declarations(in code: [UInt8]) -> [Declaration] {
        var found: [Declaration] = []
        var previous = (text: "", end: 0)
        for word in words(in: code) {
            let isMember = word.range.lowerBound > 0 && code[word.range.lowerBound - 1] == UInt8(ascii: ".")
            switch (previous.text, word.text) {
            case ("func", _), ("var", _):
                found.append(Declaration(isProperty: previous.text == "var", name: word.text, end: previous.end))
            case (_, "init"), (_, "subscript"), (_, "deinit"):
                if !isMember {
                    found.append(Declaration(isProperty: false, name: word.text, end: word.range.upperBound))
                }
            default: break
            }
            previous = (word.text, word.range.upperBound)
        }
        return found
    }

    /// The braces of a declaration's body, or nil of one that has none: a requirement, or a stored property.
    private static func braces(of declaration: Declaration, in code: [UInt8]) -> (opening: Int, closing: Int)? {
        var depth = 0
        var opening: Int?
        for place in declaration.end..<code.count {
            switch code[place] {
            case UInt8(ascii: "{"):
                if depth == 0 { opening = place }
                depth += 1
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: ")"), UInt8(ascii: "]"):
                depth -= 1
                if depth < 0 { return nil }
                if depth == 0, let opening { return (opening, place) }
            case UInt8(ascii: "="), newline:
                if depth == 0, declaration.isProperty { return nil }
            case UInt8(ascii: "f"), UInt8(ascii: "v"), UInt8(ascii: "l"), UInt8(ascii: "i"):
                // The next requirement of a protocol: this one had no body.
                if depth == 0, begins(["func ", "var ", "let ", "init("], at: place, in: code) { return nil }
            default: break
            }
        }
        return nil
    }

    private static func begins(_ words: [String], at place: Int, in code: [UInt8]) -> Bool {
        guard place > 0, code[place - 1] == UInt8(ascii: " ") else { return false }
        return words.contains { code[place...].starts(with: $0.utf8) }
    }

    /// The identifiers and keywords of a code, in order.
    static func words(in code: [UInt8]) -> [(text: String, range: Range<Int>)] {
        var found: [(String, Range<Int>)] = []
        var start: Int?
        for place in 0...code.count {
            if place < code.count, isOfWord(code[place]) {
                start = start ?? place
            } else if let begin = start {
                found.append((String(decoding: code[begin..<place], as: UTF8.self), begin..<place))
                start = nil
            }
        }
        return found
    }

    /// Letters, digits, the underscore, and every byte of a letter beyond ASCII.
    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 128...255:
            true
        default: false
        }
    }
}
