import Foundation
import Testing

/// The table in `docs/cli.md` of what each command asks for, read from the commands themselves.
@Suite("The table of commands", .timeLimit(.minutes(60)))
struct CommandTableTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    private static func files(in folder: String) throws -> [SwiftText] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path).sorted()
        return try paths.filter { $0.hasSuffix(".swift") }.map {
            SwiftText(try String(contentsOf: root.appending(path: "\(folder)/\($0)"), encoding: .utf8))
        }
    }

    /// Names of the operations, in the order of the list's files.
    private static func operations() throws -> [String] {
        try files(in: "Sources/Operations").flatMap { file in
            file.code.matches(of: /package static var (\w+): APIOperation/).map { String($0.1) }
        }
    }

    /// A type in which commands or their words are declared, with its place in the text.
    private struct Scope {
        let name: String
        let depth: Int
    }

    /// Of each type, by its path (`PersonCommands.Close`), the operations that its own text names.
    private static func named(_ known: Set<String>) throws -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        for file in try files(in: "Sources/usher") {
            var (scopes, depth): ([Scope], Int) = ([], 0)
            for line in file.codeLines {
                if let type = line.firstMatch(of: /^\s*(?:fileprivate )?(?:struct|extension|enum) (\w+)/) {
                    scopes.append(Scope(name: String(type.1), depth: depth))
                }
                let path = scopes.map(\.name).joined(separator: ".")
                for use in line.matches(of: /[(\s]\.(\w+)\b/) where known.contains(String(use.1)) {
                    found[path, default: []].insert(String(use.1))
                }
                depth += line.count { $0 == "{" } - line.count { $0 == "}" }
                while let last = scopes.last, depth <= last.depth { scopes.removeLast() }
            }
        }
        return found
    }

    /// `person close` for `PersonCommands.Close`, as the parser spells it.
    private static func command(_ path: String) -> String {
        path.split(separator: ".").map { part in
            let name = part.replacing(/Commands?$/, with: "")
            let spelt = name.replacing(/[a-z][A-Z]/) { "\($0.output.first ?? " ")-\($0.output.last ?? " ")" }
            return ["APIAccount": "api-account"][String(name)] ?? spelt.lowercased()
        }.joined(separator: " ")
    }

    @Test("names the operations behind each command, and every operation that no command asks for")
    func table() throws {
        let operations = try Self.operations()
        #expect(operations.count > 90)
        let named = try Self.named(Set(operations))
        let rows = named.map {
            "| `usher \(Self.command($0))` | \($1.sorted().map { "`\($0)`" }.joined(separator: ", ")) |"
        }
        .sorted()
        let asked = named.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        let alone = operations.filter { !asked.contains($0) }.sorted().map { "`\($0)`" }.joined(separator: ", ")
        let table =
            (["| command | operation |", "| --- | --- |"] + rows + ["", "By the API and the pages alone: \(alone)."])
            .joined(separator: "\n")
        let page = Self.root.appending(path: "docs/cli.md")
        let parts = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n<!-- operations -->\n")
        try #require(parts.count == 3, "docs/cli.md has the table between two marks")
        if ProcessInfo.processInfo.environment["USHER_WRITE_DOCS"] == "yes" {
            let text = parts[0] + "\n<!-- operations -->\n\(table)\n<!-- operations -->\n" + parts[2]
            try text.write(to: page, atomically: true, encoding: .utf8)
        } else {
            #expect(parts[1] == table, "write it anew: USHER_WRITE_DOCS=yes Tools/test.sh --filter CommandTable")
        }
    }
}
