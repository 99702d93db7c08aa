import Basics
import Foundation
import Testing

@testable import Workflow

let shippedNames = [
    "access-review", "account-request", "profile-change", "mfa-reset", "account-closure", "appointment",
    "additional-cloud", "api-account", "suspension", "grant-end", "representative-change", "nomination",
    "program-owner", "address-change", "factor-unlock", "access-reduction", "access-request",
]

@Suite("Shipped definitions", .timeLimit(.minutes(60)))
struct ShippedDefinitionTests {
    @Test("pass every proof and all their scenarios", arguments: shippedNames)
    func passes(name: String) throws {
        let definition = try shipped(name)
        let report = check(definition, templates: { _, _ in [] })
        #expect(report.findings == [])
        // Whoever reports a lost device may be the only manager; then those who can fill the gap are told.
        // Access that was denied is offered only where somebody else represents the organization.
        let warnings = ["mfa-reset": 1, "factor-unlock": 1, "access-request": 3]
        #expect(
            report.warnings.map(\.rule)
                == Array(repeating: "apart-may-be-impossible", count: warnings[name] ?? 0))
        #expect(report.scenarios == definition.scenarios.map(\.name))
        #expect(report.longestLife != nil)
    }

    @Test("are all listed here")
    func allListed() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: workflowsFolder.path())
        #expect(files.sorted() == (shippedNames.map { "\($0).yaml" } + ["schema.json"]).sorted())
    }

    @Test("say how long a run can take")
    func longestLives() throws {
        let lives = try shippedNames.map { name in
            check(try shipped(name), templates: { _, _ in [] }).longestLife?.description ?? "unbounded"
        }
        // Account request: approval four times, clarification three times, then provisioning, invitation, enrolment.
        #expect(
            lives == [
                "31d", "77bd + 17d", "77bd + 10d", "10bd + 7d", "0s", "14d", "77bd", "77bd + 8d", "730d", "until",
                "61bd + 14d", "10bd + 14d", "10bd", "10bd + 3d", "10bd", "0s", "91bd + 10d",
            ])
    }
}

@Suite("Page on workflows", .timeLimit(.minutes(60)))
struct WorkflowPageTests {
    static func page() throws -> String {
        let root = workflowsFolder.deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/workflows.md"), encoding: .utf8)
    }

    @Test("shows a small definition that passes every proof")
    func example() throws {
        let blocks = try Self.page().components(separatedBy: "```")
        let yaml = try #require(blocks.first { $0.hasPrefix("yaml\nworkflow:") }).dropFirst("yaml\n".count)
        let report = check(try Definition(yaml: String(yaml), file: "page"), templates: { _, _ in [] })
        #expect(report.findings == [])
        #expect(report.scenarios == ["yes", "silence"])
    }

    @Test("names every field, effect, source and key that the checker knows")
    func vocabulary() throws {
        let page = try Self.page()
        let words = CheckVocabulary.alwaysFields.union(CheckVocabulary.sometimesFields)
            .union(Vocabulary.shipped.sources).union(CheckVocabulary.facts).union(Vocabulary.shipped.effects.keys)
            .union(DefinitionReader.keys).union(StateReader.keys).union(StateReader.branchKeys)
            .union(StateReader.timerKeys)
        let missing = words.filter { !page.contains($0) }
        #expect(missing.isEmpty)
    }

    @Test("gives the longest lives as they are")
    func lives() throws {
        let page = try Self.page()
        for name in shippedNames {
            let life = try #require(check(try shipped(name), templates: { _, _ in [] }).longestLife)
            let row = try #require(page.split(separator: "\n").first { $0.hasPrefix("| `\(name)`") })
            #expect(row.hasSuffix("| \(life) |"))
        }
    }
}
