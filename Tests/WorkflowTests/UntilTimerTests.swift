import Basics
import Testing

@testable import Workflow

@Suite("Timers that count back from the end of a request", .timeLimit(.minutes(60)))
struct UntilTimerTests {
    private static let day: Int64 = 86_400_000
    private static let start = Timestamp(milliseconds: 1_767_603_600_000)

    private static func text(after: String) -> String {
        """
        workflow: rental
        version: 1
        people: {holder: request.account_holder}
        effects:
          mail: {key: [request, state, round, template, recipient], tries: 8, then: park}
        start: running
        states:
          running:
            after:
        \(after.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n"))
          over: {end: success}
        """
    }

    private static let sound = """
        until-14d: {send: ending, to: holder}
        until-36h: {send: ending, to: holder}
        until: {go: over}
        """

    private func begin(_ days: Int64?, _ after: String = sound) throws -> Run {
        try Definition(yaml: Self.text(after: after), file: "t").start(
            Event.Start(
                items: [], players: ["holder": ["ada"]],
                until: days.map { Self.start.adding(milliseconds: $0 * Self.day) }),
            at: Self.start, calendar: .everyDay
        ).run
    }

    @Test("fire at their distance from it; a warning that would come before the beginning is left out")
    func instants() throws {
        func days(_ run: Run) -> [Double] {
            run.timers.map { Double($0.at.milliseconds - Self.start.milliseconds) / Double(Self.day) }
        }
        #expect(days(try begin(30)) == [16, 28.5, 30])
        #expect(days(try begin(14)) == [12.5, 14])
        #expect(days(try begin(1)) == [1])
        // The end itself is never too late.
        #expect(days(try begin(-1)) == [-1])
    }

    @Test("need an end where nothing else ends the run, and one within its life where something does")
    func requirements() throws {
        #expect(throws: Refusal.needsUntil) { _ = try begin(nil) }
        let both = "until: {go: over}\n60d: {go: over}"
        #expect(try begin(nil, both).timers.count == 1)
        #expect(try begin(60, both).timers.count == 2)
        #expect(throws: Refusal.untilTooLate(latest: Self.start.adding(milliseconds: 60 * Self.day))) {
            _ = try begin(61, both)
        }
    }

    @Test("are replayed from the history to the same bytes, and leave those of other runs as they were")
    func bytes() throws {
        let run = try begin(30)
        #expect(run.canonicalJSON().contains(#""until":1770195600000,"version":1"#))
        #expect(try Run(canonicalJSON: run.canonicalJSON()) == run)
        let event = Event.start(Event.Start(items: [], players: [:], until: Self.start))
        #expect(try Event(canonicalJSON: event.canonicalJSON()) == event)
        #expect(!Event.start(Event.Start(items: [], players: [:])).canonicalJSON().contains("until"))
    }

    @Test("make a run end, and are named in the event and the lifetime")
    func check() throws {
        let definition = try Definition(yaml: Self.text(after: Self.sound), file: "t")
        let report = WorkflowTests.check(definition, templates: { _, _ in [] })
        #expect(report.findings == [])
        #expect(report.longestLife?.description == "until")
        let run = try begin(30)
        let step = try definition.step(
            run, on: .timer(id: "remind"), at: Self.start.adding(milliseconds: 16 * Self.day), calendar: .everyDay)
        #expect(step.event == "timer.until-14d")
    }

    @Test(
        "are refused where they cannot mean anything",
        arguments: [
            ("until-5bd: {send: ending, to: holder}\nuntil: {go: over}", "bad-delay"),
            ("until-x: {send: ending, to: holder}\nuntil: {go: over}", "bad-delay"),
            ("until-3d: {send: ending, to: holder, again: 1d, at_most: 2}\nuntil: {go: over}", "wrong-shape"),
            (
                "until-3d: {send: ending, to: holder}\nuntil-14d: {send: ending, to: holder}\nuntil: {go: over}",
                "timer-order"
            ),
            ("until-3d: {send: ending, to: holder}", "dead-end"),
        ])
    func refusals(_ after: String, _ rule: String) throws {
        var rules: [String] = []
        do throws(DefinitionDefects) {
            let definition = try Definition(yaml: Self.text(after: after), file: "t")
            rules = WorkflowTests.check(definition, templates: { _, _ in [] }).findings.map(\.rule)
        } catch { rules = error.findings.map(\.rule) }
        #expect(rules.contains(rule))
    }
}
