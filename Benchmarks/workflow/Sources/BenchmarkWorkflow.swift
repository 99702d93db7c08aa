import Basics
import Foundation
import Workflow
import Yams

/// Measures reading, proving and stepping on one thread; prints NAME and nanoseconds per call, tab-separated.
///
///     BenchmarkWorkflow ACCOUNT-REQUEST.yaml
@main
struct BenchmarkWorkflow {
    static func main() throws {
        guard CommandLine.arguments.count == 2 else { throw Fault(.invalid, "usage: BenchmarkWorkflow FILE") }
        let shipped = try String(contentsOfFile: CommandLine.arguments[1], encoding: .utf8)
        try measureCheck(Generated(states: 1000))
        try measureShippedStep(Definition(yaml: shipped, file: "account-request.yaml"))
        for states in [20, 1000] { try measureStep(Generated(states: states), "step-\(states)") }
    }

    /// Yams alone first: what any reader of the file has to spend.
    private static func measureCheck(_ generated: Generated) throws {
        let yaml = generated.yaml
        try report("yaml") { try compose(yaml: yaml)?.mapping?.count ?? 0 }
        try report("read") { try Definition(yaml: yaml, file: "generated.yaml").states.count }
        let definition = try Definition(yaml: yaml, file: "generated.yaml")
        let vocabulary = Vocabulary(
            effects: definition.effects.mapValues { $0.key.contains("item") },
            sources: Set(definition.parts.map(\.source)))
        let verdict = check(definition, templates: { _, _ in [] }, vocabulary: vocabulary)
        guard verdict.findings.isEmpty, verdict.longestLife != nil, definition.states.count == 1001 else {
            throw Fault(.invalid, "the generated definition is not sound: \(verdict.findings.prefix(3))")
        }
        try report("check") { check(definition, templates: { _, _ in [] }, vocabulary: vocabulary).scenarios.count + 1 }
    }

    /// A manager approves both items, which orders two grants; what most requests go through.
    private static func measureShippedStep(_ definition: Definition) throws {
        let items = ["paris", "lyon"].map { Run.Item(id: $0, profile: "OPE", needsMFA: true) }
        let start = Event.Start(items: items, players: ["requester": ["rita"], "holder": ["hugo"]])
        let run = try definition.start(start, at: now, calendar: .everyDay).run
        let decision = Event.choice(
            Event.Choice("decide", part: "approver", by: "anna", decisions: ["paris": .approve, "lyon": .approve]))
        let granting = try definition.step(run, on: decision, at: now, calendar: .everyDay).run
        try report("step-start") { try definition.start(start, at: now, calendar: .everyDay).orders.count }
        try report("step-decide") {
            try definition.step(run, on: decision, at: now, calendar: .everyDay).orders.count
        }
        let granted = Event.effect(key: "grant/paris", outcome: .done)
        try report("step-effect") {
            try definition.step(granting, on: granted, at: now, calendar: .everyDay).run.round
        }
        let later = now.adding(seconds: 2 * 86_400)
        try report("step-timer") {
            try definition.step(run, on: .timer(id: "remind"), at: later, calendar: .everyDay).orders.count
        }
    }

    private static func measureStep(_ generated: Generated, _ name: String) throws {
        let definition = try Definition(yaml: generated.yaml, file: "generated.yaml")
        let start = Event.Start(items: [], players: ["requester": ["rita"]])
        let run = try definition.start(start, at: now, calendar: .everyDay).run
        let choice = Event.choice(Event.Choice("c1", part: "approver", by: "anna"))
        try report(name) { try definition.step(run, on: choice, at: now, calendar: .everyDay).run.round }
    }

    private static let now = Timestamp(milliseconds: 1_767_603_600_000)

    /// The fastest of rounds of about a tenth of a second: what others do on the machine only adds.
    private static func report(_ name: String, _ body: () throws -> Int) throws {
        let clock = ContinuousClock()
        var (calls, best, sum) = (1, Duration.seconds(1000), 0)
        for _ in 0..<12 {
            let took = try clock.measure { for _ in 0..<calls { sum &+= try body() } }
            best = min(best, took / calls)
            if took < .milliseconds(50) { calls *= 4 }
        }
        guard sum != 0 else { throw Fault(.invalid, "\(name) did nothing") }
        print("\(name)\t\(Int(best / .nanoseconds(1)))")
    }
}

/// A sound definition with ten ways out of each state: nine choices and a timer; every tenth leads back, with a limit.
struct Generated {
    let states: Int

    var yaml: String {
        var text = """
            workflow: generated
            version: 1
            people: {requester: request.requester, approver: organization.delivery_managers}
            effects:
              mail: {key: [request, state, round, template, recipient], tries: 8, then: park}
            start: s0
            states:

            """
        for state in 0..<states {
            text += """
                  s\(state):
                    enter: [{send: asked}]
                    ask: {who: approver, choices: [c1, c2, c3, c4, c5, c6, c7, c8, c9]}
                    due: 2bd
                    after:
                      1bd: {send: reminder, again: 1bd, at_most: 2}
                      5bd: {go: end}
                    when:

                """
            for choice in 1...9 {
                let ahead = state + (choice == 1 ? 1 : choice * choice)
                let target = ahead < states ? "s\(ahead)" : "end"
                text +=
                    choice == 9
                    ? "      c9: {go: s\(state / 2), at_most: 2, else: end}\n" : "      c\(choice): {go: \(target)}\n"
            }
        }
        return text + "  end: {end: success}\n"
    }
}
