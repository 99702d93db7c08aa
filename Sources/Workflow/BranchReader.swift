import Yams

extension StateReader {
    static let branchKeys = ["if", "else", "go", "stay", "do", "tell", "send", "to", "needs", "at_most"]
    static let anywhereKeys = branchKeys + ["by", "in"]
    static let enterKeys = ["send", "to", "do", "tell", "also_ask", "if"]
    static let timerKeys = ["send", "to", "again", "at_most", "also_ask", "do", "tell", "go", "or_at"]

    /// One entry of `enter`: a mail, an effect, a message, or somebody more who is asked; perhaps with `if`.
    func action(_ node: Node) -> Action? {
        let fields = reader.fields(node, Self.enterKeys, "`enter`")
        let condition = fields["if"].flatMap(reader.condition)
        var actions = orders(fields, condition: condition, node)
        if let added = fields["also_ask"], let part = part(added) {
            actions.append(Action(order: .ask(part: part), condition: condition, position: added.position))
        }
        if actions.count != 1 {
            reader.report("wrong-shape", node, "An entry has one of `send`, `do`, `tell` and `also_ask`.")
        }
        return actions.first
    }

    /// What `do`, `tell` and `send` (with `to`) order.
    private func orders(_ fields: [String: Node], condition: Condition?, _ node: Node) -> [Action] {
        var actions: [Action] = []
        for effectNode in fields["do"].map(reader.list) ?? [] {
            guard let name = effect(effectNode) else { continue }
            actions.append(Action(order: .perform(effect: name), condition: condition, position: effectNode.position))
        }
        for told in fields["tell"].map(reader.list) ?? [] {
            guard let name = message(told) else { continue }
            actions.append(Action(order: .tell(message: name), condition: condition, position: told.position))
        }
        if let send = fields["send"], let template = reader.name(send, "The name of a template") {
            let to = (fields["to"].map(reader.list) ?? []).compactMap(part)
            actions.append(
                Action(order: .send(template: template, to: to), condition: condition, position: send.position))
            requireMail(send)
        } else if let to = fields["to"], fields["send"] == nil {
            reader.report("wrong-shape", to, "`to` belongs to `send`.")
        }
        return actions
    }

    func requireMail(_ send: Node) { require("mail", for: "send", send) }

    private func require(_ effect: String, for word: String, _ node: Node) {
        guard !effectNames.contains(effect) else { return }
        reader.report("undeclared-effect", node, "`\(word)` orders the effect `\(effect)`, which is not declared.")
    }

    /// What receivers of webhooks are told: declared, so that whoever registers one knows what there is.
    private func message(_ node: Node) -> String? {
        guard let name = reader.text(node, "`tell`") else { return nil }
        guard messageNames.contains(name) else {
            let known = messageNames.sorted()
            let others = known.isEmpty ? "None is declared" : "Declared: \(known.joined(separator: ", "))"
            reader.report(
                "unknown-message", node,
                "`tell: \(name.prefix(64))` names no message under `messages`." + hint(nearest(to: name, among: known))
                    + " \(others); declare it there with what it means.")
            return nil
        }
        require(EffectDeclaration.webhook, for: "tell", node)
        return name
    }

    /// - Parameter isChoice: whether a person makes it, so that it can
    ///   be offered no more after the last time.
    func reaction(
        _ name: String, _ key: Node, _ value: Node, prefix: String, keys: [String] = branchKeys, isChoice: Bool
    ) -> Reaction? {
        let nodes = reader.list(value)
        let branches = nodes.enumerated().compactMap { index, node in
            branch(
                node, counter: index == 0 ? prefix : "\(prefix).\(index + 1)", keys: keys, mayRunOut: isChoice)
        }
        guard branches.count == nodes.count else { return nil }
        requireTotal(branches, key)
        var needsComment = false
        for node in nodes {
            guard let needs = node.mapping?["needs"] else { continue }
            if reader.text(needs, "`needs`") == "comment" {
                needsComment = true
            } else {
                reader.report("wrong-value", needs, "`needs` must be comment.")
            }
        }
        let countsTries = branches.contains { $0.condition?.readsTries ?? false }
        return Reaction(
            name: name, branches: branches, needsComment: needsComment, countsTries: countsTries,
            position: key.position)
    }

    /// A list that ends without `else` would leave a run with nowhere to
    /// go; what follows an `else` is never read.
    private func requireTotal(_ branches: [Branch], _ key: Node) {
        guard let last = branches.last else { return reader.report("missing-else", key, "No branch is given.") }
        if last.condition != nil {
            reader.report("missing-else", at: last.position, "The last branch needs `else`: what if no `if` holds?")
        }
        for branch in branches.dropLast() where branch.condition == nil {
            reader.report("after-else", at: branch.position, "What follows this branch is never reached.")
        }
    }

