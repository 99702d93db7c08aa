import Basics
import Testing

@testable import Workflow

@Suite("Refusing to adopt a run", .timeLimit(.minutes(60)))
struct MigrationRefusalTests {
    /// A run that rests in `provisioning`: one grant done, one pending; requester, approver and holder have played.
    static func provisioning() throws -> Story {
        var story = try Story(shipped("account-request"))
        try story.decide(["paris": .approve, "lyon": .approve])
        try story.finish("grant/paris")
        return story
    }

    static let grant = "grant:    {key: [request, item],  tries: 10, then: park, undo: revoke}"

    @Test(
        "refuses what would lose or repeat something",
        arguments: [
            (
                [("\n  provisioning:", "\n  granting:"), ("go: provisioning}", "go: granting}")], nil,
                MigrationRefusal.noPlace(state: "provisioning")
            ),
            ([], "{provisioning: failed}", .intoEnd(state: "provisioning", end: "failed")),
            ([], "{provisioning: approval}", .notHeard(effect: "grant", state: "approval")),
            (
                [
                    ("  deputy:    provider.duty_managers\n", ""),
                    ("5bd:  {also_ask: deputy, send: approval-asked}\n", "\n"),
                    (", deputy, ", ", "),
                ], nil, nil
            ),
            ([("approver", "manager")], nil, .partGone("approver")),
            ([(grant, "grant:    {key: [request, item], tries: 10, then: park}")], nil, .undoLost(effect: "grant")),
            (
                [
                    (grant, "grant: {key: [request, item, round], tries: 10, then: park, undo: revoke}"),
                    ("revoke:   {key: [request, item], ", "revoke: {key: [request, item, round],"),
                ], nil,
                .keyChanged(effect: "grant")
            ),
            (
                [("each: {item: items.approved, do: grant}", "each: {item: items, do: grant}")], nil,
                .otherItems(state: "provisioning")
            ),
            (
                [
                    (
                        "each: {item: items.approved, do: grant}",
                        "enter: [{do: activate}]\n    each: {item: items.approved, do: grant}"
                    )
                ],
                nil, .neverOrdered(effect: "activate", state: "provisioning")
            ),
        ] as [([(String, String)], String?, MigrationRefusal?)])
    func refuses(edits: [(String, String)], migrate: String?, refusal: MigrationRefusal?) throws {
        let story = try Self.provisioning()
        let new = try secondVersion(edits, migrate: migrate)
        #expect(new.migrationRefusals(of: story.run, from: story.definition).first == refusal)
        if let refusal {
            #expect(throws: refusal) { try AdoptTests.adopt(story, new) }
        } else {
            #expect(try AdoptTests.adopt(story, new).run.ledger == story.run.ledger)
        }
    }

    @Test("refuses ended runs, other workflows, and versions that are not newer")
    func general() throws {
        var story = try Story(shipped("account-request"))
        #expect(throws: MigrationRefusal.notNewer(from: 2, to: 2)) {
            try AdoptTests.adopt(story, shipped("account-request"))
        }
        #expect(throws: MigrationRefusal.otherWorkflow("account-request")) {
            try AdoptTests.adopt(story, secondVersion(of: "mfa-reset"))
        }
        try story.choose("cancel", "requester", by: "rita")
        #expect(throws: MigrationRefusal.ended(.withdrawn)) { try AdoptTests.adopt(story, secondVersion()) }
    }

    @Test("refuses a state that asks somebody else under the same name, unless the place is named")
    func meaning() throws {
        let story = try Story(shipped("account-request"))
        let edit = ("ask: {who: approver, each: item", "ask: {who: deputy, each: item")
        #expect(throws: MigrationRefusal.otherMeaning(state: "approval")) {
            try AdoptTests.adopt(story, secondVersion([edit]))
        }
        let step = try AdoptTests.adopt(story, secondVersion([edit], migrate: "{approval: approval}"))
        #expect(step.run.asked == ["deputy"])
    }

    @Test("refuses a run in which one person played two parts that must differ now")
    func apart() throws {
        let loose = try secondVersion([("apart: [requester, approver, deputy, holder]", "apart: [requester, approver]")]
        )
        let strict = try Definition(
            yaml: shipped("account-request").source.replacing("version: 2", with: "version: 4"), file: "strict.yaml")
        var story = try Story(loose, players: ["requester": ["rita"], "holder": ["hugo"]])
        try story.decide(["paris": .approve], by: "hugo")
        #expect(throws: MigrationRefusal.notApart(part: "holder", other: "approver")) {
            try AdoptTests.adopt(story, strict)
        }
    }

    @Test("refuses a state that waits for what may have been done before")
    func neverDone() throws {
        let silent = "wait: {enter: [{do: issue}], after: {1d: {go: end}}}"
        let waiting = "wait: {enter: [{do: issue}], after: {1d: {go: end}}, when: {done: {go: end}}}"
        let story = try Story(small(silent))
        let new = try Definition(
            yaml: small(waiting).source.replacing("version: 1", with: "version: 2"), file: "new.yaml")
        #expect(throws: MigrationRefusal.neverDone(effect: "issue", state: "wait")) {
            try AdoptTests.adopt(story, new)
        }
    }

    @Test(
        "reads `migrate` and refuses what it cannot mean",
        arguments: [
            ("{1: {approval: approvl}}", "unknown-state: Unknown state `approvl`. Did you mean `approval`?"),
            ("{3: {approval: approval}}", "wrong-value: A key of `migrate` is an older version than 3."),
            ("{one: {approval: approval}}", "wrong-value"), ("{1: approval}", "wrong-shape"),
            ("{1: {Approval: approval}}", "bad-name"), ("[]", "wrong-shape"), ("{1: {a: [approval]}}", "wrong-shape"),
        ])
    func reads(migrate: String, expected: String) throws {
        let yaml = try shipped("account-request").source.replacing("version: 2", with: "version: 3")
        let error = try #require(throws: DefinitionDefects.self) {
            try Definition(yaml: yaml + "\nmigrate: \(migrate)\n", file: "f")
        }
        #expect(error.findings.count == 1)
        #expect("\(error)".contains(": " + expected), "\(error)")
        let line = yaml.split(separator: "\n", omittingEmptySubsequences: false).count + 1
        #expect(error.findings[0].line == line)
    }
}
