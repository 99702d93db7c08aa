import Basics
import Testing

@testable import Workflow

@Suite("A run that an operator steers", .timeLimit(.minutes(60)))
struct SteeringTests {
    private func due(_ at: Timestamp) -> Event { .deadline(timer: nil, at: at) }

    private func deadline(_ timer: String, _ at: Timestamp) -> Event { .deadline(timer: timer, at: at) }

    // MARK: Freezing

    @Test("rests while it is frozen: no timer fires, nobody decides, nothing is ordered")
    func rests() throws {
        var story = try Story(shipped("account-request"))
        story.now = monday.after(days: 1)
        try story.apply(.freeze)
        #expect(story.last.orders == [] && story.last.event == "freeze")
        #expect(story.run.frozenAt == story.now)
        let frozen = Refusal.frozen(since: story.now)
        story.now = monday.after(days: 30)
        expect(frozen) { try story.apply(.timer(id: "remind")) }
        expect(frozen) { try story.decide(["paris": .approve]) }
        expect(frozen) { try story.choose("question", "approver", by: "anna", comment: "Why?") }
        expect(frozen) { try story.apply(.freeze) }
        expect(frozen) { try story.apply(.deadline(timer: nil, at: monday.after(days: 31))) }
        #expect(story.run.armedTimers == [] && story.run.runningDueAt == nil)
        #expect(story.definition.offered(story.run, to: "approver") == [])
        #expect(story.definition.offered(story.run, to: "requester") == ["cancel"])
    }

