import Scratch
extension Sketch {
    /// How much freedom a sketch takes.
    struct Manner {
        /// Conditions, effects of items, limited ways: there may be ways that no run can take.
        ///
        /// Without them each way can be taken.
        var guarded = true
        /// Ways lead anywhere, with or without a limit, and timers are forgotten: mostly not sound.
        var wild = false
    }

    /// A definition that is sound by construction, unless `manner.wild`.
    ///
    /// Each state is led to by one before it, ways back are limited, and every state is left by a timer.
    static func random(_ manner: Manner, using random: inout SplitMix) -> Sketch {
        var drawing = Drawing(manner: manner, random: random)
        let sketch = drawing.sketch()
        random = drawing.random
        return sketch
    }
}

/// Draws one sketch.
private struct Drawing {
    let manner: Sketch.Manner
    var random: SplitMix
    private var names: [String] = []
    private var ends: [String] = []

    init(manner: Sketch.Manner, random: SplitMix) {
        self.manner = manner
        self.random = random
    }

    /// Words that the engine uses itself are among them: a name must never be mistaken for another thing.
    private static let choices = [
        "agree", "refuse", "answer", "remind", "done", "decide", "also_ask", "approve", "tries", "go",
    ]
    private static let parts = ["requester", "approver", "deputy", "holder"]
    private static let stateNames = ["anywhere", "wait", "remind", "done", "start", "when", "s1", "s2", "s3", "s4"]

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &random)]
    }

    mutating func sketch() -> Sketch {
        var sketch = Sketch()
        names = Array(Self.stateNames.shuffled(using: &random).prefix(Int.random(in: 1...6, using: &random)))
        ends = Array(["good", "bad", "late", "off"].prefix(Int.random(in: 1...4, using: &random)))
        for index in names.indices { sketch.states.append(state(index)) }
        lead(&sketch)
        if chance(40) {
            let limited = chance(30)
            let scope = chance(50) ? "" : ", in: [\(pick(names))]"
            sketch.anywhere.append(
                limited
                    ? "escape: {by: \(pick(Self.parts))\(scope), stay: true, at_most: 2, else: \(pick(ends))}"
                    : "escape: {by: \(pick(Self.parts))\(scope), go: \(pick(ends))}")
        }
        let used = sketch.states.flatMap(\.targets) + sketch.anywhere.flatMap { text in ends.filter(text.contains) }
        for (index, name) in ends.enumerated() where manner.wild || used.contains(name) {
            var end = Sketch.State(name: name)
            end.end = ["success", "refused", "lapsed", "withdrawn"][index]
            end.undo = index > 0 && chance(70)
            if chance(50) { end.enter.append("{send: bye, to: \(pick(Self.parts))}") }
            if index == 0, chance(30) { end.enter.append("{do: activate}") }
            sketch.states.append(end)
        }
        if chance(40) {
            sketch.apart.append(Array(Self.parts.shuffled(using: &random).prefix(2 + (chance(50) ? 1 : 0))))
        }
        return sketch
    }

    /// Sees to it that every state is led to, from one before it.
    private mutating func lead(_ sketch: inout Sketch) {
        guard !manner.wild else { return }
        for index in names.indices.dropFirst() {
            let before = sketch.states[..<index].flatMap(\.targets)
            guard !before.contains(names[index]) else { continue }
            let parent = Int.random(in: 0..<index, using: &random)
            let choice = "to_\(names[index])"
            let way = Sketch.Branch(way: .go(names[index]))
            if sketch.states[parent].who == nil { sketch.states[parent].who = pick(Self.parts) }
            sketch.states[parent].choices.append(choice)
            sketch.states[parent].when.append((choice, [way]))
        }
    }

    // MARK: States

    private mutating func state(_ index: Int) -> Sketch.State {
        var state = Sketch.State(name: names[index])
        if chance(75) { ask(&state, index) }
        if chance(40) { state.enter.append("{send: news, to: \(pick(Self.parts))}") }
        if state.who != nil, chance(30) { state.enter.append("{send: asked}") }
        // A choice called `done` beside effects that are done would be two things of one name.
        if !state.choices.contains("done") { perform(&state, index) }
        timers(&state, index)
        return state
    }

    private mutating func perform(_ state: inout Sketch.State, _ index: Int) {
        if chance(25) { state.enter.append(manner.guarded && chance(50) ? "{do: issue}" : "{do: activate}") }
        if manner.guarded, chance(15) { state.enter.append("{if: \"\(condition(choice: false))\", do: issue}") }
        if manner.guarded, !state.eachItem, chance(25) {
            state.each = "{item: \(pick(["items", "items.approved"])), do: grant}"
        }
        let performs = state.each != nil || state.enter.contains { $0.contains("do:") }
        if performs, chance(60) { state.when.append(("done", branches(index, choice: false))) }
    }

    private mutating func ask(_ state: inout Sketch.State, _ index: Int) {
        state.who = pick(Self.parts)
        if manner.guarded, chance(30) {
            state.eachItem = true
            state.choices = pick([["approve", "reject"], ["approve", "lower", "reject", "question"], ["approve"]])
            state.when.append(("decided", branches(index, choice: false)))
            if state.choices.contains("question") { state.when.append(("question", branches(index, choice: true))) }
            return
        }
        state.choices = Array(Self.choices.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)))
        for choice in state.choices { state.when.append((choice, branches(index, choice: true))) }
    }

    private mutating func timers(_ state: inout Sketch.State, _ index: Int) {
        // Leaving after 5 to 9 units, everything else within the first four.
        let unit = pick(["d", "d", "bd", "bd", "h", "m"])
        let last = Int.random(in: 5...9, using: &random)
        if chance(40) {
            let to = state.who == nil || chance(50) ? ", to: \(pick(Self.parts))" : ""
            let again = chance(50) ? ", again: 1\(unit), at_most: \(Int.random(in: 1...3, using: &random))" : ""
            state.timers.append(.init(delay: "1\(unit)", plain: "send: nudge\(to)\(again)"))
        }
        if state.who != nil, chance(25) {
            state.timers.append(.init(delay: "2\(unit)", plain: "also_ask: \(pick(Self.parts)), send: asked"))
        }
        if chance(15) { state.timers.append(.init(delay: "3\(unit)", plain: "do: issue")) }
        if manner.guarded, chance(15) {
            // A timer may look at the run and leave it where it is.
            let leave = Sketch.Branch(condition: condition(choice: false), way: .go(forward(index)))
            state.timers.append(.init(delay: "4\(unit)", branches: [leave, .init(way: .stay)]))
        }
        if chance(25) { state.due = "\(pick([2, last]))\(unit)" }
        if manner.wild, chance(15) { return }
        var leaving = [Sketch.Branch(way: .go(forward(index)))]
        if manner.guarded, chance(15) {
            leaving[0].limit = (Int.random(in: 1...2, using: &random), forward(index))
            leaving[0].way = .go(pick(names))
        }
        state.timers.append(.init(delay: "\(last)\(unit)", branches: leaving))
    }

    // MARK: Ways

    /// A state after this one, or an end.
    private mutating func forward(_ index: Int) -> String {
        let later = names[(index + 1)...] + ends
        return manner.wild ? pick(names + ends) : pick(Array(later))
    }

    private mutating func branches(_ index: Int, choice: Bool) -> [Sketch.Branch] {
        var branches: [Sketch.Branch] = []
        guard manner.guarded else { return plain(index, choice: choice) }
        while chance(35), branches.count < 2 {
            branches.append(branch(index, choice: choice, condition: condition(choice: choice)))
        }
        if branches.isEmpty { return [branch(index, choice: choice, condition: nil)] }
        if chance(20) {
            branches.append(branch(index, choice: choice, condition: nil))
        } else {
            branches.append(.init(way: .otherwise(forward(index))))
        }
        return branches
    }

    /// One way, or two told apart by a fact or by the number of tries.
    private mutating func plain(_ index: Int, choice: Bool) -> [Sketch.Branch] {
        guard choice, chance(50) else { return [.init(way: .go(forward(index)))] }
        let limit = chance(40) ? (2, forward(index)) : nil
        let first: Sketch.Branch =
            switch Int.random(in: 0..<4, using: &random) {
            case 0: .init(condition: "tries < 3", way: .stay)
            case 1: .init(condition: "code.valid", way: .stay, limit: limit)
            default: .init(condition: pick(["code.valid", "not factor.wanted"]), way: .go(forward(index)))
            }
        return [first, .init(way: .otherwise(forward(index)))]
    }

    private mutating func branch(_ index: Int, choice: Bool, condition: String?) -> Sketch.Branch {
        var branch = Sketch.Branch(condition: condition, way: .go(forward(index)))
        if chance(30) {
            // A way back, or to the state itself.
            branch.way = chance(30) ? .stay : .go(pick(names))
            if !manner.wild || chance(60) {
                branch.limit = (Int.random(in: 1...3, using: &random), forward(index))
            }
        } else if let condition, choice, condition.hasPrefix("tries <"), !condition.contains(" or "), chance(60) {
            branch.way = .stay
        }
        if chance(15) { branch.extra.append("do: issue") }
        if chance(15) { branch.extra += ["send: told", "to: \(pick(Self.parts))"] }
        if choice, chance(10) { branch.extra.append("needs: comment") }
        return branch
    }

    private mutating func condition(choice: Bool) -> String {
        var leaves: [String] = []
        if choice {
            leaves += ["code.valid", "not code.valid", "factor.wanted", "tries < \(pick([2, 3, 4]))"]
        }
        if choice, chance(50) { return pick(leaves) }
        leaves += [
            "any(items.approved)", "all(items.granted)", "count(items) >= 2", "needs_mfa(items)", "request.urgent",
            "not request.known", "count(items.refused) == 0",
        ]
        let leaf = pick(leaves)
        guard chance(25) else { return leaf }
        return leaf + (chance(50) ? " and " : " or ") + (chance(30) ? "not (\(pick(leaves)))" : pick(leaves))
    }
}

extension Sketch.State {
    var targets: [String] {
        timers.flatMap(\.branches).flatMap(\.targets) + when.flatMap(\.branches).flatMap(\.targets)
    }
}
