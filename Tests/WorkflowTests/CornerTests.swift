import Testing

@testable import Workflow

/// What the laws found out when they were first tried, each told once by hand.
@Suite("Corners", .timeLimit(.minutes(60)))
struct CornerTests {
    static let asks = "ask: {who: approver, choices: [x]}"

    @Test("set timers where nothing is left to decide and the answer to that is to stay")
    func staysDecided() throws {
        let definition = try small(
            "wait: {ask: {who: approver, each: item, choices: [approve]}, after: {1d: {go: end}}, "
                + "when: {decided: {stay: true, at_most: 2, else: end}}}")
        var story = try Story(definition, items: [])
        #expect(story.run.timers.map(\.id) == ["go.end"])
        story.now = monday.after(days: 1)
        try story.apply(.timer(id: "go.end"))
        #expect(story.run.ended == .success)
    }

    @Test("count a choice called remind apart from reminders, which begin anew at each entry")
    func choiceCalledRemind() throws {
        let definition = try small(
            "wait: {ask: {who: approver, choices: [remind]}, after: {1d: {send: a, again: 1d, at_most: 2}, "
                + "9d: {go: end}}, when: {remind: {go: wait, at_most: 2, else: end}}}")
        #expect(check(definition, templates: { _, _ in [] }).findings == [])
        var story = try Story(definition)
        for _ in 0..<2 { try story.choose("remind", "approver", by: "anna") }
        #expect(story.run.ended == nil)
        try story.choose("remind", "approver", by: "anna")
        #expect(story.run.ended == .success)
    }

    @Test("count choices of a state called anywhere apart from those that may be made anywhere")
    func stateCalledAnywhere() throws {
        let definition = try small(
            "anywhere: {\(Self.asks), after: {1d: {go: end}}, when: {x: {stay: true, at_most: 1, else: end}}}\n"
                + "other: {ask: {who: approver, choices: [z]}, after: {1d: {go: end}}, when: {z: {go: end}}}",
            head: "anywhere: {x: {by: requester, in: other, stay: true, at_most: 1, else: end}}")
        #expect(definition.anywhere["x"]?.reaction.branches.first?.counter == "anywhere.x")
        #expect(definition.state("anywhere")?.reactions["x"]?.branches.first?.counter == "anywhere..x")
    }

    @Test("send one mail where a state is passed through twice in one step")
    func passedThroughTwice() throws {
        let definition = try small(
            "wait: {enter: [{send: a, to: approver}, {do: issue}], after: {1d: {go: end}}, "
                + "when: {done: {go: wait, at_most: 1, else: end}}}")
        let source = definition.source.replacing(
            "issue: {key: [request, round], tries: 3, then: park}",
            with: "issue: {key: [request, round], tries: 3, then: park, now: true}")
        let story = try Story(try Definition(yaml: source, file: "f"))
        #expect(story.run.ended == .success)
        #expect(story.last.orders.map(\.key) == ["mail/wait/0/a", "issue/0"])
    }

    @Test("leave by a timer that leads back a few times and then on, each branch counted by itself")
    func timerWithLimit() throws {
        let definition = try small(
            "wait: {after: {1d: [{if: any(items.granted), go: wait, at_most: 1, else: end}, "
                + "{go: wait, at_most: 2, else: end}]}}")
        #expect(check(definition, templates: { _, _ in [] }).findings == [])
        var story = try Story(definition, items: [])
        for day in 1...3 as ClosedRange<Int64> {
            #expect(story.run.ended == nil)
            story.now = monday.after(days: day)
            try story.apply(.timer(id: "go.wait"))
        }
        #expect(story.run.ended == .success)
        #expect(story.run.counts == ["wait.1d.2": 2])
    }

    @Test("take a choice called decide like any other where nothing is decided item by item")
    func choiceCalledDecide() throws {
        let states =
            "wait: {ask: {who: approver, choices: [decide]}, after: {1d: {go: end}}, when: {decide: {go: end}}}"
        var story = try Story(try small(states))
        try story.choose("decide", "approver", by: "anna")
        #expect(story.run.ended == .success)
        let defects = #expect(throws: DefinitionDefects.self) {
            try small(states.replacing("who: approver,", with: "who: approver, each: item,"))
        }
        #expect(defects?.findings.map(\.rule).contains("wrong-value") == true)
    }

    @Test("ask which `done` is meant where a choice of that name meets effects that are done")
    func choiceCalledDone() throws {
        let done = "ask: {who: approver, choices: [done]}, after: {1d: {go: end}}, when: {done: {go: end}}"
        let both = try small("wait: {enter: [{do: issue}], \(done)}")
        #expect(check(both, templates: { _, _ in [] }).findings.map(\.rule) == ["shadowed-choice"])
        #expect(check(try small("wait: {\(done)}"), templates: { _, _ in [] }).findings == [])
    }

    @Test("play a choice called approve in a scenario where nothing is decided item by item")
    func approveInScenario() throws {
        let source = try small(
            "wait: {ask: {who: approver, choices: [approve, drop]}, after: {1d: {go: end}}, "
                + "when: {approve: {go: end}, drop: {go: end}}}"
        ).source
        let scenarios = "\nscenarios: {yes: {approve: ok, ends: end}, no: {drop: ok, ends: end}}\n"
        let report = check(try Definition(yaml: source + scenarios, file: "f"), templates: { _, _ in [] })
        #expect(report.findings == [])
        #expect(report.scenarios == ["yes", "no"])
    }
}
