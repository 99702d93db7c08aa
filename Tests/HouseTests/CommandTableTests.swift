import Foundation
import Testing

/// The table in `docs/cli.md` of what each command asks for, read from the commands themselves.
@Suite("The table of commands", .timeLimit(.minutes(60)))
struct CommandTableTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    private static func files(in folder: String) throws -> [(raw: [Substring], code: SwiftText)] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path).sorted()
        return try paths.filter { $0.hasSuffix(".swift") }.map {
            let text = try String(contentsOf: root.appending(path: "\(folder)/\($0)"), encoding: .utf8)
            return (text.split(separator: "\n", omittingEmptySubsequences: false), SwiftText(text))
        }
    }

    /// Names of the operations, in the order of the list's files.
    private static func operations() throws -> [String] {
        try files(in: "Sources/Operations").flatMap { file in
            file.code.code.matches(of: /public static var (\w+): APIOperation/).map { String($0.1) }
        }
    }

    /// What the sources say of a type of the command line, by its path: `PersonCommands.Close`.
    private struct Spoken {
        /// As its configuration has it.
        var name: String?
        var isCommand = false
        var operations: Set<String> = []
    }

    /// Types by their paths, and the commands under which others stand.
    private static func spoken(_ known: Set<String>) throws -> (types: [String: Spoken], parents: [String: String]) {
        var (types, parents): ([String: Spoken], [String: String]) = ([:], [:])
        // Made once: each time such a literal is come by, it is parsed and compiled.
        let (scope, title) = (/^\s*(?:fileprivate )?(?:struct|extension|enum) (\w+)/, /commandName: "([a-z-]+)"/)
        let (metatype, member) = (/\b(\w+)\.self\b/, /[(\s]\.(\w+)\b/)
        for (raw, file) in try files(in: "Sources/usher") {
            var scopes: [(name: String, depth: Int)] = []
            var depth = 0
            for (line, raw) in zip(file.codeLines, raw) {
                if let type = line.firstMatch(of: scope) {
                    scopes.append((String(type.1), depth))
                }
                let path = scopes.map(\.name).joined(separator: ".")
                if line.contains("ParsableCommand {") { types[path, default: Spoken()].isCommand = true }
                if let name = raw.firstMatch(of: title) {
                    types[path, default: Spoken()].name = String(name.1)
                }
                for child in line.matches(of: metatype) where path != "Usher" {
                    parents[String(child.1)] = path
                }
                for use in line.matches(of: member) where known.contains(String(use.1)) {
                    types[path, default: Spoken()].operations.insert(String(use.1))
                }
                depth += line.count { $0 == "{" } - line.count { $0 == "}" }
                while let last = scopes.last, depth <= last.depth { scopes.removeLast() }
            }
        }
        return (types, parents)
    }

    /// What is no command itself, and when it asks.
    private static let helpers = ["Connection": "`--code` of any command, and `usher login`"]

    /// `usher person close` for `PersonCommands.Close`, as the parser spells it.
    private static func command(
        _ path: String, _ types: [String: Spoken], _ parents: [String: String]
    ) throws -> String {
        if let helper = helpers[path] { return helper }
        let parts = path.split(separator: ".").map(String.init)
        let top = try #require(parts.first)
        let paths = [parts.count == 1 ? parents[top] : nil, top, parts.count == 2 ? path : nil].compactMap { $0 }
        let names = try paths.map { path in
            let type = try #require(types[path], "\(path)")
            #expect(type.isCommand, "\(path) asks for operations and is no command: name it among the helpers")
            let own = path.split(separator: ".").last.map(String.init) ?? ""
            return type.name
                ?? own.replacing(/[a-z][A-Z]/) { "\($0.output.prefix(1))-\($0.output.suffix(1))" }.lowercased()
        }
        return "`usher \(names.joined(separator: " "))`"
    }

    @Test("names the operations behind each command, and every operation that no command asks for")
    func table() throws {
        let operations = try Self.operations()
        #expect(operations.count > 90)
        let (types, parents) = try Self.spoken(Set(operations))
        let asking = types.filter { !$0.value.operations.isEmpty }
        let rows = try asking.map { path, type in
            let asked = type.operations.sorted().map { "`\($0)`" }.joined(separator: ", ")
            return "| \(try Self.command(path, types, parents)) | \(asked) |"
        }.sorted()
        let asked = asking.values.reduce(into: Set<String>()) { $0.formUnion($1.operations) }
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
