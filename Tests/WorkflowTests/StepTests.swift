import Basics
import Testing

@testable import Workflow

@Suite("Step", .timeLimit(.minutes(60)))
struct StepTests {
    // MARK: Items

    @Test("keeps decisions over a question and asks only for the rest")
    func questionKeepsDecisions() throws {
        var story = try Story(shipped("account-request"))
        try story.decide(["paris": .approve])
        try story.choose("question", "approver", by: "anna", comment: "Why?")
        #expect(story.run.state == "clarification")
        #expect(story.run.asked == ["requester"])
        try story.choose("answer", "requester", by: "rita", comment: "So.")
        #expect(story.run.items.map(\.state) == [.approved, .waiting])
        expect(.alreadyDecided(item: "paris")) { try story.decide(["paris": .reject]) }
        try story.decide(["lyon": .reject])
        #expect(story.last.orders.map(\.key) == ["grant/paris"])
    }

    @Test("waits for a parked effect, goes on when it is dropped, and refuses its item")
    func parkedThenDropped() throws {
        var story = try Story(shipped("account-request"))
        try story.decide(["paris": .approve, "lyon": .approve])
        try story.finish("grant/paris")
        try story.finish("grant/lyon", .parked)
        #expect(story.run.state == "provisioning")
        try story.finish("grant/lyon", .dropped)
        #expect(story.run.state == "invitation")
        #expect(story.run.items.map(\.state) == [.granted, .refused])
    }

    @Test("undoes in reverse order and once, and cancels what is pending")
    func undoes() throws {
        var story = try Story(shipped("account-request"))
        try story.decide(["paris": .approve, "lyon": .approve])
        try story.finish("grant/paris")
        try story.choose("cancel", "requester", by: "rita")
        #expect(story.run.ended == .withdrawn)
        #expect(story.last.orders.filter { $0.effect != "mail" }.map(\.key) == ["revoke/lyon", "revoke/paris"])
        #expect(story.last.cancelled == ["grant/lyon"])
        #expect(story.run.items.map(\.state) == [.withdrawn, .withdrawn])
        // What was undone after the end is still reported.
        try story.finish("revoke/lyon")
        #expect(story.run.ledger.map(\.state) == [.undone, .undone, .done, .pending])
        expect(.unknownEffect("grant/lyon")) { try story.finish("grant/lyon") }
    }

    @Test("voids each issued factor under the round it was issued in")
    func voidsByRound() throws {
        var story = try Story(shipped("appointment"), items: [])
        try story.choose("choose_password", "holder", by: "hugo")
        for _ in 0..<2 { try story.choose("begin", "holder", by: "hugo") }
        try story.choose("cancel", "requester", by: "rita")
        #expect(story.last.orders.map(\.key) == ["void/3", "void/2"])
    }

    @Test("skips a state that has nothing to decide")
    func nothingToDecide() throws {
        let story = try Story(shipped("account-request"), items: [])
        #expect(story.run.ended == .refused)
        #expect(story.last.orders.compactMap(\.template) == ["refused"])
    }

    @Test("goes straight on where effects are performed inside the transaction")
    func nowEffects() throws {
        let definition = try Definition(
            yaml: shipped("account-request").source.replacing(
                "grant:    {key: [request, item],", with: "grant: {now: true, key: [request, item],"), file: "f")
        var story = try Story(definition)
        try story.decide(["paris": .approve, "lyon": .reject])
        #expect(story.run.state == "invitation")
        #expect(story.run.items.map(\.state) == [.granted, .refused])
        #expect(story.last.orders.map(\.key) == ["grant/paris", "mail/invitation/1/invitation"])
        #expect(story.last.from == "approval")
        #expect(story.last.to == "invitation")
    }

    @Test("ends every step, even of a definition that no check would pass")
    func total() throws {
        let rounds = try small(
            """
            a: {each: {item: items, do: grant}, when: {done: {go: b}}, after: {1d: {go: end}}}
            b: {each: {item: items, do: grant}, when: {done: {go: a}}, after: {1d: {go: end}}}
            """)
        #expect(try Story(rounds, items: []).run.ended == nil)
        let staying = try small(
            "a: {each: {item: items, do: grant}, when: {done: {stay: true}}, after: {1d: {go: end}}}")
        #expect(try Story(staying, items: []).run.state == "a")
    }

    // MARK: Guards and limits

    @Test("takes the branch of a stolen device at once")
    func stolen() throws {
        let plain = try Story(shipped("mfa-reset"), items: [])
        #expect(plain.last.orders.map(\.effect) == ["mail"])
        let stolen = try Story(shipped("mfa-reset"), items: [], flags: ["stolen": true])
        #expect(stolen.last.orders.map(\.key) == ["retire", "mail/reported/0/reset-asked"])
        #expect(stolen.last.orders.first?.now == true)
        #expect(stolen.run.ledger.map(\.state) == [.done])
    }

