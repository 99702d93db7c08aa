/// Proof 4: every effect is one that can be performed, keyed so that no
/// loop repeats a key, and its undo exists.
func checkEffects(_ definition: Definition, _ graph: StateGraph, _ vocabulary: [String: Bool], _ log: inout FindingLog)
{
    for effect in definition.effects.values.sorted(by: { $0.name < $1.name }) {
        guard let ofItem = vocabulary[effect.name] else {
            let known = vocabulary.keys.sorted()
            log.add(
                "unknown-effect", effect.position,
                "Nothing performs an effect `\(effect.name)`."
                    + (nearest(to: effect.name, among: known).map { " Did you mean `\($0)`?" }
                        ?? " Known: \(known.joined(separator: ", "))."))
            continue
        }
        checkKey(effect, ofItem: ofItem, &log)
        guard let undo = effect.undo.flatMap({ definition.effects[$0] }) else { continue }
        if let way = undo.leavesBy ?? effect.leavesBy {
            log.add(
                "effect-undo", effect.position,
                "`\(undo.name)` cannot undo `\(effect.name)`: `\(way)` orders what stays done.")
            continue
        }
        if undo.undo != nil {
            log.add("undo-of-undo", undo.position, "`\(undo.name)` undoes `\(effect.name)` and has an undo itself.")
        }
        // The undo takes its item and round from what it undoes: one of its own for each of those.
        for field in ["item", "round"] where effect.key.contains(field) != undo.key.contains(field) {
            log.add(
                "effect-key", undo.position,
                "`\(undo.name)` undoes `\(effect.name)`, so both keys need `\(field)`, or neither.")
        }
    }
    checkMessages(definition, &log)
    for (number, state) in graph.states.enumerated() {
        checkOrders(state, comesBack: graph.comesBack(to: number), definition, graph, vocabulary, &log)
    }
}

private func checkKey(_ effect: EffectDeclaration, ofItem: Bool, _ log: inout FindingLog) {
    var needed = ["request"]
    if ofItem { needed.append("item") }
    if effect.name == EffectDeclaration.mail { needed += ["state", "round", "template", "recipient"] }
    if effect.name == EffectDeclaration.webhook { needed += ["round", "message"] }
    for field in needed where !effect.key.contains(field) {
        log.add("effect-key", effect.position, "The key of `\(effect.name)` needs `\(field)` to be unique.")
    }
    if !ofItem, effect.key.contains("item") {
        log.add("effect-key", effect.position, "`\(effect.name)` belongs to no item, so `item` cannot be in its key.")
    }
    let owners = [
        "template": EffectDeclaration.mail, "recipient": EffectDeclaration.mail, "message": EffectDeclaration.webhook,
    ]
    for (field, owner) in owners.sorted(by: { $0.key < $1.key })
    where effect.name != owner && effect.key.contains(field) {
        log.add("effect-key", effect.position, "Only `\(owner)` has a `\(field)`.")
    }
    if let way = effect.leavesBy, effect.now {
        log.add(
            "effect-now", effect.position,
            "What `\(way)` orders leaves the house, which cannot be done inside a transaction: leave `now` out.")
    }
    if Set(effect.key).count < effect.key.count {
        log.add("effect-key", effect.position, "The key of `\(effect.name)` names a field twice.")
    }
}

/// Whoever registers for a message that no state tells waits for nothing.
private func checkMessages(_ definition: Definition, _ log: inout FindingLog) {
    let told = definition.states.flatMap { definition.orders(in: $0, comesBack: false) }.compactMap { action, _ in
        if case .tell(let message) = action.order { message } else { nil }
    }
    for message in definition.messages.keys.sorted() where !told.contains(message) {
        log.warn(
            "untold-message", definition.headPosition,
            "The message `\(message)` is declared, and nothing tells it: `tell: \(message)`, or take it away.")
    }
}

private func checkOrders(
    _ state: State, comesBack: Bool, _ definition: Definition, _ graph: StateGraph, _ vocabulary: [String: Bool],
    _ log: inout FindingLog
) {
    for each in state.each where vocabulary[each.effect] == false {
        log.add("effect-shape", each.position, "`\(each.effect)` belongs to no item: use `enter`, not `each`.")
    }
    for (action, repeats) in definition.orders(in: state, comesBack: comesBack) {
        switch action.order {
        case .perform(let name):
            if let way = definition.effects[name]?.leavesBy ?? (vocabulary[name] == true ? "each" : nil) {
                log.add("effect-shape", action.position, "`\(name)` is ordered by `\(way)`, not by `do`.")
            }
            if repeats, let effect = definition.effects[name], !effect.key.contains("round") {
                log.add(
                    "effect-key", action.position,
                    "This may be ordered again in one run, so the key of `\(name)` needs `round`.",
                    path: graph.path(to: state.name))
            }
        case .send(let template, let to):
            if to.isEmpty, state.ask == nil, !state.timers.contains(where: { $0.alsoAsk != nil }) {
                log.add("no-recipient", action.position, "Nobody is asked here: `\(template)` needs `to`.")
            }
        // Its key has `round`, so nothing repeats it.
        case .tell: continue
        case .ask:
            guard state.ask == nil else { continue }
            log.add("no-recipient", action.position, "`also_ask` adds to those whom the state asks: it asks nobody.")
        }
    }
    for each in state.each {
        guard let key = definition.effects[each.effect]?.key else { continue }
        if state.ask?.eachItem == true {
            // A key with `round` is new after each decision, so it
            // would repeat what an earlier one ordered.
            guard key.contains("round") else { continue }
            log.add(
                "effect-key", each.position,
                "This is ordered again after each decision, so the key of `\(each.effect)` cannot have `round`.")
        } else if comesBack, !key.contains("round") {
            log.add(
                "effect-key", each.position,
                "The run may come back to `\(state.name)`, so the key of `\(each.effect)` needs `round`.",
                path: graph.path(to: state.name))
        }
    }
}

