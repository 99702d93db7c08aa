import Basics
import Testing

@testable import Workflow

/// The next version of the account request, with `edits` (from, to) and a map from the shipped one.
func secondVersion(
    _ edits: [(String, String)] = [], migrate: String? = nil, of name: String = "account-request",
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> Definition {
    let old = try shipped(name)
    var yaml = old.source.replacing("version: \(old.version)\n", with: "version: \(old.version + 1)\n")
    for (from, to) in edits {
        try #require(yaml.contains(from), "\(from)", sourceLocation: sourceLocation)
        yaml = yaml.replacing(from, with: to)
    }
    if let migrate { yaml += "\nmigrate: {\(old.version): \(migrate)}\n" }
    return try Definition(yaml: yaml, file: "new.yaml")
}

@Suite("Adopting a run of an older version", .timeLimit(.minutes(60)))
struct AdoptTests {
    static func adopt(_ story: Story, _ new: Definition) throws -> Step {
        try new.adopt(story.run, from: story.definition, at: story.now, calendar: .everyDay)
    }

    static func fire(_ id: String, _ story: inout Story) throws {
        story.now = max(story.now, try #require(story.run.timers.first { $0.id == id }).at)
        try story.apply(.timer(id: id))
    }

    @Test("changes nothing but the version where nothing else changed, and orders nothing")
    func same() throws {
        var story = try Story(shipped("account-request"))
        try Self.fire("remind", &story)
        let step = try Self.adopt(story, secondVersion())
        var expected = story.run
        expected.version += 1
        expected.round += 1
        #expect(step.run == expected)
        #expect(step.orders.isEmpty)
        #expect(step.cancelled.isEmpty)
        #expect((step.event, step.from, step.to) == ("migrate", "approval", "approval"))
    }

    @Test("keeps the instant of a timer that both have, counts a new one from entry, and lets an old one go")
    func timers() throws {
        var story = try Story(shipped("account-request"))
        story.run.timers[2].at = monday.after(days: 99)
        story.now = monday.after(days: 1)
        let new = try secondVersion(
            [
                ("2bd:  {send: approval-reminder, again: 2bd, at_most: 5}", "3bd: {send: approval-reminder}"),
                ("5bd:  {also_ask: deputy, send: approval-asked}", "12h: {also_ask: deputy}"),
                ("14bd: {go: expired}", "20bd: {go: failed}"),
            ].reordered())
        let timers = try Self.adopt(story, new).run.timers
        // The shortest comes first in the file; the one that leaves keeps what an operator gave it.
        #expect(timers.map(\.id) == ["also_ask.deputy", "remind", "go.failed"])
        #expect(timers.map(\.at) == [monday.after(days: 5), monday.after(days: 2), monday.after(days: 99)])
        let more = try secondVersion([
            ("5bd:  {also_ask: deputy, send: approval-asked}", "5bd: {send: question-reminder}")
        ])
        #expect(try Self.adopt(story, more).run.timers.map(\.id) == ["remind", "remind.2", "go.expired"])
        #expect(try Self.adopt(story, more).run.timers[1].at == monday.after(days: 5))
    }

    @Test("follows a reminder whose ordinal shifts, and makes a new one whose time has passed due at once")
    func ordinals() throws {
        var story = try Story(shipped("account-request"))
        try Self.fire("remind", &story)
        let new = try secondVersion([
            ("2bd:  {send: approval-reminder,", "1bd: {send: question-reminder}\n      2bd:  {send: approval-reminder,")
        ])
        let step = try Self.adopt(story, new)
        #expect(step.run.timers.map(\.id) == ["remind", "remind.2", "also_ask.deputy", "go.expired"])
        #expect(step.run.timers.map(\.at).prefix(2) == [monday.after(days: 1), monday.after(days: 4)])
        #expect(step.run.counts == ["approval.remind.2": 1])
        let late = try new.step(step.run, on: .timer(id: "remind"), at: story.now, calendar: .everyDay)
        #expect(late.orders.compactMap(\.template) == ["question-reminder"])
    }

    @Test("pushes a new timer back by the time that the run was frozen, which no moved deadline lengthens")
    func frozenBefore() throws {
        var story = try Story(shipped("account-request"))
        story.now = monday.after(days: 1)
        try story.apply(.freeze)
        story.now = monday.after(days: 11)
        try story.apply(.thaw)
        try story.apply(.deadline(timer: "go.expired", at: monday.after(days: 90)))
        let new = try secondVersion([
            (
                "5bd:  {also_ask: deputy, send: approval-asked}",
                "5bd:  {also_ask: deputy, send: approval-asked}\n      6d: {send: question-reminder}"
            )
        ])
        let timers = try Self.adopt(story, new).run.timers
        #expect(timers.map(\.id) == ["remind", "also_ask.deputy", "remind.2", "go.expired"])
        #expect(timers.map(\.at) == [12, 15, 16, 90].map { monday.after(days: $0) })
    }

    @Test("does not fire again what fired, but always leaves a timer that ends the waiting")
    func fired() throws {
        var story = try Story(shipped("account-request"))
        try Self.fire("also_ask.deputy", &story)
        let step = try Self.adopt(story, secondVersion())
        #expect(step.run.timers.map(\.id) == ["remind", "go.expired"])
        #expect(step.run.asked == ["approver", "deputy"])
        story.run.timers = []
        #expect(try Self.adopt(story, secondVersion()).run.timers.map(\.id) == ["go.expired"])
    }

    @Test("computes the due date from entry, unless it was moved")
    func dueDate() throws {
        var story = try Story(shipped("account-request"))
        story.now = monday.after(days: 1)
        let new = try secondVersion([("due: 7bd", "due: 3bd")])
        #expect(try Self.adopt(story, new).run.dueAt == monday.after(days: 3))
        story.run.dueAt = monday.after(days: 30)
        #expect(try Self.adopt(story, new).run.dueAt == monday.after(days: 30))
    }

    @Test("keeps counters under the new names of states")
    func counters() throws {
        var story = try Story(shipped("account-request"))
        try story.choose("question", "approver", by: "anna", comment: "Why?")
        try story.choose("answer", "requester", by: "rita", comment: "So.")
        try story.decide(["paris": .approve, "lyon": .reject])
        try story.finish("grant/paris")
        try story.choose("choose_password", "holder", by: "hugo")
        try story.choose("begin", "holder", by: "hugo")
        try story.choose("verify", "holder", by: "hugo", facts: ["code.valid": false])
        #expect(story.run.counts == ["approval.question": 1, "enrolment.begin": 1, "enrolment.verify.tries": 1])
        let new = try secondVersion(
            [("approval:\n", "review:\n"), ("start: approval", "start: review"), ("go: approval,", "go: review,")]
                + [
                    ("enrolment:\n", "factor:\n"), ("go: enrolment}", "go: factor}"),
                    ("rests: enrolment}", "rests: factor}"),
                ],
            migrate: "{approval: review, enrolment: factor}")
        let step = try Self.adopt(story, new)
        #expect(step.run.state == "factor")
        #expect(step.run.counts == ["review.question": 1, "factor.begin": 1, "factor.verify.tries": 1])
        // Nine more tries are left, not ten.
        var run = step.run
        for _ in 0..<9 {
            let choice = Event.Choice("verify", part: "holder", by: "hugo", facts: ["code.valid": false])
            run = try new.step(run, on: .choice(choice), at: story.now, calendar: .everyDay).run
        }
        #expect(run.ended == .error)
    }

    @Test("waits for the same effects, orders none of them again, and hears of each")
    func effects() throws {
        var story = try Story(shipped("account-request"))
        try story.decide(["paris": .approve, "lyon": .approve])
        try story.finish("grant/lyon", .parked)
        let new = try secondVersion([("3d: {go: failed}", "5d: {go: failed}")])
        var step = try Self.adopt(story, new)
        #expect(step.orders.isEmpty && step.cancelled.isEmpty)
        #expect(step.run.ledger == story.run.ledger)
        for key in ["grant/paris", "grant/lyon"] {
            step = try new.step(
                step.run, on: .effect(key: key, outcome: .done), at: story.now, calendar: .everyDay)
        }
        #expect(step.run.state == "invitation")
        #expect(step.orders.map(\.key) == ["mail/invitation/5/invitation"])
        let cancel = Event.Choice("cancel", part: "requester", by: "rita")
        let end = try new.step(step.run, on: .choice(cancel), at: story.now, calendar: .everyDay)
        #expect(end.orders.filter { $0.effect != "mail" }.map(\.key) == ["revoke/lyon", "revoke/paris"])
    }

    @Test("goes on where nothing is left to decide, as entry does")
    func nothingToDecide() throws {
        var story = try Story(shipped("account-request"))
        try story.choose("question", "approver", by: "anna", comment: "Why?")
        for index in story.run.items.indices { story.run.items[index].state = .approved }
        let step = try Self.adopt(story, secondVersion(migrate: "{clarification: approval}"))
        #expect(step.run.state == "provisioning")
        #expect(step.orders.map(\.key) == ["grant/paris", "grant/lyon"])
        #expect((step.from, step.to) == ("clarification", "provisioning"))
    }

    @Test("travels as an event of two words")
    func event() throws {
        #expect(Event.migrate(from: 1, to: 2).canonicalJSON() == #"{"migrate":{"from":1,"to":2}}"#)
        #expect(try Event(canonicalJSON: #"{"migrate":{"from":1,"to":2}}"#) == .migrate(from: 1, to: 2))
        let story = try Story(shipped("account-request"))
        expect(.notOffered(choice: "migrate", state: "approval")) {
            _ = try story.definition.step(story.run, on: .migrate(from: 1, to: 2), at: monday, calendar: .everyDay)
        }
    }
}

extension [(String, String)] {
    /// Puts the second edit's text before the first's, so that delays stay in order.
    fileprivate func reordered() -> Self {
        [("\(self[0].0)\n      \(self[1].0)", "\(self[1].1)\n      \(self[0].1)"), self[2]]
    }
}
