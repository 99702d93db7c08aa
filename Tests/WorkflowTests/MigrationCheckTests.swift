import Basics
import Testing

@testable import Workflow

@Suite("Checking a new version against an old one", .timeLimit(.minutes(60)))
struct MigrationCheckTests {
    static func findings(_ new: Definition, from old: Definition) -> [String] {
        check(new, templates: { _, _ in [] }, from: old).findings.map(\.description)
    }

    @Test("accepts a version that changes times, mails and branches only")
    func accepts() throws {
        let new = try secondVersion([("14bd: {go: expired}", "20bd: {go: expired}"), ("due: 7bd", "due: 3bd")])
        #expect(Self.findings(new, from: try shipped("account-request")) == [])
    }

    @Test("misses the place of each state in which a run may rest, with a path, until `migrate` names it")
    func places() throws {
        let old = try shipped("account-request")
        let found = Self.findings(try secondVersion([("clarification", "inquiry")]), from: old)
        #expect(
            found == [
                "account-request.yaml:39:3: migrate-no-place: `clarification` of version 2: Nothing is called "
                    + "`clarification` any more: name its place under `migrate`. (approval (question) → clarification)"
            ])
        let new = try secondVersion([("clarification", "inquiry")], migrate: "{clarification: inquiry}")
        #expect(Self.findings(new, from: old) == [])
    }

    @Test(
        "finds what no run could be moved by",
        arguments: [
            (
                [], "{clarificatoin: approval}",
                "migrate-unknown-state: Version 2 has no state `clarificatoin`. Did you mean `clarification`?"
            ),
            (
                [], "{clarification: rejected}",
                "new.yaml:103:15: migrate-end: `clarification` of version 2: `clarification` would become the end `rejected`"
            ),
            ([], "{provisioning: approval}", "migrate-effect: `provisioning` of version 2: `grant` may be pending"),
            (
                [], "{approval: provisioning}",
                "migrate-effect: `approval` of version 2: `provisioning` orders `grant` on entry"
            ),
            (
                [("ask: {who: approver, each: item", "ask: {who: deputy, each: item")], nil,
                "new.yaml:25:3: migrate-meaning: `approval` of version 2: `approval` asks"
            ),
            (
                [("approver", "manager")], nil,
                "account-request.yaml:7:14: migrate-people: `approval` of version 2: The part `approver`"
            ),
            (
                [("park, undo: revoke}", "park}")], nil,
                "new.yaml:14:3: migrate-effect: `provisioning` of version 2: What undoes `grant`"
            ),
            ([("version: 3", "version: 2")], nil, "new.yaml:2:10: migrate-version"),
            ([("workflow: account-request", "workflow: account-requests")], nil, "migrate-workflow"),
        ] as [([(String, String)], String?, String)])
    func finds(edits: [(String, String)], migrate: String?, expected: String) throws {
        let found = Self.findings(try secondVersion(edits, migrate: migrate), from: try shipped("account-request"))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test("finds parts that must differ now and could be one person before")
    func apart() throws {
        let edit = ("apart: [requester, approver, deputy, holder]", "apart: [requester, approver]")
        let loose = try Definition(
            yaml: shipped("account-request").source.replacing(edit.0, with: edit.1), file: "loose.yaml")
        let found = Self.findings(try secondVersion(), from: loose)
        #expect(found.contains { $0.contains("migrate-people") && $0.contains("must be different persons now") })
        #expect(Self.findings(try secondVersion([edit]), from: try shipped("account-request")) == [])
    }

    /// The law that the check stands on: what it accepts, `adopt` accepts, for any run in any state.
    @Test("accepts only what every run can be moved by", arguments: shippedNames)
    func adoptAgrees(name: String) throws {
        let old = try shipped(name)
        let new = try secondVersion(of: name)
        #expect(Self.findings(new, from: old) == [])
        for seed in UInt64(0)..<100 {
            var walk = try RandomWalk(old, seed: seed)
            while walk.story.run.ended == nil {
                #expect(new.migrationRefusals(of: walk.story.run, from: old) == [])
                let step = try new.adopt(walk.story.run, from: old, at: walk.story.now, calendar: .everyDay)
                #expect(step.run.ledger == walk.story.run.ledger && step.orders.isEmpty)
                #expect(step.run.timers == walk.story.run.timers)
                walk.step()
            }
        }
    }
}
