import Basics
import Testing

@testable import Workflow

@Suite("Rehearsal", .timeLimit(.minutes(60)))
struct RehearsalTests {
    private let definition: Definition
    /// Asked, answered, reminded, approved, granted, and at rest in `invitation`.
    private let history: [Rehearsal.Entry]
    private let end: Timestamp

    init() throws {
        definition = try shipped("account-request")
        var simulator = try Simulator(definition, items: Scenario.items([true, false]))
        try simulator.choose("question")
        try simulator.wait(Delay(count: 1, unit: .days))
        try simulator.choose("answer")
        try simulator.wait(Delay(count: 3, unit: .days))
        try simulator.decide("approve", items: [])
        history = simulator.moments.map(Self.entry)
        end = simulator.now
    }

    private static func entry(_ moment: Simulator.Moment) -> Rehearsal.Entry {
        Rehearsal.Entry(
            event: moment.event, at: moment.at, name: moment.step.event, to: moment.step.to, calendar: .everyDay)
    }

    /// What differs when `old` is `new` in the file.
    private func divergence(
        _ old: String, _ new: String, days: Int64 = 0, knowsRecorded: Bool = true
    ) throws -> Rehearsal.Divergence? {
        try #require(definition.source.contains(old), "\(old)")
        let edited = try Definition(yaml: definition.source.replacing(old, with: new), file: "edited")
        return Rehearsal(edited).divergence(
            of: history, recorded: knowsRecorded ? definition : nil, at: end.after(days: days))
    }

    @Test("finds no difference in what was not changed", arguments: shippedNames)
    func same(name: String) throws {
        let definition = try shipped(name)
        for seed in UInt64(1)...40 {
            var walk = try RandomWalk(definition, seed: seed)
            for _ in 0..<60 where walk.story.run.ended == nil { walk.step() }
            var run: Run?
            let history = try walk.story.history.map { event, at in
                let step: Step
                if case .start(let start) = event {
                    step = try definition.start(start, at: at, calendar: .everyDay)
                } else {
                    step = try definition.step(try #require(run), on: event, at: at, calendar: .everyDay)
                }
                run = step.run
                return Rehearsal.Entry(event: event, at: at, name: step.event, to: step.to, calendar: .everyDay)
            }
            let rehearsal = Rehearsal(definition)
            for recorded in [definition, nil] {
                let divergence = rehearsal.divergence(of: history, recorded: recorded, at: walk.story.now)
                // Workers of the walk are late, which without the old definition looks like a timer of the new one.
                #expect(divergence == nil || recorded == nil && divergence?.kind == .timer, "seed \(seed)")
            }
        }
    }

    @Test("says nothing of what the request did not meet")
    func elsewhere() throws {
        #expect(
            try divergence("begin: {do: issue, stay: true, at_most: 20", "begin: {do: issue, stay: true, at_most: 3")
                == nil)
        #expect(try divergence("comment, at_most: 3", "comment, at_most: 1") == nil)
    }

    @Test("names the first event after which the state, who is asked, or what is ordered is another")
    func differs() throws {
        let state = try divergence("any(items.approved), go: provisioning", "all(items.refused), go: provisioning")
        #expect(state?.kind == .state && state?.event == "decide")
        #expect(state?.old == "provisioning" && state?.new == "rejected")
        let asked = try divergence("ask: {who: requester, choices: [answer]}", "ask: {who: holder, choices: [answer]}")
        #expect(asked?.kind == .asked && asked?.entry == 2 && asked?.old == "requester" && asked?.new == "holder")
        let orders = try divergence("enter: [{send: question}]", "enter: [{send: question, to: [requester, holder]}]")
        #expect(orders?.kind == .orders && orders?.new == "mail question to requester, holder")
        let reminder = try divergence("2bd:  {send: approval-reminder, again", "2bd:  {send: welcome, again")
        #expect(
            reminder?.event == "timer.2bd" && reminder?.new == "mail welcome to approver",
            "\(String(describing: reminder))")
    }

    @Test("reports a choice that is refused, a timer that is not due, and one that is gone")
    func refusals() throws {
        let later = try divergence("2bd:  {send: approval-reminder", "4bd:  {send: approval-reminder")
        #expect(later?.kind == .refusal && later?.new.hasPrefix("refused: The timer") == true)
        #expect(later?.event == "timer.2bd")
        let gone = try divergence(
            "      2bd:  {send: approval-reminder, again: 2bd, at_most: 5}\n      5bd:", "      5bd:")
        #expect(gone?.kind == .refusal && gone?.new.hasPrefix("refused: No timer") == true)
        let renamed = try Definition(
            yaml: definition.source.replacing("question]", with: "inquire]").replacing(
                "question: {go", with: "inquire: {go"
            )
            .replacing("question: ok", with: "inquire: ok"), file: "edited")
        let choice = Rehearsal(renamed).divergence(of: history, recorded: definition, at: end)
        #expect(choice?.kind == .refusal && choice?.event == "question" && choice?.old == "goes to clarification")
    }

    @Test("reports a timer that would have gone off before the next event, and before now")
    func earlyTimers() throws {
        let early = try divergence("      7bd: {go: expired}", "      12h: {go: expired}")
        #expect(early?.kind == .timer && early?.entry == 3 && early?.new == "the timer go.expired goes off first")
        #expect(early?.at == monday.after(hours: 12))
        let after = "      2d: {send: invitation-reminder, again: 2d, at_most: 3}\n      7d:"
        let waiting = try divergence(
            after, "      1h: {send: invitation-reminder, again: 2d, at_most: 3}\n      7d:", days: 1)
        #expect(waiting?.event == "waiting" && waiting?.entry == history.count + 1)
        #expect(try divergence(after, "      1h: {send: invitation-reminder, again: 2d, at_most: 3}\n      7d:") == nil)
        // The worker is late, under both.
        #expect(try divergence("tries < 10", "tries < 9", days: 30) == nil)
    }

    @Test("counts business days by the calendar of each entry, not by that of a later one")
    func calendars() throws {
        let strict = try calendar("[]", weekend: "monday, tuesday, wednesday, thursday, friday")
        let recorded = history.enumerated().map { index, entry in
            Rehearsal.Entry(
                event: entry.event, at: entry.at, name: entry.name, to: entry.to,
                calendar: index == history.count - 1 ? strict : .everyDay)
        }
        let edited = try Definition(
            yaml: definition.source.replacing("14bd: {go: expired}", with: "1bd: {go: expired}"), file: "edited")
        let early = Rehearsal(edited).divergence(of: recorded, recorded: definition, at: end)
        #expect(early?.kind == .timer && early?.event == "timer.2bd", "\(String(describing: early))")
        #expect(Rehearsal(definition).divergence(of: recorded, recorded: definition, at: end) == nil)
    }

    @Test("passes over a migration, and compares the recorded states where the old version is not known")
    func migrated() throws {
        let migrated =
            history + [
                .init(
                    event: .migrate(from: 1, to: 2), at: end, name: "migrate", to: "invitation", calendar: .everyDay)
            ]
        let rehearsal = Rehearsal(definition)
        #expect(rehearsal.divergence(of: migrated, recorded: nil, at: end) == nil)
        let state = try divergence(
            "any(items.approved), go: provisioning", "all(items.refused), go: provisioning", knowsRecorded: false)
        #expect(state?.kind == .state && state?.old == "provisioning" && state?.new == "rejected")
    }
}