extension EffectDeclaration {
    /// The word that orders what leaves the house; nil for what changes Usher's own data.
    fileprivate var leavesBy: String? {
        switch name {
        case Self.mail: "send"
        case Self.webhook: "tell"
        default: nil
        }
    }
}

extension Definition {
    /// Every order that a run may reach in `state`, and whether one run may reach it more than once.
    func orders(in state: State, comesBack: Bool) -> [(action: Action, repeats: Bool)] {
        var orders = state.orders(comesBack: comesBack)
        for choice in anywhere.values where state.end == nil && choice.isOffered(in: state.name) {
            for branch in choice.reaction.branches {
                orders += branch.actions.map { ($0, comesBack || branch.target == nil) }
            }
        }
        return orders
    }
}

extension State {
    fileprivate func orders(comesBack: Bool) -> [(action: Action, repeats: Bool)] {
        var orders = enter.map { (action: $0, repeats: comesBack) }
        for each in each {
            guard let mail = each.mail else { continue }
            // To whom the item is about: no part of the run, so named by none.
            let send = Action(order: .send(template: mail, to: ["item"]), condition: nil, position: each.position)
            orders.append((send, comesBack))
        }
        for reaction in reactions.values.sorted(by: { $0.name < $1.name }) {
            for branch in reaction.branches {
                orders += branch.actions.map { ($0, comesBack || branch.target == nil) }
            }
        }
        for timer in timers {
            orders += timer.actions.map { ($0, comesBack || timer.again != nil) }
            orders += timer.branches.flatMap(\.actions).map { ($0, comesBack) }
        }
        return orders
    }
}

/// Proof 5: parts resolve, and four eyes can hold, where there is one representative and one manager.
func checkPeople(_ definition: Definition, _ sources: Set<String>, _ log: inout FindingLog) {
    for part in definition.parts where !sources.contains(part.source) {
        let known = sources.sorted()
        log.add(
            "unknown-source", part.position,
            "Nobody can be found by `\(part.source)`."
                + (nearest(to: part.source, among: known).map { " Did you mean `\($0)`?" }
                    ?? " Known: \(known.joined(separator: ", "))."))
    }
    for group in definition.apart {
        var first: [String: Part] = [:]
        for part in definition.parts where group.contains(part.name) {
            guard let other = first[part.source] else {
                first[part.source] = part
                continue
            }
            log.add(
                "apart-impossible", part.position,
                "`\(part.name)` and `\(other.name)` must differ, but both are \(part.source), which may be one person.")
        }
    }
    for state in definition.states where state.ask?.choices.contains("done") == true && !state.awaited.isEmpty {
        log.add(
            "shadowed-choice", state.position,
            "`\(state.name)` offers `done` and waits for effects to be done: which one is meant?")
    }
    for (name, choice) in definition.anywhere.sorted(by: { $0.key < $1.key }) {
        for state in definition.states where state.ask?.events.contains(name) == true {
            log.add("shadowed-choice", choice.position, "`\(state.name)` offers `\(name)` too: which one is meant?")
        }
    }
}

/// Conditions read only what is declared, or known to be a fact of some choice.
func checkConditions(_ definition: Definition, _ facts: Set<String>, _ log: inout FindingLog) {
    definition.forEachCondition { condition, at, choice in
        for leaf in condition.leaves {
            switch leaf {
            case .flag(let name) where definition.fields[name] == nil:
                let near = hint(nearest(to: name, among: definition.fields.keys))
                log.add("unknown-field", at, "`request.\(name)` is not declared under `fields`.\(near)")
            case .fact(let name) where !facts.contains(name):
                log.add("unknown-fact", at, "No choice carries `\(name)`.\(hint(nearest(to: name, among: facts)))")
            case .fact(let name) where !choice:
                log.add("fact-without-choice", at, "`\(name)` belongs to a choice; here nobody chose.")
            case .tries where !choice:
                log.add("fact-without-choice", at, "`tries` counts a choice; here nobody chose.")
            default: break
            }
        }
    }
}

/// Every profile that is named is one of the catalogue: of another there is no
/// item, so the condition would never hold.
func checkProfiles(_ definition: Definition, _ profiles: Set<String>, _ log: inout FindingLog) {
    func judge(_ profile: String?, _ at: Position) {
        guard let profile, !profiles.contains(profile) else { return }
        let near = hint(nearest(to: profile, among: profiles))
        log.add("unknown-profile", at, "The catalogue has no profile `\(profile)`.\(near)")
    }
    definition.forEachCondition { condition, at, _ in
        for leaf in condition.leaves { judge(leaf.scope?.profile, at) }
    }
    for each in definition.states.flatMap(\.each) { judge(each.items.profile, each.position) }
    for scenario in definition.scenarios {
        for item in scenario.items { judge(item.named, scenario.position) }
    }
}

extension Definition {
    /// - Parameter body: takes a condition, where it stands, and whether a choice is what it judges.
    fileprivate func forEachCondition(_ body: (_ condition: Condition, _ at: Position, _ choice: Bool) -> Void) {
        func visit(_ branches: [Branch], choice: Bool) {
            for branch in branches { if let condition = branch.condition { body(condition, branch.position, choice) } }
        }
        for choice in anywhere.values { visit(choice.reaction.branches, choice: true) }
        for state in states {
            for action in state.enter {
                if let condition = action.condition { body(condition, action.position, false) }
            }
            for reaction in state.reactions.values {
                visit(reaction.branches, choice: state.ask?.choices.contains(reaction.name) == true)
            }
            visit(state.timers.flatMap(\.branches), choice: false)
        }
    }
}
