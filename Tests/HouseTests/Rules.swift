/// The rules of the house that a machine can check.
///
/// Each takes a text and answers with what breaks it.
enum Rules {
    static let maximumLines = 300
    static let maximumColumns = 120

    struct Violation: Equatable, CustomStringConvertible {
        let line: Int
        let message: String

        var description: String { "\(line): \(message)" }
    }

    /// Attributes, access level, the word itself, a kind of declaration, and then the module.
    private static var importStatement: Regex<(Substring, Substring)> {
        #/
        ^\s* (?:@\w+(?:\(\w+\))?\s+)*
        (?:(?:public|package|internal|fileprivate|private)\s+)?
        import\s+
        (?:(?:struct|class|enum|protocol|typealias|func|let|var|actor)\s+)?
        (\w+)
        /#
    }

    /// Every module that the file imports, whatever access level or kind the import has.
    static func imports(of file: SwiftText) -> [(line: Int, module: String)] {
        file.codeLines.enumerated().filter { $1.contains("import") }.flatMap { number, line in
            line.split(separator: ";").compactMap { statement in
                let match = statement.firstMatch(of: importStatement)
                return match.map { (number + 1, String($0.1)) }
            }
        }
    }

    /// Imports that the plan does not give to `target`.
    static func strangers(in file: SwiftText, of target: String) -> [Violation] {
        guard let room = Plan.rooms[target] else {
            return [Violation(line: 1, message: "the target \(target) is not in the plan")]
        }
        return imports(of: file).filter { !(room.rooms + room.modules).contains($0.module) }
            .map { Violation(line: $0.line, message: "\(target) may not import \($0.module)") }
    }

    /// Code that reads the clock or chance, stops the program, or prints; only `usher` may do some of it.
    static func forbiddenCalls(in file: SwiftText, of target: String) -> [Violation] {
        var rules = [("try!", #/\btry!/#, "try! is not used here")]
        if target != "usher" { rules += outsideUsher.map { ($0, $1, "\($0) belongs to usher") } }
        return rules.flatMap { keyword, pattern, message -> [Violation] in
            // Most files hold none of the words, and looking for a word costs far less than matching every line.
            guard file.code.contains(keyword) else { return [] }
            return file.codeLines.enumerated().filter { $1.contains(pattern) }
                .map { Violation(line: $0.offset + 1, message: message) }
        }
    }

    /// A word that every match contains, and the pattern.
    ///
    /// `world.random(16)` is the injected chance and stays allowed; `.random(in:)` and `.random()` are the library's.
    private static var outsideUsher: [(String, Regex<Substring>)] {
        [
            ("Date", #/\bDate\s*(?:\.init)?\(\s*\)/#), ("Date.now", #/\bDate\.now\b/#),
            ("UUID", #/\bUUID\s*(?:\.init)?\(\s*\)/#), (".random(", #/\.random\((?:\)|\s*in\s*:)/#),
            (".randomElement(", #/\.randomElement\(/#), (".shuffle", #/\.shuffled?\(/#),
            ("SystemRandomNumberGenerator", #/\bSystemRandomNumberGenerator\b/#), ("fatalError(", #/\bfatalError\(/#),
            ("print(", #/(?:^|[^.\w])print\(/#), ("debugPrint(", #/\bdebugPrint\(/#),
            ("dump(", #/(?:^|[^.\w])dump\(/#),
        ]
    }

    /// SQL in a text outside of Storage.
    static func strayStatements(in file: SwiftText, of target: String) -> [Violation] {
        guard target != "Storage" else { return [] }
        let statement =
            #/
            \b(?: SELECT\s | INSERT\s+(?:OR\s+\w+\s+)?INTO\s | DELETE\s+FROM\s | UPDATE\s+\w+\s+SET\s
            | CREATE\s+TABLE\s | PRAGMA\s )
            /#
        return file.literals.filter { $0.text.contains(statement) }
            .map { Violation(line: $0.line, message: "SQL belongs to Storage") }
    }

    /// What is shown to other rooms by `package`, which the optimizer does not see through.
    static func packageAccess(in file: SwiftText, of target: String) -> [Violation] {
        let declaration = #/^\s*(?:@\w+(?:\([^)]*\))?\s+)*package\s+\w/#
        return file.codeLines.enumerated().filter { $1.contains(declaration) }
            .map { Violation(line: $0.offset + 1, message: "show it by public") }
    }

    /// Lines that no window shows whole.
    static func width(of text: String) -> [Violation] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .filter { $1.count > maximumColumns }
            .map {
                Violation(line: $0.offset + 1, message: "\($0.element.count) columns; \(maximumColumns) are the limit")
            }
    }

    /// A file that has grown beyond one subject.
    static func length(of text: String) -> [Violation] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.hasSuffix("\n") ? 1 : 0)
        guard lines > maximumLines else { return [] }
        return [Violation(line: lines, message: "\(lines) lines; \(maximumLines) are the limit")]
    }
}