    @Test("lets nine wrong codes stay and fails on the tenth")
    func countsTries() throws {
        var story = try Story(shipped("appointment"), items: [])
        try story.choose("choose_password", "holder", by: "hugo")
        for _ in 0..<9 {
            try story.choose("verify", "holder", by: "hugo", facts: ["code.valid": false])
            #expect(story.run.state == "enrolment")
        }
        try story.choose("verify", "holder", by: "hugo")
        #expect(story.run.ended == .error)
    }

    @Test("takes a limited branch so often, and then the other or none")
    func limitsBranch() throws {
        var story = try Story(shipped("account-request"))
        for _ in 0..<3 {
            try story.choose("question", "approver", by: "anna", comment: "Why?")
            try story.choose("answer", "requester", by: "rita", comment: "So.")
        }
        expect(.usedUp(choice: "question", times: 3)) {
            var story = story
            try story.choose("question", "approver", by: "anna", comment: "Why?")
        }
        let limited = "wait: {ask: {who: approver, choices: [refuse]}, after: {1d: {go: end}}, "
        var other = try Story(small(limited + "when: {refuse: {stay: true, at_most: 1, else: end}}}"))
        for _ in 0..<2 { try other.choose("refuse", "approver", by: "anna") }
        #expect(other.run.ended != nil)
    }

    // MARK: Timers

    @Test("reminds every two days, five times, and adds the deputy in between")
    func reminds() throws {
        var story = try Story(shipped("account-request"))
        var fired: [String] = []
        while story.run.ended == nil {
            let due = try #require(story.run.timers.min { $0.at < $1.at })
            story.now = due.at
            try story.apply(.timer(id: due.id))
            fired.append("\((due.at.milliseconds - monday.milliseconds) / 86_400_000) \(due.id)")
        }
        #expect(
            fired == [
                "2 remind", "4 remind", "5 also_ask.deputy", "6 remind", "8 remind", "10 remind", "14 go.expired",
            ])
        #expect(story.run.ended == .lapsed)
    }

    @Test("counts reminders anew at each entry")
    func remindersBeginAnew() throws {
        var story = try Story(shipped("account-request"))
        story.now = monday.after(days: 2)
        try story.apply(.timer(id: "remind"))
        #expect(story.run.counts == ["approval.remind": 1])
        #expect(story.last.event == "timer.2bd")
        try story.choose("question", "approver", by: "anna", comment: "Why?")
        try story.choose("answer", "requester", by: "rita", comment: "So.")
        #expect(story.run.counts == ["approval.question": 1])
        #expect(story.run.timers.first?.at == monday.after(days: 4))
    }

    @Test("does not send a burst of reminders after an outage")
    func noBurst() throws {
        var story = try Story(shipped("account-request"))
        story.now = monday.after(days: 9)
        try story.apply(.timer(id: "remind"))
        #expect(story.run.timers.first { $0.id == "remind" }?.at == monday.after(days: 11))
    }

    @Test("sends the deputy's mail to the deputy, and reminders to both")
    func deputyMail() throws {
        var story = try Story(shipped("account-request"))
        story.now = monday.after(days: 5)
        try story.apply(.timer(id: "also_ask.deputy"))
        #expect(story.last.orders.map(\.recipients) == [["deputy"]])
        try story.apply(.timer(id: "remind"))
        #expect(story.last.orders.map(\.recipients) == [["approver", "deputy"]])
        #expect(
            try shipped("account-request").offered(story.run, to: "deputy") == [
                "approve", "lower", "reject", "question",
            ])
        try story.choose("decide", "deputy", by: "dora", decisions: ["paris": .reject, "lyon": .reject])
        #expect(story.run.ended == .refused)
    }

    // MARK: What is offered

    @Test("offers choices to those that are asked, and what may happen anywhere")
    func offers() throws {
        let definition = try shipped("account-request")
        var story = try Story(definition)
        #expect(definition.offered(story.run, to: "approver") == ["approve", "lower", "reject", "question"])
        #expect(definition.offered(story.run, to: "requester") == ["cancel"])
        #expect(definition.offered(story.run, to: "deputy") == [])
        #expect(definition.ask(in: "approval")?.freshMFA == true)
        try story.choose("cancel", "requester", by: "rita")
        #expect(definition.offered(story.run, to: "requester") == [])
    }

    @Test("replays a history to the very bytes, and the same inputs give the same step")
    func replays() throws {
        var story = try Story(shipped("account-request"))
        try story.decide(["paris": .approve, "lyon": .lower(to: "STD", needsMFA: false)])
        try story.finish("grant/paris")
        try story.finish("grant/lyon")
        let stored = try story.history.map { (event: try Event(canonicalJSON: $0.event.canonicalJSON()), at: $0.at) }
        let replayed = try story.definition.replay(stored, calendar: .everyDay)
        #expect(replayed.canonicalJSON() == story.run.canonicalJSON())
        expect(.notOffered(choice: "start", state: "approval")) {
            _ = try story.definition.replay(stored.dropFirst(), calendar: .everyDay)
        }
    }
}
