import Testing

@testable import Workflow

@Suite("Messages in a definition", .timeLimit(.minutes(60)))
struct MessageTests {
    private static let webhook = "  webhook: {key: [request, round, message], tries: 3, then: park}"

    /// A definition that is sound, but for what a test changes.
    private func text(_ changes: (String, String)...) -> String {
        let sound = """
            workflow: laptop
            version: 1
            people: {requester: organization.representatives, approver: organization.delivery_managers}
            messages:
              laptop_wanted: Somebody needs a laptop.
              laptop_spared: Nobody does any more.
            effects:
            \(Self.webhook)
            start: asked
            states:
              asked:
                enter: [{tell: laptop_wanted, if: any(items)}]
                ask: {who: approver, choices: [agree, wait]}
                after:
                  1d: {tell: laptop_wanted, again: 1d, at_most: 2}
                  5d: {go: over}
                when:
                  agree: {go: done, tell: [laptop_wanted, laptop_spared]}
                  wait: {stay: true, tell: laptop_wanted, at_most: 3}
              done: {end: success}
              over: {end: lapsed, enter: [{tell: laptop_spared}]}
            """
        return changes.reduce(sound) { text, change in
            #expect(text.contains(change.0), "\(change.0)")
            return text.replacing(change.0, with: change.1)
        }
    }

    private func report(_ text: String) throws -> CheckReport {
        check(try Definition(yaml: text, file: "laptop.yaml"), templates: { _, _ in [] })
    }

    @Test("are ordered where mails are, each under a key of its own, and nothing waits for them")
    func ordered() throws {
        let definition = try Definition(yaml: text(), file: "laptop.yaml")
        let report = try report(text())
        #expect(report.findings == [] && report.warnings == [])
        #expect(definition.messages.keys.sorted() == ["laptop_spared", "laptop_wanted"])
        var play = try Simulator(definition, items: [Run.Item(id: "first", profile: "STD", needsMFA: false)])
        try play.choose("wait")
        try play.wait(Delay(count: 2, unit: .days))
        try play.choose("agree")
        let orders = play.moments.flatMap(\.step.orders)
        #expect(orders.map { $0.message ?? "" } == Array(repeating: "laptop_wanted", count: 5) + ["laptop_spared"])
        #expect(Set(orders.map(\.key)).count == orders.count && orders.allSatisfy { !$0.now && $0.effect == "webhook" })
        #expect(play.run.ledger.isEmpty)
    }

    @Test(
        "are refused where they are none, with what is right",
        arguments: [
            (
                "enter: [{tell: laptop_wanted, if: any(items)}]", "enter: [{tell: laptop_wantd}]",
                "unknown-message: `tell: laptop_wantd` names no message under `messages`. Did you mean `laptop_wanted`? "
                    + "Declared: laptop_spared, laptop_wanted; declare it there with what it means."
            ),
            ("  laptop_spared: Nobody", "  laptop-spared: Nobody", "bad-name"),
            ("  laptop_spared: Nobody", "  Laptop: Nobody", "bad-name"),
            ("tell: laptop_wanted, if", "tell: {name: laptop_wanted}, if", "wrong-shape"),
            ("effects:\n\(webhook)", "effects: {}", "undeclared-effect: `tell` orders the effect `webhook`"),
        ])
    func unreadable(good: String, bad: String, expected: String) {
        let defects = #expect(throws: DefinitionDefects.self) {
            _ = try Definition(yaml: text((good, bad)), file: "laptop.yaml")
        }
        #expect(defects?.findings.contains { "\($0)".contains(expected) } == true, "\(String(describing: defects))")
    }

    @Test(
        "are proven to be sound",
        arguments: [
            ("round, message]", "message]", "effect-key: The key of `webhook` needs `round`"),
            ("round, message]", "round]", "effect-key: The key of `webhook` needs `message`"),
            ("then: park}", "then: park, now: true}", "effect-now"),
            (
                "enter: [{tell: laptop_spared}]", "enter: [{do: webhook}]",
                "`webhook` is ordered by `tell`, not by `do`."
            ),
            (
                "effects:\n", "effects:\n  grant: {key: [request, item, message], tries: 3, then: park}\n",
                "Only `webhook` has a `message`."
            ),
            (
                "effects:\n", "effects:\n  issue: {key: [request, round], tries: 3, then: park, undo: webhook}\n",
                "effect-undo: `webhook` cannot undo `issue`"
            ),
        ])
    func unsound(good: String, bad: String, expected: String) throws {
        let found = try report(text((good, bad))).findings.map(\.description)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test("are warned of where nothing tells them")
    func untold() throws {
        let text = text(("  laptop_spared: Nobody", "  laptop_lost: Gone.\n  laptop_spared: Nobody"))
        #expect(try report(text).warnings.map(\.rule) == ["untold-message"])
        #expect(try report(text).findings == [])
    }
}
