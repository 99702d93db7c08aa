import Defaults
import Foundation
import Testing

/// What pages show and what routes give them.
@Suite("The names in pages")
struct PageNamesTests {
    private static let web = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/Web")

    /// Every name that a template shows, by template.
    private static var shown: [String: Set<String>] {
        let pages = Defaults.paths(under: "templates/pages/").filter { $0.hasSuffix(".mustache") }
        return Dictionary(
            uniqueKeysWithValues: pages.map { path in
                let tags = (Defaults.text(at: path) ?? "").matches(of: /\{\{\{?([#^]?)([A-Za-z][A-Za-z.-]*)\}\}/)
                let names = tags.map { String($0.2) }.filter { !["t", "lang", "lang-en"].contains($0) }
                return (path, Set(names.flatMap { $0.split(separator: ".").map(String.init) }))
            })
    }

    /// Every literal in the sources of the pages: names that routes give, whole or put together.
    private static func literals() throws -> Set<String> {
        let files = try FileManager.default.subpathsOfDirectory(atPath: web.path(percentEncoded: false))
        let text = try files.filter { $0.hasSuffix(".swift") && !$0.hasPrefix("API/") }
            .map { try String(contentsOf: web.appending(path: $0), encoding: .utf8) }.joined()
        let quoted = text.matches(of: /"([A-Za-z][A-Za-z-]*)(?:\\\(|")/).map { String($0.1) }
        let fields = text.matches(of: /\b(?:let|var|case) ([A-Za-z][A-Za-z, ]*)/)
            .flatMap { $0.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
        return Set(quoted + fields)
    }

    @Test("are given by a route, whole or as a kind and a name")
    func given() throws {
        let known = try Self.literals()
        for (page, names) in Self.shown {
            let missing = names.filter { name in
                let kind = name.prefix { $0 != "-" }
                return !known.contains(name) && !(kind.count < name.count && known.contains("\(kind)-"))
            }
            #expect(missing.isEmpty, "\(page) shows what no route gives: \(missing.sorted())")
        }
    }
}
