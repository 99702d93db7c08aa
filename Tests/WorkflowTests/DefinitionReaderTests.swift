import Basics
import Testing

@testable import Workflow

@Suite("Definition reader", .timeLimit(.minutes(60)))
struct DefinitionReaderTests {
    static let head = """
        workflow: small
        version: 1
        people: {approver: organization.delivery_managers}
        effects: {mail: {key: [request, state, round, template, recipient], tries: 3, then: park}}
        start: wait
        states:

        """
    static let end = "\n  end: {end: success}\n"

    /// Places count from the state `wait`, which stands on line 7.
    @Test(
        "refuses a defect with its place, and offers the nearest word",
        arguments: [
            ("  wait: {aks: {}}", "7:10: unknown-key: Unknown key `aks` in a state. Did you mean `ask`?"),
            (
                "  wait: {ask: {who: aprover, choices: [x]}}",
                "7:21: unknown-part: Unknown part `aprover`. Did you mean `approver`?"
            ),
            ("  wait: {after: {1d: {go: ende}}}", "7:27: unknown-state: Unknown state `ende`. Did you mean `end`?"),
            ("  wait: {after: {1days: {go: end}}}", "7:18: bad-delay"),
            ("  wait: {after: {01d: {go: end}}}", "7:18: bad-delay"),
            ("  wait: {after: {1d: {again: 1d, at_most: 2}}}", "7:22: wrong-shape"),
            ("  wait: {after: {1d: {send: x, again: 1d}}}", "7:22: wrong-shape"),
            ("  wait: {after: {1d: {}}}", "7:22: wrong-shape"),
            ("  wait: {after: {1d: [{if: any(items), go: end}]}}", "7:23: missing-else"),
            ("  wait: {enter: [{do: grant}]}", "7:23: undeclared-effect: Unknown effect `grant`."),
            ("  wait: {enter: [{send: x, to: nobody}]}", "7:32: unknown-part"),
            ("  wait: {enter: [{to: approver}]}", "wrong-shape"),
            ("  wait: {undo: all}", "7:3: undo-without-end"),
            ("  wait: {end: success, ask: {who: approver, choices: [x]}, when: {x: {go: end}}}", "7:3: end-goes-on"),
            ("  wait: {end: sucess}", "7:15: unknown-end: Unknown kind of end `sucess`. Did you mean `success`?"),
            ("  wait: {ask: {who: approver, choices: [x]}}", "7:3: unhandled-choice"),
            ("  wait: {ask: {who: approver, choices: []}}", "wrong-value"),
            ("  wait: {ask: {who: approver}}", "7:15: missing-key"),
            ("  wait: {when: {x: {go: end}}}", "7:17: not-offered"),
            ("  wait: {when: {done: {go: end}}}", "7:17: not-offered"),
            (
                "  wait: {ask: {who: approver, choices: [x]}, when: {x: [{if: any(items), go: end}]}}",
                "7:57: missing-else: The last branch needs `else`"
            ),
            (
                "  wait: {ask: {who: approver, choices: [x]}, when: {x: [{else: end}, {else: end}]}}",
                "7:57: after-else"
            ),
            (
                "  wait: {ask: {who: approver, each: item, choices: [approve]}, when: {decided: {go: end, at_most: 2}}}",
                "missing-else"
            ),
            ("  wait: {ask: {who: approver, choices: [x]}, when: {x: {go: end, stay: true}}}", "wrong-shape"),
            ("  wait: {ask: {who: approver, choices: [x]}, when: {x: {needs: money, go: end}}}", "wrong-value"),
            ("  wait: {ask: {who: approver, choices: [x], fresh_mfa: maybe}, when: {x: {go: end}}}", "wrong-value"),
            ("  wait: {ask: {who: approver, choices: [X]}, when: {x: {go: end}}}", "7:41: bad-name"),
            ("  wait: 3", "7:9: wrong-shape"),
            ("  wait: {due: 2bd, due: 3bd}", "yaml: Given twice: `due`"),
            ("  wait: {ask", "yaml"),
        ])
    func refuses(state: String, expected: String) {
        let yaml = Self.head + state + Self.end
        let defects = #expect(throws: DefinitionDefects.self) { try Definition(yaml: yaml, file: "f") }
        #expect(defects?.description.contains(expected) == true, "\(defects?.description ?? "")")
        #expect(defects?.findings.allSatisfy { $0.file == "f" && $0.line > 0 && $0.column > 0 } == true)
    }

