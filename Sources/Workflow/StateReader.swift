import Yams

/// Reads one state, or one choice of `anywhere`, against the names that the definition declares.
struct StateReader {
    static let keys = ["ask", "due", "after", "when", "each", "enter", "end", "undo"]
    static let askKeys = ["who", "each", "choices", "fresh_mfa"]
    static let eachKeys = ["item", "do", "send"]

    let reader: NodeReader
    let stateNames: Set<String>
    let partNames: Set<String>
    let effectNames: Set<String>
    let messageNames: Set<String>

    func state(_ name: String, _ key: Node, _ value: Node) -> State? {
        let fields = reader.fields(value, Self.keys, "a state")
        let ask = fields["ask"].flatMap(ask)
        let each = (fields["each"].map(reader.list) ?? []).compactMap(each)
        let end = fields["end"].flatMap(ending)
        let enter = (fields["enter"].map(reader.list) ?? []).compactMap(action)
        let timers = fields["after"].map { self.timers($0, in: name) } ?? []
        var reactions: [String: Reaction] = [:]
        let handlers = fields["when"].map { reader.pairs($0, "`when`") } ?? []
        for (choice, choiceKey, branches) in handlers {
            reactions[choice] = reaction(
                choice, choiceKey, branches, prefix: State.counter(of: choice, in: name),
                isChoice: ask?.events.contains(choice) == true)
        }
        if fields["end"] != nil {
            for extra in ["ask", "due", "after", "when", "each"] where fields[extra] != nil {
                reader.report("end-goes-on", key, "The end `\(name)` cannot have `\(extra)`.")
            }
        } else if fields["undo"] != nil {
            reader.report("undo-without-end", key, "`undo` belongs to an end; `\(name)` is none.")
        }
        let performed = enter.compactMap { if case .perform(let effect) = $0.order { effect } else { nil } }
        let awaited = reactions["done"] == nil ? [] : performed + each.map(\.effect)
        requireHandlers(name, key, ask, awaits: !awaited.isEmpty, reactions, given: Set(handlers.map(\.name)))
        let tried = reactions.values.filter(\.countsTries).map { State.counter(of: $0.name, in: name) + ".tries" }
        let repeated = timers.filter { $0.again != nil }.map { "\(name).\($0.id)" }
        return State(
            name: name, enter: enter, ask: ask, due: fields["due"].flatMap(delay), timers: timers, each: each,
            reactions: reactions, end: end, undoAll: fields["undo"].map(undoesAll) ?? false, position: key.position,
            awaited: awaited, ownCounters: (tried + repeated).sorted())
    }

    /// Every choice that is offered is handled, and no other.
    ///
    /// - Parameter given: what stands under `when`; a reaction that
    ///   could not be read has its own finding.
    private func requireHandlers(
        _ name: String, _ key: Node, _ ask: Ask?, awaits: Bool, _ reactions: [String: Reaction], given: Set<String>
    ) {
        // Items are decided together: what follows on the last decision stands under `decided`.
        let offered = (ask?.events ?? []).map { ask?.eachItem == true && $0 == "decide" ? "decided" : $0 }
        for choice in offered where !given.contains(choice) {
            reader.report("unhandled-choice", key, "`\(name)` offers `\(choice)` but has no `when: \(choice):`.")
        }
        for (choice, reaction) in reactions where !offered.contains(choice) && choice != "done" {
            reader.report(
                "not-offered", at: reaction.position,
                "`\(name)` never offers `\(choice)`." + hint(nearest(to: choice, among: offered)))
        }
        if let done = reactions["done"], !awaits, !offered.contains("done") {
            reader.report("not-offered", at: done.position, "`\(name)` orders no effect that could be done.")
        }
    }

    func anywhere(_ name: String, _ key: Node, _ value: Node) -> Anywhere? {
        guard
            let reaction = reaction(
                name, key, value, prefix: "anywhere.\(name)", keys: Self.anywhereKeys, isChoice: true)
        else { return nil }
        guard let by = value.mapping?["by"], let part = part(by) else {
            if value.mapping?["by"] == nil { reader.report("missing-key", key, "`\(name)` needs `by`: a part.") }
            return nil
        }
        let states = (value.mapping?["in"].map(reader.list) ?? []).compactMap(target)
        return Anywhere(name: name, part: part, states: states, reaction: reaction, position: key.position)
    }

    private func ask(_ node: Node) -> Ask? {
        let fields = reader.fields(node, Self.askKeys, "`ask`")
        guard let whoNode = fields["who"], let choicesNode = fields["choices"] else {
            reader.report("missing-key", node, "`ask` needs `who` and `choices`.")
            return nil
        }
        if let each = fields["each"], reader.text(each, "`each`") != "item" {
            reader.report("wrong-value", each, "`each` must be item.")
        }
        let choices = reader.list(choicesNode).compactMap { reader.name($0, "A choice") }
        if choices.isEmpty { reader.report("wrong-value", choicesNode, "`choices` offers nothing.") }
        guard let who = part(whoNode) else { return nil }
        for choice in ["decide", "decided"] where fields["each"] != nil && choices.contains(choice) {
            reader.report("wrong-value", choicesNode, "`\(choice)` stands for the decisions on items themselves.")
        }
        return Ask(
            who: who, choices: choices, eachItem: fields["each"] != nil,
            freshMFA: fields["fresh_mfa"].map { reader.truth($0, "`fresh_mfa`") } ?? false, position: node.position)
    }

    private func each(_ node: Node) -> Each? {
        let fields = reader.fields(node, Self.eachKeys, "`each`")
        guard let item = fields["item"], let effect = fields["do"] else {
            reader.report("missing-key", node, "`each` needs `item` and `do`.")
            return nil
        }
        guard let name = self.effect(effect), let text = reader.text(item, "`item`") else { return nil }
        let mail = fields["send"].flatMap { reader.name($0, "The name of a template") }
        if let send = fields["send"] { requireMail(send) }
        do {
            return Each(items: try ConditionParser.scope(text), effect: name, mail: mail, position: node.position)
        } catch {
            reader.report("bad-condition", item, error.message)
            return nil
        }
    }

    private func ending(_ node: Node) -> Run.Ending? {
        guard let text = reader.text(node, "`end`") else { return nil }
        let known = Run.Ending.allCases.map(\.rawValue)
        return reader.known(text, among: known, node, rule: "unknown-end", "kind of end").flatMap(Run.Ending.init)
    }

    private func undoesAll(_ node: Node) -> Bool {
        guard reader.text(node, "`undo`") == "all" else {
            reader.report("wrong-value", node, "`undo` must be all.")
            return false
        }
        return true
    }

    func part(_ node: Node) -> String? {
        reader.text(node, "A part").flatMap { reader.known($0, among: partNames, node, rule: "unknown-part", "part") }
    }

    func target(_ node: Node) -> String? {
        reader.text(node, "A state").flatMap {
            reader.known($0, among: stateNames, node, rule: "unknown-state", "state")
        }
    }

    func effect(_ node: Node) -> String? {
        reader.text(node, "An effect").flatMap {
            reader.known($0, among: effectNames, node, rule: "undeclared-effect", "effect")
        }
    }

    func delay(_ node: Node) -> Delay? { reader.text(node, "A delay").flatMap { reader.delay($0, node) } }
}
