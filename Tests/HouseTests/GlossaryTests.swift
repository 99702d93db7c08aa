import Foundation
import Testing

/// One thing, one name: the glossary is held against what the sources declare.
@Suite("The glossary", .timeLimit(.minutes(60)))
struct GlossaryTests {
    private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The names of types that the sources declare, nested ones too.
    private static func declared() throws -> Set<String> {
        let root = checkout.appending(path: "Sources").path(percentEncoded: false)
        return try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".swift") }
            .reduce(into: []) { names, path in
                let text = try String(contentsOfFile: root + "/" + path, encoding: .utf8)
                let found = SwiftText(text).code.matches(of: #/\b(?:struct|enum|protocol|class|actor) (\w+)/#)
                names.formUnion(found.map { String($0.1) })
            }
    }

    private static func rows() throws -> [(word: String, types: [String], refused: [String])] {
        let page = try String(contentsOf: checkout.appending(path: "docs/glossary.md"), encoding: .utf8)
        return page.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
            guard cells.count == 6, cells[3].contains("`") else { return nil }
            func names(_ cell: Substring) -> [String] { cell.matches(of: #/`(\w+)`/#).map { String($0.1) } }
            return (cells[1].trimmingCharacters(in: .whitespaces), names(cells[3]), names(cells[4]))
        }
    }

    @Test("names types that are there, and none by a name that it refuses")
    func types() throws {
        let (rows, declared) = (try Self.rows(), try Self.declared())
        #expect(rows.count > 20)
        #expect(Set(rows.map(\.word)).count == rows.count)
        for row in rows {
            #expect(row.types.allSatisfy(declared.contains), "\(row.word): \(row.types)")
            #expect(!row.refused.contains(where: declared.contains), "\(row.word): \(row.refused)")
        }
    }
}
