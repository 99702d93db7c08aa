import Basics
import Testing

@testable import Workflow

@Suite("Check", .timeLimit(.minutes(60)))
struct CheckTests {
    static func findings(_ definition: Definition, _ templates: [String: Set<String>] = [:]) -> [String] {
        check(definition, templates: { name, _ in templates[name] ?? [] }).findings.map(\.description)
    }

    static let asks = "ask: {who: approver, choices: [x]}"

    /// Places count from the first state, which stands on line 11.
    @Test(
        "finds what a definition gets wrong",
        arguments: [
            // 1: reachability.
            ("wait: {after: {1d: {go: end}}}\nlost: {after: {1d: {go: end}}}", "12:3: unreachable-state"),
            (
                "wait: {after: {1d: {go: hole}, 2d: {send: a, to: approver}}}\nhole: {due: 1d}",
                "12:3: dead-end: `hole` is no end, and nothing leaves it. (wait (1d) → hole)"
            ),
            ("wait: {after: {1d: {go: there}}}\nthere: {after: {1d: {go: wait}}}", "11:3: trap"),
            // 2: waiting and loops.
            ("wait: {\(asks), when: {x: {go: end}}}", "11:3: no-timeout"),
            (
                "wait: {\(asks), after: {1d: [{if: any(items), go: end}, {else: wait}]}, when: {x: {go: end}}}",
                "loop-without-limit"
            ),
            (
                "wait: {\(asks), after: {1d: {go: end}}, when: {x: {go: there}}}\nthere: {\(asks), after: "
                    + "{1d: {go: end}}, when: {x: {go: wait}}}",
                "loop-without-limit: This loop has no `at_most`: a run may go round for ever. (wait (x) → "
                    + "there (x) → wait)"
            ),
            ("wait: {\(asks), after: {1d: {go: end}}, when: {x: {stay: true}}}", "loop-without-limit: `stay`"),
            (
                "wait: {\(asks), after: {1d: {go: end}}, when: {x: [{if: tries > 3, stay: true}, {else: end}]}}",
                "loop-without-limit: `stay`"
            ),
            // 4: effects.
            ("wait: {enter: [{do: grant}], after: {1d: {go: end}}}", "effect-shape"),
            ("wait: {enter: [{do: mail}], after: {1d: {go: end}}}", "effect-shape"),
            ("wait: {each: {item: items, do: issue}, after: {1d: {go: end}}, when: {done: {go: end}}}", "effect-shape"),
            (
                "wait: {each: {item: items, do: grant}, after: {1d: {go: end}}, when: {done: {go: wait, "
                    + "at_most: 2, else: end}}}",
                "effect-key: The run may come back to `wait`"
            ),
            ("wait: {enter: [{send: a}], after: {1d: {go: end}}}", "11:25: no-recipient"),
            // Conditions.
            (
                "wait: {\(asks), after: {1d: {go: end}}, when: {x: [{if: request.stolen, go: end}, {else: end}]}}",
                "unknown-field"
            ),
            (
                "wait: {\(asks), after: {1d: {go: end}}, when: {x: [{if: code.vaild, go: end}, {else: end}]}}",
                "unknown-fact: No choice carries `code.vaild`. Did you mean `code.valid`?"
            ),
            ("wait: {enter: [{if: code.valid, do: issue}], after: {1d: {go: end}}}", "fact-without-choice"),
            ("wait: {after: {1d: [{if: tries < 2, go: end}, {else: end}]}}", "fact-without-choice"),
            // 7: timers.
            ("wait: {after: {2d: {go: end}, 1d: {send: a, to: approver}}}", "timer-order"),
            ("wait: {after: {2d: {go: end}, 3d: {send: a, to: approver}}}", "never-fires"),
            ("wait: {after: {1d: {send: a, to: approver, again: 1d, at_most: 9}, 5d: {go: end}}}", "reminders-overrun"),
            ("wait: {due: 3d, after: {2d: {go: end}}}", "never-due"),
        ])
    func finds(states: String, expected: String) throws {
        let found = Self.findings(try small(states))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test(
        "finds a profile that the catalogue has not, wherever one is named",
        arguments: [
            "wait: {\(asks), after: {1d: {go: end}}, when: {x: [{if: any(items.waiting.POWER), go: end}, {else: end}]}}",
            "wait: {enter: [{if: not all(items.POWER), do: issue}], after: {1d: {go: end}}}",
            "wait: {after: {1d: [{if: count(items.POWER) > 1, go: end}, {else: end}]}}",
            "wait: {each: {item: items.waiting.POWER, do: grant}, after: {1d: {go: end}}, when: {done: {go: end}}}",
        ])
    func unknownProfile(states: String) throws {
        func rules(_ profiles: Set<String>?) throws -> [String] {
            check(try small(states), templates: { _, _ in [] }, profiles: profiles).findings.map(\.message)
        }
        #expect(try rules(["POW", "STD"]) == ["The catalogue has no profile `POWER`. Did you mean `POW`?"])
        #expect(try rules(["POWER"]) == [])
        #expect(try rules(nil) == [])
    }

    @Test("accepts a stay that tries end, and a loop with a limit")
    func acceptsLimits() throws {
        let staying =
            "wait: {\(Self.asks), after: {1d: {go: end}}, when: {x: [{if: tries < 3, stay: true}, {else: end}]}}"
        #expect(Self.findings(try small(staying)) == [])
        let loop = "wait: {\(Self.asks), after: {1d: {go: end}}, when: {x: {go: wait, at_most: 4, else: end}}}"
        let report = check(try small(loop), templates: { _, _ in [] })
        #expect(report.findings == [])
        #expect(report.longestLife?.description == "5d")
    }

    @Test(
        "finds effects that nothing performs, or whose keys repeat",
        arguments: [
            (
                "grnt: {key: [request, item], tries: 1, then: park}",
                "unknown-effect: Nothing performs an effect `grnt`. Did you mean `grant`?"
            ),
            ("grant: {key: [request], tries: 1, then: park}", "effect-key: The key of `grant` needs `item`"),
            ("issue: {key: [round], tries: 1, then: park}", "effect-key: The key of `issue` needs `request`"),
            ("issue: {key: [request, item], tries: 1, then: park}", "effect-key: `issue` belongs to no item"),
            ("issue: {key: [request, round, round], tries: 1, then: park}", "effect-key: The key of `issue` names"),
            ("issue: {key: [request, recipient], tries: 1, then: park}", "effect-key: Only `mail`"),
            ("mail: {key: [request, template], tries: 1, then: park}", "effect-key: The key of `mail` needs `round`"),
            (
                "mail: {key: [request, state, round, template, recipient], tries: 1, then: park, now: true}",
                "effect-now"
            ),
            (
                "issue: {key: [request, round], tries: 1, then: park, undo: void}\n  void: {key: "
                    + "[request], tries: 1, then: park}",
                "effect-key: `void` undoes `issue`"
            ),
            (
                "issue: {key: [request], tries: 1, then: park, undo: void}\n  void: {key: [request], "
                    + "tries: 1, then: park, undo: issue}",
                "undo-of-undo"
            ),
        ])
    func findsEffects(effects: String, expected: String) throws {
        let yaml = """
            workflow: small
            version: 1
            people: {approver: organization.delivery_managers}
            effects:
              \(effects)
            start: wait
            states: {wait: {after: {1d: {go: end}}}, end: {end: success}}
            """
        let found = Self.findings(try Definition(yaml: yaml, file: "f"))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test(
        "finds people that nobody can be",
        arguments: [
            ("{approver: organization.manager}", "[]", "unknown-source"),
            ("{approver: organization.delivery_manager}", "[]", "Did you mean `organization.delivery_managers`?"),
            (
                "{a: organization.representatives, b: organization.representatives}", "[a, b]",
                "apart-impossible: `b` and `a` must differ"
            ),
        ])
    func findsPeople(people: String, apart: String, expected: String) throws {
        let yaml = """
            workflow: small
            version: 1
            people: \(people)
            \(apart == "[]" ? "" : "apart: \(apart)")
            start: wait
            states: {wait: {after: {1d: {go: end}}}, end: {end: success}}
            """
        let found = Self.findings(try Definition(yaml: yaml, file: "f"))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test("finds a choice that is offered twice")
    func shadowed() throws {
        let definition = try small(
            "wait: {\(Self.asks), after: {1d: {go: end}}, when: {x: {go: end}}}",
            head: "anywhere: {x: {by: requester, go: end}}")
        #expect(Self.findings(definition).contains { $0.contains("9:12: shadowed-choice") })
    }

    @Test("looks at what may happen anywhere as it looks at the states")
    func anywhere() throws {
        let waiting = "wait: {\(Self.asks), after: {1d: {go: end}}, when: {x: {go: end}}}"
        let staying = try small(waiting, head: "anywhere: {nag: {by: requester, stay: true}}")
        #expect(Self.findings(staying).contains { $0.contains("9:17: loop-without-limit") })
        let granting = try small(waiting, head: "anywhere: {take: {by: requester, do: grant, go: end}}")
        #expect(Self.findings(granting).contains { $0.contains("effect-shape") })
        let mailing = try small(waiting, head: "anywhere: {stop: {by: requester, send: bye, go: end}}")
        #expect(
            check(mailing, templates: { _, _ in nil }).findings.map(\.rule) == ["missing-template"])
    }

    // MARK: Templates

    @Test("finds a template that is missing in English, which readers of other languages get instead")
    func missingTemplate() throws {
        let definition = try shipped("account-closure")
        let report = check(definition) { _, language in language == .english ? nil : [] }
        #expect(report.findings.map(\.rule) == ["missing-template"])
        #expect(report.findings.first?.message == "There is no mail `account-closed` in `en`.")
        #expect(check(definition) { _, language in language == .french ? nil : [] }.findings.isEmpty)
    }

    @Test("finds a field that a run does not have there")
    func templateFields() throws {
        let definition = try shipped("account-request")
        // Only the holder may hold a token, and only where they are asked.
        let token = Self.findings(definition, ["invitation": ["token", "link"], "welcome": ["token"]])
        #expect(token.count == Language.shipped.count)
        #expect(token.allSatisfy { $0.contains("`welcome` (") && $0.contains("uses `token`, which a run in `active`") })
        let typo = Self.findings(definition, ["welcome": ["personNam"]])
        #expect(typo.first?.contains("uses `personNam`, which no run has. Did you mean `personName`?") == true)
        let comment = Self.findings(try shipped("account-closure"), ["account-closed": ["comment", "dueAt"]])
        #expect(comment.count == 2 * Language.shipped.count)
    }

    // MARK: Scenarios

    @Test(
        "finds a scenario that ends otherwise, at its line and with the way it took",
        arguments: [
            (
                "{approve: all, ends: rejected}",
                "it still rests in `invitation`. (approval → provisioning → invitation)"
            ),
            ("{reject: all, ends: expired}", "it ends in `rejected`, not `expired`."),
            ("{wait: 1d, rests: clarification}", "it rests in `approval`, not `clarification`."),
            ("{reject: all, rests: approval}", "it has ended in `rejected`."),
            ("{verify: ok, ends: active}", "`approval` does not offer `verify`."),
            ("{approve: [third], ends: active}", "refused: There is no item third."),
        ])
    func scenarios(scenario: String, expected: String) throws {
        let source = try shipped("account-request").source
        let definition = try Definition(
            yaml: source.replacing("scenarios:\n", with: "scenarios:\n  added: \(scenario)\n"), file: "f")
        let report = check(definition, templates: { _, _ in [] })
        #expect(report.findings.map(\.rule) == ["scenario"])
        #expect(report.findings.first?.description.contains("`added`: \(expected)") == true, "\(report.findings)")
        #expect(report.scenarios.count == definition.scenarios.count - 1)
    }

    @Test(
        "refuses a scenario that says nothing or nonsense",
        arguments: [
            ("{approve: all}", "missing-key"), ("{ends: nowhere}", "unknown-state"),
            ("{approve: [sixth], ends: active}", "unknown-item"), ("{answer: maybe, ends: active}", "wrong-value"),
            ("{items: [secret], ends: active}", "wrong-value"), ("{request: [stolen], ends: active}", "unknown-field"),
            ("{wait: 3, ends: active}", "bad-delay"),
        ])
    func badScenarios(scenario: String, expected: String) throws {
        let source = try shipped("account-request").source
        let yaml = source.replacing("scenarios:\n", with: "scenarios:\n  added: \(scenario)\n")
        let defects = #expect(throws: DefinitionDefects.self) { try Definition(yaml: yaml, file: "f") }
        #expect(defects?.findings.map(\.rule) == [expected])
    }
}