    @Test("goes on as if the time in between had not been")
    func shifts() throws {
        func fired(frozenAfter days: Int64?) throws -> [String] {
            var story = try Story(shipped("account-request"))
            var fired: [String] = []
            while story.run.ended == nil {
                let due = try #require(story.run.timers.min { $0.at < $1.at })
                if let days, story.now == monday.after(days: days) {
                    story.now = monday.after(days: days, hours: 1)
                    try story.apply(.freeze)
                    story.now = story.now.after(days: 10)
                    try story.apply(.thaw)
                    #expect(story.run.dueAt == monday.after(days: 17))
                    continue
                }
                story.now = due.at
                try story.apply(.timer(id: due.id))
                fired.append("\((due.at.milliseconds - monday.milliseconds) / 86_400_000) \(due.id)")
            }
            return fired
        }
        #expect(
            try fired(frozenAfter: nil) == [
                "2 remind", "4 remind", "5 also_ask.deputy", "6 remind", "8 remind", "10 remind", "14 go.expired",
            ])
        #expect(
            try fired(frozenAfter: 5) == [
                "2 remind", "4 remind", "5 also_ask.deputy", "16 remind", "18 remind", "20 remind", "24 go.expired",
            ])
    }

    @Test("fires at once after the thaw what was due before the freeze")
    func dueBefore() throws {
        var story = try Story(shipped("account-request"))
        story.now = monday.after(days: 3)
        try story.apply(.freeze)
        story.now = monday.after(days: 9)
        try story.apply(.thaw)
        #expect(story.run.timers.first { $0.id == "remind" }?.at == monday.after(days: 2))
        try story.apply(.timer(id: "remind"))
        #expect(story.run.timers.first { $0.id == "go.expired" }?.at == monday.after(days: 20))
    }

    @Test("can be withdrawn while it is frozen, and what was granted is taken back")
    func withdraws() throws {
        var story = try Story(shipped("account-request"))
        try story.decide(["paris": .approve, "lyon": .approve])
        try story.finish("grant/paris")
        try story.apply(.freeze)
        try story.choose("cancel", "requester", by: "rita")
        #expect(story.run.ended == .withdrawn && story.run.frozenAt == nil)
        #expect(story.last.orders.filter { $0.effect != "mail" }.map(\.key) == ["revoke/lyon", "revoke/paris"])
        expect(.ended(.withdrawn)) { try story.apply(.thaw) }
        expect(.ended(.withdrawn)) { try story.apply(.freeze) }
        expect(.ended(.withdrawn)) { try story.apply(.deadline(timer: nil, at: monday.after(days: 3))) }
    }

    @Test("cannot go anywhere but to an end while it is frozen")
    func onlyEnds() throws {
        let definition = try small(
            """
            a: {ask: {who: approver, choices: [x]}, after: {1d: {go: end}}, when: {x: {go: b}}}
            b: {ask: {who: approver, choices: [x]}, after: {1d: {go: end}}, when: {x: {go: end}}}
            """, head: "anywhere: {back: {by: approver, go: a}, stop: {by: approver, go: end}}")
        var story = try Story(definition, items: [])
        try story.apply(.freeze)
        expect(.frozen(since: monday)) { try story.choose("back", "approver", by: "anna") }
        try story.choose("stop", "approver", by: "anna")
        #expect(story.run.ended == .success)
    }

    @Test("hears of effects while it is frozen, and follows on them once, at the thaw")
    func owedDone() throws {
        var story = try Story(shipped("account-request"))
        try story.decide(["paris": .approve, "lyon": .approve])
        try story.apply(.freeze)
        try story.finish("grant/paris")
        #expect(!story.run.owesDone)
        try story.finish("grant/lyon")
        #expect(story.run.owesDone && story.run.state == "provisioning")
        #expect(story.run.items.map(\.state) == [.granted, .granted])
        #expect(story.last.orders == [])
        story.now = monday.after(days: 40)
        try story.apply(.thaw)
        #expect(story.run.state == "invitation" && !story.run.owesDone)
        #expect(story.last.orders.map(\.template) == ["invitation"])
        // Counted from entry, as ever.
        #expect(story.run.timers.map(\.at) == [monday.after(days: 42), monday.after(days: 47)])
        #expect(try story.definition.replay(story.history, calendar: .everyDay) == story.run)
    }

    @Test("does not follow on `done` a second time only because it was frozen and thawed")
    func doneOnce() throws {
        let definition = try small(
            """
            a:
              each: {item: items, do: grant}
              after: {9d: {go: end}}
              when: {done: {stay: true, send: welcome, to: approver}}
            """)
        var story = try Story(definition)
        try story.finish("grant/paris")
        try story.finish("grant/lyon")
        let orders = story.last.orders.count
        try story.apply(.freeze)
        try story.apply(.thaw)
        #expect(orders == 1 && story.last.orders == [])
    }

    // MARK: Business time

    @Test(
        "keeps what is left of business days in business time",
        arguments: [
            // Same local time of business days: the local time stays; over a weekend and a holiday (Friday 8 May).
            (
                "2026-11-23T09:30:00+01:00", "2026-11-25T09:30:00+01:00", "2026-11-26T09:30:00+01:00",
                "2026-11-30T09:30:00+01:00"
            ),
            (
                "2026-04-30T12:00:00+02:00", "2026-05-04T12:00:00+02:00", "2026-05-07T12:00:00+02:00",
                "2026-05-11T12:00:00+02:00"
            ),
            // Clocks go forward on 29 March 2026.
            (
                "2026-03-26T09:00:00+01:00", "2026-03-27T09:00:00+01:00", "2026-03-27T09:00:00+01:00",
                "2026-03-30T09:00:00+02:00"
            ),
            // Hours are kept, too: 43 and a half of them.
            (
                "2026-11-23T14:00:00+01:00", "2026-11-25T09:30:00+01:00", "2026-11-26T16:00:00+01:00",
                "2026-11-30T11:30:00+01:00"
            ),
            // Thawed on a Sunday: the business day begins on Monday.
            (
                "2026-11-27T09:00:00+01:00", "2026-11-30T09:30:00+01:00", "2026-11-29T10:00:00+01:00",
                "2026-12-01T00:30:00+01:00"
            ),
            // Frozen for a minute, nothing moves but by that minute.
            (
                "2026-11-24T10:00:00+01:00", "2026-11-24T10:05:00+01:00", "2026-11-24T10:01:00+01:00",
                "2026-11-24T10:06:00+01:00"
            ),
        ])
    func businessTime(since: String, timer: String, now: String, then: String) throws {
        let france = try shippedCalendar("france")
        let times = try [since, timer, now, then].map { try instant($0) }
        #expect(france.resuming(times[1], since: times[0], at: times[2]) == times[3])
    }

    @Test("keeps business days and wall time apart in one state")
    func units() throws {
        let france = try shippedCalendar("france")
        let definition = try small(
            "a: {ask: {who: approver, choices: [x]}, after: {2bd: {send: welcome}, 9d: {go: end}}, when: {x: {go: end}}}"
        )
        // Monday 2026-01-05 to Thursday.
        let start = Event.Start(items: [], players: [:])
        var run = try definition.start(start, at: monday, calendar: france).run
        run = try definition.step(run, on: .freeze, at: monday, calendar: france).run
        run = try definition.step(run, on: .thaw, at: monday.after(days: 3), calendar: france).run
        // Two business days after Thursday is Monday; nine days after it a Saturday.
        #expect(run.timers.map(\.at) == [monday.after(days: 7), monday.after(days: 12)])
    }

    // MARK: Deadlines

    @Test("moves the due date, or a timer by its name, and nothing else")
    func movesDeadline() throws {
        var story = try Story(shipped("account-request"))
        let before = story.run
        try story.apply(due(monday.after(days: 9)))
        #expect(story.run.dueAt == monday.after(days: 9))
        #expect(story.run.timers == before.timers && story.run.round == before.round)
        #expect(story.last.orders == [] && story.last.event == "deadline")
        try story.apply(deadline("go.expired", monday.after(days: 60)))
        #expect(story.run.timers.first { $0.id == "go.expired" }?.at == monday.after(days: 60))
        try story.apply(due(monday.after(days: 59)))
        story.now = monday.after(days: 59)
        expect(.timerNotDue("go.expired", at: monday.after(days: 60))) { try story.apply(.timer(id: "go.expired")) }
        story.now = monday.after(days: 60)
        try story.apply(.timer(id: "go.expired"))
        #expect(story.run.ended == .lapsed)
    }

    @Test("refuses a deadline that cannot be: past, unknown, without a due date, after the request is gone")
    func refusesDeadline() throws {
        var story = try Story(shipped("account-request"))
        expect(.notInFuture(monday)) { try story.apply(due(monday)) }
        expect(.unknownTimer("go.nowhere")) { try story.apply(deadline("go.nowhere", monday.after(days: 3))) }
        expect(.dueTooLate(timer: "go.expired", at: monday.after(days: 14))) {
            try story.apply(due(monday.after(days: 15)))
        }
        #expect(story.definition.deadlineTimer(of: story.run) == nil)
        try story.choose("question", "approver", by: "anna", comment: "Why?")
        expect(.noDueDate(state: "clarification")) { try story.apply(due(monday.after(days: 3))) }
        #expect(story.definition.deadlineTimer(of: story.run) == "go.expired")
        expect(.notFrozen) { try story.apply(.thaw) }
    }

    @Test("is left as it is by a remark, also after its end")
    func remark() throws {
        var story = try Story(shipped("account-request"))
        let before = story.run
        try story.apply(.remark("effect.retry"))
        #expect(story.run == before && story.last.event == "effect.retry" && story.last.orders == [])
        try story.choose("cancel", "requester", by: "rita")
        try story.apply(.remark("effect.drop"))
    }

    // MARK: Migration

    @Test("stays frozen over a migration, which moves it no more than anything else does")
    func migratesFrozen() throws {
        var story = try Story(shipped("account-request"))
        try story.apply(.freeze)
        let decided = story.run.items.map { item in
            Run.Item(id: item.id, asked: item.asked, profile: item.profile, state: .approved, needsMFA: item.needsMFA)
        }
        story.run.items = decided
        let new = try secondVersion()
        let step = try AdoptTests.adopt(story, new)
        #expect(step.run.state == "approval" && step.run.owesDone && step.orders == [])
        #expect(step.run.frozenAt == monday && step.run.timers == story.run.timers)
        let thawed = try new.step(step.run, on: .thaw, at: monday.after(days: 1), calendar: .everyDay)
        #expect(thawed.run.state == "provisioning" && thawed.orders.map(\.key) == ["grant/paris", "grant/lyon"])
    }
}