    private func branch(
        _ node: Node, counter: String, keys: [String] = branchKeys, mayRunOut: Bool = false
    ) -> Branch? {
        let fields = reader.fields(node, keys, "a branch")
        let atMost = fields["at_most"].flatMap { reader.number($0, "`at_most`", in: 1...1000) }
        let elseTarget = fields["else"].flatMap(target)
        let go = fields["go"].flatMap(target)
        let stays = fields["stay"].map { reader.truth($0, "`stay`") } ?? false
        let condition = fields["if"].flatMap(reader.condition)
        if fields["if"] != nil, condition == nil { return nil }
        if fields["at_most"] != nil, fields["else"] == nil, !mayRunOut {
            reader.report("missing-else", node, "`at_most` needs `else`: what after the last time?")
        }
        // `else` alone is the branch that is always taken; beside
        // `at_most` it is where the last time leads.
        let isElse = fields["else"] != nil && fields["at_most"] == nil
        let ways = [isElse, fields["go"] != nil, fields["stay"] != nil].count { $0 }
        guard ways == 1, !(isElse && condition != nil), fields["stay"] == nil || stays else {
            reader.report("wrong-shape", node, "A branch has exactly one of `go`, `stay: true` and `else`.")
            return nil
        }
        return Branch(
            condition: condition, target: isElse ? elseTarget : go,
            actions: orders(fields, condition: nil, node), atMost: atMost, otherwise: atMost == nil ? nil : elseTarget,
            counter: counter, position: node.position)
    }

    /// `after`: delay → what happens.
    ///
    /// The rules keep the order of the file.
    func timers(_ node: Node, in state: String) -> [TimerRule] {
        var taken: [TimerDeed: Int] = [:]
        return reader.pairs(node, "`after`").compactMap { text, key, value in
            guard let (delay, isBack) = moment(text, key) else { return nil }
            return timer(delay, isBack, key, value, state: state, taken: &taken)
        }
    }

    /// `5bd` from entry, or `until-14d` and `until`: back from the end of the request, in wall
    /// time only, since that is how people count the days that are left.
    private func moment(_ text: String, _ key: Node) -> (Delay, isBackFromUntil: Bool)? {
        guard text == "until" || text.hasPrefix("until-") else { return reader.delay(text, key).map { ($0, false) } }
        guard text != "until" else { return (Delay(count: 0, unit: .seconds), true) }
        guard let delay = reader.delay(String(text.dropFirst("until-".count)), key) else { return nil }
        if delay.unit == .businessDays {
            reader.report("bad-delay", key, "Before `until` days are counted as they are: write \(delay.count)d.")
        }
        return (delay, true)
    }

    private func timer(
        _ delay: Delay, _ isBackFromUntil: Bool, _ key: Node, _ value: Node, state: String,
        taken: inout [TimerDeed: Int]
    ) -> TimerRule? {
        var branches: [Branch] = []
        var fields: [String: Node] = [:]
        if value.sequence != nil {
            let word = "\(state).\(key.scalar?.string ?? "\(delay)")"
            branches = reader.list(value).enumerated().compactMap { index, node in
                branch(node, counter: index == 0 ? word : "\(word).\(index + 1)")
            }
            requireTotal(branches, key)
        } else {
            fields = reader.fields(value, Self.timerKeys, "a timer")
            if let go = fields["go"], let target = target(go) {
                branches = [
                    Branch(
                        condition: nil, target: target, actions: [], atMost: nil, otherwise: nil,
                        counter: "\(state).\(key.scalar?.string ?? "\(delay)")", position: go.position)
                ]
            }
        }
        let alsoAsk = fields["also_ask"].flatMap(part)
        let actions = orders(fields, condition: nil, value)
        guard !branches.isEmpty || alsoAsk != nil || !actions.isEmpty else {
            if value.sequence == nil, !["send", "also_ask", "do", "tell", "go"].contains(where: { fields[$0] != nil }) {
                reader.report("wrong-shape", value, "A timer needs `send`, `also_ask`, `do`, `tell` or `go`.")
            }
            return nil
        }
        let again = fields["again"].flatMap(self.delay)
        if (fields["again"] == nil) != (fields["at_most"] == nil) || (again != nil && !branches.isEmpty) {
            reader.report("wrong-shape", value, "`again` and `at_most` belong together, and not to `go`.")
        }
        if let limit = fields["or_at"], branches.isEmpty || reader.text(limit, "`or_at`") != "until" {
            reader.report("wrong-value", limit, "`or_at` must be until, beside `go`: the end that the request names.")
        }
        if isBackFromUntil, again != nil {
            reader.report("wrong-shape", value, "What counts back from `until` happens once: write a timer for each.")
        }
        let deed = alsoAsk.map(TimerDeed.ask) ?? branches.last?.target.map(TimerDeed.leave) ?? .remind
        taken[deed, default: 0] += 1
        return TimerRule(
            id: deed.id(taken[deed] ?? 1), delay: delay, isBackFromUntil: isBackFromUntil,
            orUntil: fields["or_at"] != nil, again: again,
            atMost: fields["at_most"].flatMap { reader.number($0, "`at_most`", in: 1...100) } ?? 1,
            alsoAsk: alsoAsk, actions: actions, branches: branches, position: key.position)
    }
}
