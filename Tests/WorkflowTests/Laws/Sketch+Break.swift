import Scratch
extension Sketch {
    /// One thing that a person may get wrong.
    struct Break: Sendable {
        /// The findings of which one at least must name it.
        let rules: Set<String>
        /// - Returns: false where the sketch has nothing that could be broken so.
        let apply: @Sendable (inout Sketch, inout SplitMix) -> Bool

        init(_ rules: Set<String>, _ apply: @escaping @Sendable (inout Sketch, inout SplitMix) -> Bool) {
            self.rules = rules
            self.apply = apply
        }
    }

    static let breaks: [Break] = paths + words + details

    /// States that wait; the first of them is the start.
    private var waiting: [Int] { states.indices.filter { states[$0].end == nil } }

    private static func change(
        _ sketch: inout Sketch, _ random: inout SplitMix, where fits: (State) -> Bool, _ body: (inout State) -> Void
    ) -> Bool {
        let fitting = sketch.waiting.filter { fits(sketch.states[$0]) }
        guard let index = fitting.randomElement(using: &random) else { return false }
        body(&sketch.states[index])
        return true
    }

    private static func append(_ state: State, to sketch: inout Sketch) { sketch.states.append(state) }

    /// Makes a choice of a state that asks lead to `target`.
    private static func lead(_ sketch: inout Sketch, _ random: inout SplitMix, to target: String) -> Bool {
        change(&sketch, &random, where: { $0.who != nil }) {
            $0.choices.append("astray")
            $0.when.append(("astray", [Branch(way: .go(target))]))
        }
    }

    private static let paths: [Break] = [
        Break(["no-timeout", "dead-end"]) { sketch, random in
            change(&sketch, &random, where: { _ in true }) {
                $0.timers.removeAll { $0.plain == nil }
                $0.due = "1d"
            }
        },
        Break(["unreachable-state"]) { sketch, _ in
            append(State(name: "lost", timers: [Timer(delay: "1d", branches: [Branch(way: .go("lost"))])]), to: &sketch)
            sketch.states[sketch.states.count - 1].timers[0].branches[0].way = .go(sketch.states[0].name)
            return true
        },
        Break(["dead-end"]) { sketch, random in
            sketch.anywhere = []
            append(State(name: "hole", due: "1d"), to: &sketch)
            return lead(&sketch, &random, to: "hole")
        },
        Break(["trap"]) { sketch, random in
            sketch.anywhere = []
            for (name, other) in [("tick", "tock"), ("tock", "tick")] {
                append(
                    State(name: name, timers: [Timer(delay: "1d", branches: [Branch(way: .go(other))])]), to: &sketch)
            }
            return lead(&sketch, &random, to: "tick")
        },
        Break(["loop-without-limit"]) { sketch, random in
            change(&sketch, &random, where: { $0.who != nil }) {
                $0.choices.append("again")
                $0.when.append(("again", [Branch(way: .go($0.name))]))
            }
        },
        Break(["loop-without-limit"]) { sketch, random in
            change(&sketch, &random, where: { $0.who != nil }) {
                $0.choices.append("idle")
                $0.when.append(("idle", [Branch(way: .stay)]))
            }
        },
        Break(["loop-without-limit"]) { sketch, _ in
            sketch.anywhere.append("restart: {by: requester, go: \(sketch.states[0].name)}")
            return true
        },
    ]

