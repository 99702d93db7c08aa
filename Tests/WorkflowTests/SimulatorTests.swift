import Basics
import Testing

@testable import Workflow

@Suite("Simulator", .timeLimit(.minutes(60)))
struct SimulatorTests {
    private func begin(
        _ name: String = "account-request", holdsEffects: Bool = false, calendar: BusinessCalendar = .everyDay
    ) throws -> Simulator {
        try Simulator(
            try shipped(name), items: Scenario.items([true, false]), holdsEffects: holdsEffects, calendar: calendar)
    }

    @Test("goes the whole way, passing through states that wait for nothing but effects")
    func goesTheWay() throws {
        var simulator = try begin()
        try simulator.decide("approve", items: [])
        try simulator.choose("choose_password")
        try simulator.choose("begin")
        try simulator.choose("verify")
        #expect(simulator.run.ended == .success)
        #expect(simulator.path == ["approval", "provisioning", "invitation", "enrolment", "active"])
        #expect(simulator.run.items.map(\.state) == [.active, .active])
    }

    @Test("gives what a history folds to, whatever was played")
    func agreesWithReplay() throws {
        var simulator = try begin()
        try simulator.choose("question")
        try simulator.wait(Delay(count: 3, unit: .days))
        try simulator.choose("answer")
        try simulator.decide("approve", items: ["first"])
        try simulator.wait(Delay(count: 6, unit: .days))
        try simulator.decide("reject", items: ["second"], part: "deputy")
        let history = simulator.moments.map { (event: $0.event, at: $0.at) }
        let run = try simulator.definition.replay(history, calendar: .everyDay)
        #expect(run.canonicalJSON() == simulator.run.canonicalJSON())
        #expect(simulator.run.players["deputy"] == ["person-deputy"])
    }

    @Test("fires what falls due on the way, in order, each at its own time")
    func waits() throws {
        var simulator = try begin()
        try simulator.wait(Delay(count: 9, unit: .days))
        let timers = simulator.moments.dropFirst().map { "\($0.step.event) \($0.at.milliseconds)" }
        let days = [2, 4, 5, 6, 8].map { monday.after(days: $0).milliseconds }
        #expect(timers == zip(["2bd", "2bd", "5bd", "2bd", "2bd"], days).map { "timer.\($0) \($1)" })
        #expect(simulator.now == monday.after(days: 9))
        try simulator.waitForTimer()
        #expect(simulator.now == monday.after(days: 10))
        #expect(simulator.run.asked == ["approver", "deputy"])
    }

    @Test("leaves effects pending when told so, until it is said how they end")
    func holds() throws {
        var simulator = try begin(holdsEffects: true)
        try simulator.decide("approve", items: [])
        #expect(simulator.run.state == "provisioning")
        #expect(simulator.openEffects.map(\.key) == ["grant/first", "grant/second"])
        try simulator.settle("grant/first", as: .parked)
        try simulator.settle("grant/second", as: .dropped)
        #expect(simulator.openEffects.map(\.key) == ["grant/first"])
        try simulator.settle("grant/first", as: .done)
        #expect(simulator.run.state == "invitation" && simulator.run.items.map(\.state) == [.granted, .refused])
    }

    @Test("refuses with its reason, and stays as it was")
    func refuses() throws {
        var simulator = try begin()
        let before = simulator
        func expect(_ refusal: Simulator.Refusal, _ body: (inout Simulator) throws -> Void) {
            #expect(throws: refusal) { try body(&simulator) }
            #expect(simulator.run == before.run && simulator.now == before.now)
            #expect(simulator.moments.count == before.moments.count)
        }
        expect(.engine(.notOffered(choice: "verify", state: "approval"))) { try $0.choose("verify") }
        expect(.engine(.notAsked(part: "deputy", state: "approval"))) { try $0.choose("question", part: "deputy") }
        expect(.engine(.unknownItem("third"))) { try $0.decide("approve", items: ["third"]) }
        expect(.engine(.needsComment(choice: "question"))) { try $0.choose("question", comment: nil) }
        expect(.engine(.timerNotDue("remind", at: monday.after(days: 2)))) { try $0.apply(.timer(id: "remind")) }
        expect(.noEffect("grant/first")) { try $0.settle("grant/first", as: .done) }
        try simulator.choose("cancel")
        #expect(throws: Simulator.Refusal.noTimer) { try simulator.waitForTimer() }
        #expect(throws: Simulator.Refusal.engine(.ended(.withdrawn))) { try simulator.choose("cancel") }
    }

    @Test("gives up on a definition that never comes to rest")
    func givesUp() throws {
        let endless = """
            workflow: spin
            version: 1
            people: {asker: request.requester}
            start: one
            states:
              one: {after: {1s: {go: two}}}
              two: {after: {1s: {go: one}}}
            """
        var simulator = try Simulator(try Definition(yaml: endless, file: "spin"), items: [])
        #expect(throws: Simulator.Refusal.endless(events: 20_000)) {
            try simulator.wait(Delay(count: 9999, unit: .days))
        }
        #expect(simulator.moments.count == 1)
    }

    @Test("plays every scenario of the shipped definitions line by line", arguments: shippedNames)
    func playsScenarios(name: String) throws {
        let definition = try shipped(name)
        for scenario in definition.scenarios {
            var simulator = try Simulator(definition, scenario: scenario, calendar: .everyDay)
            for line in scenario.lines { try simulator.play(line.action) }
            #expect(simulator.definition.name == name)
        }
    }

    @Test("tells what a scenario met instead of what it says, and the way there")
    func surprises() throws {
        let source = try shipped("appointment").source
        let wrong = try Definition(
            yaml: source.replacing("cancel: ok, ends: cancelled", with: "cancel: ok, ends: failed"), file: "a.yaml")
        let undone = try #require(wrong.scenarios.first { $0.name == "undone" })
        let finding = try #require(wrong.play(undone, calendar: .everyDay))
        #expect(finding.message == "`undone`: it ends in `cancelled`, not `failed`.")
        #expect(finding.path == ["invitation", "cancelled"] && finding.line == undone.lines.last?.position.line)
    }
}
