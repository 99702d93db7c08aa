import Foundation
import Testing

@testable import Workflow

/// Whether `workflows/schema.json` does its work is tried by a validator that is not ours: see `AcceptanceTests`.
@Suite("Schema of definitions", .timeLimit(.minutes(60)))
struct SchemaTests {
    /// The object at `path`; empty if there is none.
    static func object(_ path: String...) throws -> [String: Any] {
        let data = try Data(contentsOf: workflowsFolder.appending(path: "schema.json"))
        var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        for key in path { object = try #require(object[key] as? [String: Any], "\(key)") }
        return object
    }

    @Test(
        "has the keys that the reader has, and no other",
        arguments: [
            ("effect", DefinitionReader.effectKeys), ("state", StateReader.keys), ("ask", StateReader.askKeys),
            ("each", StateReader.eachKeys), ("enter", StateReader.enterKeys), ("branch", StateReader.branchKeys),
            ("anywhere", StateReader.anywhereKeys), ("timer", StateReader.timerKeys),
            ("scenario", ScenarioReader.Word.allCases.map(\.rawValue)),
        ])
    func keys(name: String, keys: [String]) throws {
        #expect(try Self.object("$defs", name, "properties").keys.sorted() == keys.sorted())
    }

    @Test("has the keys of a whole definition")
    func top() throws {
        #expect(try Self.object("properties").keys.sorted() == DefinitionReader.keys.sorted())
        let fields = try Self.object("$defs", "effect", "properties", "key", "items")["enum"] as? [String]
        #expect(fields == EffectDeclaration.keyFields)
        #expect(
            try Self.object("$defs", "state", "properties", "end")["enum"] as? [String]
                == Run.Ending.allCases.map(\.rawValue))
    }

    @Test("refuses keys that it does not know, wherever it names some")
    func closed() throws {
        for (name, definition) in try Self.object("$defs") {
            let definition = try #require(definition as? [String: Any])
            guard definition["properties"] != nil, name != "scenario" else { continue }
            #expect(definition["additionalProperties"] as? Bool == false, "\(name)")
        }
    }

    @Test("says of each finding what is wrong and what to do, and of no other")
    func rules() throws {
        let page = try WorkflowPageTests.page()
        let section = page.split(separator: "### Findings\n").last?.split(separator: "\n## ").first
        let listed = try #require(section).split(separator: "\n").compactMap { line in
            line.wholeMatch(of: /\| `([a-z-]+)` \| [^|]+ \| [^|]+ \|/).map { String($0.1) }
        }
        #expect(Set(listed).count == listed.count)
        let reported = try Self.reported()
        #expect(reported.count > 50)
        #expect(Set(listed).subtracting(reported) == [], "listed, and never reported")
        #expect(reported.subtracting(listed) == [], "reported, and not listed")
    }

    /// Every name that the code gives to a finding, as its text has it.
    static func reported() throws -> Set<String> {
        let sources = workflowsFolder.deletingLastPathComponent().appending(path: "Sources")
        let folder = sources.appending(path: "Workflow")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let patterns = [
            /(?:report|add|refuse)\(\s*"([a-z-]+)"/, /rule: "([a-z-]+)"/, /return \("([a-z-]+)"/,
            /: "(migrate-[a-z-]+)"/,
        ]
        var names: Set<String> = []
        for file in files + [sources.appending(path: "usher/Room/WorkflowVerdict.swift")] {
            let text = try String(contentsOf: file, encoding: .utf8)
            for pattern in patterns { names.formUnion(text.matches(of: pattern).map { String($0.1) }) }
        }
        return names
    }
}