    private static let words: [Break] = [
        Break(["unknown-state"]) { sketch, random in lead(&sketch, &random, to: "nowhere") },
        Break(["unknown-part"]) { sketch, random in
            change(&sketch, &random, where: { $0.who != nil }) { $0.who = "nobody" }
        },
        Break(["undeclared-effect"]) { sketch, random in
            change(&sketch, &random, where: { _ in true }) { $0.enter.append("{do: nothing}") }
        },
        Break(["unhandled-choice"]) { sketch, random in
            change(&sketch, &random, where: { $0.who != nil }) { $0.choices.append("unheard") }
        },
        Break(["not-offered"]) { sketch, random in
            change(&sketch, &random, where: { _ in true }) { $0.when.append(("unasked", [Branch(way: .stay)])) }
        },
        Break(["missing-else"]) { sketch, random in
            change(&sketch, &random, where: { $0.who != nil }) {
                $0.choices.append("perhaps")
                $0.when.append(("perhaps", [Branch(condition: "code.valid", way: .stay, limit: (1, $0.name))]))
            }
        },
        Break(["unknown-source"]) { sketch, _ in
            sketch.sources["somebody"] = "organization.anybody"
            sketch.apart.append(["requester", "somebody"])
            return true
        },
        Break(["apart-impossible"]) { sketch, _ in
            sketch.sources["twin"] = sketch.sources["approver"]
            sketch.apart.append(["approver", "twin"])
            return true
        },
        Break(["unknown-effect"]) { sketch, _ in
            sketch.effects["enchant"] = Effect(key: ["request", "round"])
            return true
        },
    ]

    private static let details: [Break] = [
        Break(["effect-key"]) { sketch, random in
            let field = ["request", "round"].randomElement(using: &random) ?? "round"
            sketch.effects["mail"]?.key.removeAll { $0 == field }
            return true
        },
        Break(["effect-key"]) { sketch, _ in
            // The undo would be ordered once for all rounds.
            sketch.effects["void"]?.key = ["request"]
            return true
        },
        Break(["undo-of-undo"]) { sketch, _ in
            sketch.effects["void"]?.undo = "issue"
            return true
        },
        Break(["effect-now"]) { sketch, _ in
            sketch.effects["mail"]?.now = true
            return true
        },
        Break(["effect-shape"]) { sketch, random in
            change(&sketch, &random, where: { _ in true }) { $0.enter.append("{do: grant}") }
        },
        Break(["fact-without-choice"]) { sketch, random in
            change(&sketch, &random, where: { _ in true }) { $0.enter.append("{if: code.valid, do: issue}") }
        },
        Break(["unknown-fact"]) { sketch, random in
            change(&sketch, &random, where: { _ in true }) { $0.enter.append("{if: code.vaild, do: issue}") }
        },
        Break(["unknown-field"]) { sketch, random in
            change(&sketch, &random, where: { _ in true }) { $0.enter.append("{if: request.unheard_of, do: issue}") }
        },
        Break(["no-recipient"]) { sketch, random in
            change(
                &sketch, &random,
                where: { state in
                    state.who == nil && !state.timers.contains { $0.plain?.contains("also_ask") == true }
                }
            ) { $0.enter.append("{send: asked}") }
        },
        Break(["never-fires"]) { sketch, random in
            change(&sketch, &random, where: { !$0.timers.isEmpty }) {
                $0.timers.append(Timer(delay: "99d", plain: "send: late, to: requester"))
            }
        },
        Break(["timer-order"]) { sketch, random in
            change(&sketch, &random, where: { !$0.timers.isEmpty }) {
                $0.timers.append(Timer(delay: "1s", plain: "send: early, to: requester"))
            }
        },
        Break(["reminders-overrun"]) { sketch, random in
            change(&sketch, &random, where: { !$0.timers.isEmpty }) {
                $0.timers.insert(
                    Timer(delay: "1s", plain: "send: often, to: requester, again: 1d, at_most: 100"), at: 0)
            }
        },
        Break(["never-due"]) { sketch, random in
            change(&sketch, &random, where: { !$0.timers.isEmpty }) { $0.due = "99d" }
        },
        Break(["shadowed-choice"]) { sketch, random in
            sketch.anywhere.append("stop: {by: requester, go: \(sketch.states.last?.name ?? "")}")
            return change(&sketch, &random, where: { $0.who != nil }) {
                $0.choices.append("stop")
                $0.when.append(("stop", [Branch(way: .stay, limit: (1, $0.name))]))
            }
        },
    ]
}