    @Test("reports all defects of a file at once, in its order")
    func reportsAll() {
        let yaml = """
            workflow: Small
            version: one
            peple: {}
            apart: [requester]
            start: here
            effects: {mail: {key: [requst], tries: 0, then: stop, undo: male}}
            states: {}
            """
        let defects = #expect(throws: DefinitionDefects.self) { try Definition(yaml: yaml, file: "f") }
        #expect(
            defects?.findings.map(\.rule) == [
                "missing-key", "bad-name", "wrong-value", "unknown-key", "apart", "unknown-part", "unknown-state",
                "unknown-key-field", "wrong-value", "wrong-value", "undeclared-effect",
            ])
    }

    @Test(
        "reads conditions and refuses what is none",
        arguments: [
            ("any(items.approved)", nil),
            ("not (any(items) or all(items.granted)) and count(items.refused) >= 2", nil),
            ("code.valid and tries<10 or request.stolen", nil),
            ("any(items.aproved)", "Did you mean `approved`?"),
            ("some(items)", "Unknown function `some`."),
            ("any(things)", "are no items"),
            ("tries < many", "`many` is no number"),
            ("tries =< 3", "`=<` is no comparison"),
            ("tries", "ends where a comparison"),
            ("any(items.approved) any(items)", "`any` is not expected here"),
            ("any(items.approved", "ends where `)`"),
            ("valid", "neither a fact"),
            ("items.approved", "neither a fact"),
            ("", "must be a text"),
            ("any(items) && true", "`&` has no meaning"),
            (String(repeating: "(", count: 21) + "any(items)" + String(repeating: ")", count: 21), "too deeply"),
            (String(repeating: "not ", count: 30) + "any(items)", "too deeply"),
            (String(repeating: "any(items) or ", count: 60) + "any(items)", "500 bytes"),
        ] as [(String, String?)])
    func conditions(text: String, expected: String?) {
        let state = """
              wait:
                ask: {who: approver, choices: [x]}
                after: {1d: {go: end}}
                when: {x: [{if: "\(text)", go: end}, {else: end}]}
            """
        let yaml = Self.head + state + Self.end
        guard let expected else {
            #expect(throws: Never.self) { try Definition(yaml: yaml, file: "f") }
            return
        }
        let defects = #expect(throws: DefinitionDefects.self) { try Definition(yaml: yaml, file: "f") }
        #expect(defects?.description.contains(expected) == true, "\(defects?.description ?? "")")
    }

    @Test("reports a broken condition once, not also as a choice that nobody handles")
    func brokenConditionOnly() {
        let state = "  wait: {ask: {who: approver, choices: [x]}, when: {x: [{if: tries, go: end}, {else: end}]}}"
        let yaml = Self.head + state + Self.end
        let defects = #expect(throws: DefinitionDefects.self) { try Definition(yaml: yaml, file: "f") }
        #expect(defects?.findings.map(\.rule) == ["bad-condition"])
    }

    @Test("evaluates and, or, not by their rank")
    func precedence() throws {
        let parsed = try ConditionParser.parse("a.a or b.b and not c.c")
        #expect(parsed == .or(.fact("a.a"), .and(.fact("b.b"), .not(.fact("c.c")))))
    }

    // MARK: Hostile text

    static let nonsense: String = (0..<300).map { "k\($0): 1\n" }.joined()

    static let bomb =
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + (1...9).map { "b\($0): &b\($0) [*a,*a,*a,*a,*a,*a,*a,*a]" }.joined(separator: "\n")

    @Test(
        "refuses YAML that is meant to hurt",
        arguments: [
            (bomb, "f:2:10: alias"),
            // Ways to hide an alias from a scan that knows a little about quotes and comments.
            ("a: x-\"\nb: &a [x]\nc: *a", "f:3:4: alias"),
            ("{\"x # \": &a [x], y: *a}", "f:1:21: alias"),
            ("a: &a x\nb:\u{2028}*a", "alias"),
            (String(repeating: "[", count: 100_000), "f:1:201: too-deep"),
            (String(repeating: "[\"]\",", count: 50_000), "yaml: The file is no YAML: Maximum nesting level"),
            (String(repeating: "{a: ", count: 50_000), "too-deep"),
            (
                String(repeating: "[],", count: 100_001),
                "f:1:300001: too-deep: The file opens more than 100000 brackets."
            ),
            (String(repeating: "- ", count: 100_000), "too-deep"),
            ((0..<500).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"), "too-deep"),
            ("about: " + String(repeating: "x", count: 5_000), "f:1:8: too-long"),
            (String(repeating: "x", count: 1_000_001), "f:1:1: too-large"),
            (String(repeating: "a: 1\n", count: 80_000), "f:60001:1: too-large"),
            (nonsense, "too-many: More is wrong than this"),
            ("", "f:1:1: empty"),
            ("# nothing", "f:1:1: empty"),
            ("workflow: a\u{0}b", "yaml"),
            ("workflow: \"\\ud800\"", "yaml"),
            ("--- a\n--- b", "yaml"),
            ("[a, b]", "wrong-shape"),
            ("? [a, b]\n: c", "wrong-shape"),
        ])
    func refusesHostile(yaml: String, expected: String) {
        let defects = #expect(throws: DefinitionDefects.self) { try Definition(yaml: yaml, file: "f") }
        #expect(defects?.description.contains(expected) == true, "\(defects?.description.prefix(400) ?? "")")
    }

    @Test("takes stars, ampersands and quotes inside a text for what they are")
    func harmlessStars() throws {
        let yaml = (Self.head + "  wait: {after: {1d: {go: end}}} # a * b & c !d it's\n" + Self.end)
            .replacing("workflow: small", with: "workflow: small\nabout: \"it's 2*2 & 3 * 4 \\\" !x\"")
        #expect(try Definition(yaml: yaml, file: "f").about == "it's 2*2 & 3 * 4 \" !x")
    }

    @Test("survives nesting as deep as it is let through")
    func deepest() {
        let brackets = String(repeating: "[", count: 1_999) + String(repeating: "]", count: 1_999)
        let blocks = String(repeating: "- ", count: 39) + "x"
        for yaml in [brackets, blocks] {
            #expect(throws: DefinitionDefects.self) { try Definition(yaml: yaml, file: "f") }
        }
    }
}
