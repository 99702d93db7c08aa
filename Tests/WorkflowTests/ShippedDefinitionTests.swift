import Basics
import Foundation
import Testing

@testable import Workflow

let shippedNames = ["account-request", "profile-change", "mfa-reset", "account-closure", "appointment"]

@Suite("Shipped definitions")
struct ShippedDefinitionTests {
    @Test("pass every proof and all their scenarios", arguments: shippedNames)
    func passes(name: String) throws {
        let definition = try shipped(name)
        let report = check(definition, templates: { _, _ in [] })
        #expect(report.findings == [])
        #expect(report.scenarios == definition.scenarios.map(\.name))
        #expect(report.longestLife != nil)
    }

    @Test("are all listed here")
    func allListed() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: workflowsFolder.path())
        #expect(files.sorted() == shippedNames.map { "\($0).yaml" }.sorted())
    }

    @Test("say how long a run can take")
    func longestLives() throws {
        let lives = try shippedNames.map { name in
            check(try shipped(name), templates: { _, _ in [] }).longestLife?.description ?? "unbounded"
        }
        // Account request: approval four times, clarification three times, then provisioning, invitation, enrolment.
        #expect(lives == ["77bd + 17d", "77bd + 10d", "10bd + 7d", "0s", "14d"])
    }
}
