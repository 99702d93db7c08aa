import Basics

extension Stepper {
    /// Leaves the state with all its timers and enters `name`; goes
    /// on at once where nothing is to wait for.
    mutating func enter(_ name: String) {
        guard let state = definition.byName[name] else { return }
        entered += 1
        run.state = name
        run.enteredAt = now
        run.timers = []
        run.asked = state.ask.map { [$0.who] } ?? []
        run.dueAt = run.due(in: state, calendar: calendar)
        for counter in state.ownCounters { run.counts[counter] = nil }
        let nothingToDecide = state.ask?.eachItem == true && !run.items.contains { $0.state == .waiting }
        if nothingToDecide, let decided = state.reactions["decided"], entered <= definition.states.count {
            let before = entered
            follow(decided, .init())
            // Where that stays, the state is one to wait in, with timers like any other.
            guard entered == before else { return }
        }
        if let ending = state.end { settleItems(ending) }
        for action in state.enter { perform(action, .init(), on: .entry) }
        orderEach(state)
        if let ending = state.end { return end(ending, undoAll: state.undoAll) }
        run.timers = state.timers.compactMap { rule in
            run.instant(of: rule, calendar: calendar).map { Run.Timer(id: rule.id, at: $0) }
        }
        followIfDone()
    }

    /// Takes the branches of `done` once no effect that this state waits for is open.
    mutating func followIfDone() {
        guard let state = definition.byName[run.state], !state.awaited.isEmpty, let done = state.reactions["done"],
            // A chain as long as there are states has come round: a timer moves it on.
            entered <= definition.states.count,
            !run.ledger.contains(where: { $0.isOpen && state.awaited.contains($0.effect) })
        else { return }
        if run.frozenAt != nil {
            run.owesDone = true
            return
        }
        follow(done, .init())
    }

    // MARK: Ends

    private mutating func settleItems(_ ending: Run.Ending) {
        for index in run.items.indices {
            switch run.items[index].state {
            case .granted where ending == .success: run.items[index].state = .active
            case .waiting, .approved, .granted: run.items[index].state = .withdrawn
            case .refused, .active, .withdrawn, .moot: break
            }
        }
    }

    private mutating func end(_ ending: Run.Ending, undoAll: Bool) {
        run.ended = ending
        run.frozenAt = nil
        run.owesDone = false
        if undoAll { undo() }
        // What was meant for an item that is withdrawn must not happen any
        // more; other effects are still performed.
        for index in run.ledger.indices
        where run.ledger[index].isOpen && run.ledger[index].effect == "grant" {
            run.ledger[index].state = .dropped
            cancelled.append(run.ledger[index].key)
        }
    }

    /// Last ordered, first undone.
    ///
    /// What is still pending is cancelled *and* undone: a worker may be about to do it.
    private mutating func undo() {
        for index in run.ledger.indices.reversed() {
            let entry = run.ledger[index]
            guard entry.state != .undone, entry.state != .dropped,
                let undo = definition.effects[entry.effect]?.undo
            else { continue }
            if entry.isOpen { cancelled.append(entry.key) }
            run.ledger[index].state = .undone
            order(undo, item: run.items.first { $0.id == entry.item }, round: entry.round)
        }
    }

    // MARK: Orders

    /// What makes a mail of a state: its entry asks those who are asked there and tells the
    /// others, a timer that does not leave it reminds, and a branch tells what was chosen.
    enum Occasion { case entry, timer, branch }

    mutating func perform(
        _ action: Action, _ context: Condition.Context, defaultTo: [String]? = nil, on occasion: Occasion = .branch
    ) {
        guard action.condition?.holds(for: run, in: context) ?? true else { return }
        switch action.order {
        case .perform(let effect): order(effect, item: nil)
        case .tell(let message): tell(message)
        case .ask(let part): if !run.asked.contains(part) { run.asked.append(part) }
        case .send(let template, let to):
            guard let mail = definition.effects["mail"] else { return }
            let key = key(of: mail, template: template, item: nil, round: run.round)
            // A state that is passed through twice in one step
            // says so once: the key would be the same.
            let told = orders.filter { $0.key == key }.flatMap(\.recipients)
            let recipients = (to.isEmpty ? defaultTo ?? run.asked : to).filter { !told.contains($0) }
            guard !recipients.isEmpty else { return }
            let isNeeded =
                switch occasion {
                case .entry: definition.byName[run.state]?.end == nil && recipients.allSatisfy(run.asked.contains)
                case .timer: true
                case .branch: false
                }
            orders.append(
                EffectOrder(
                    effect: "mail", key: key,
                    template: template, recipients: recipients, tries: mail.tries, now: mail.now, round: run.round,
                    needed: isNeeded ? run.state : nil))
        }
    }

    /// A message to receivers of webhooks: the caller knows who hears of the organization.
    ///
    /// Nothing waits for it and nothing takes it back, so it is in no ledger.
    private mutating func tell(_ message: String) {
        guard let webhook = definition.effects[EffectDeclaration.webhook] else { return }
        let key = key(of: webhook, template: nil, message: message, item: nil, round: run.round)
        // A state that is passed through twice in one step says so once.
        guard !orders.contains(where: { $0.key == key }) else { return }
        orders.append(
            EffectOrder(effect: webhook.name, key: key, message: message, tries: webhook.tries, round: run.round))
    }

    /// What `each` of a state orders, one effect for each item that is in
    /// scope and had none; linear in the items.
    mutating func orderEach(_ state: State) {
        guard !state.each.isEmpty else { return }
        var known = Set(run.ledger.map(\.key))
        for each in state.each {
            guard let declaration = definition.effects[each.effect] else { continue }
            for index in run.items.indices where each.items.contains(run.items[index]) {
                let item = run.items[index]
                let key = key(of: declaration, template: nil, item: item.id, round: run.round)
                guard known.insert(key).inserted else { continue }
                place(declaration, key, item: item, round: run.round)
                if declaration.now, run.ended == nil { apply(declaration.name, .done, toItemAt: index) }
                if let template = each.mail { tell(item, template) }
            }
        }
    }

    /// A mail to whom `item` is about: the caller knows their address.
    private mutating func tell(_ item: Run.Item, _ template: String) {
        guard let mail = definition.effects["mail"] else { return }
        let key = key(of: mail, template: template, item: nil, round: run.round) + "/\(item.id)"
        orders.append(
            EffectOrder(
                effect: "mail", key: key, template: template, item: item.id, profile: item.profile, tries: mail.tries,
                now: mail.now, round: run.round))
    }

    /// Orders an effect and keeps it in the ledger, unless the same key
    /// was ordered before: a repeat is harmless.
    mutating func order(_ effect: String, item: Run.Item?, round: Int? = nil) {
        guard let declaration = definition.effects[effect] else { return }
        let round = round ?? run.round
        let key = key(of: declaration, template: nil, item: item?.id, round: round)
        guard !run.ledger.contains(where: { $0.key == key }) else { return }
        place(declaration, key, item: item, round: round)
        if declaration.now, run.ended == nil, let index = run.items.firstIndex(where: { $0.id == item?.id }) {
            apply(effect, .done, toItemAt: index)
        }
    }

    private mutating func place(_ declaration: EffectDeclaration, _ key: String, item: Run.Item?, round: Int) {
        let entry = Run.LedgerEntry(
            key: key, effect: declaration.name, item: item?.id, round: round,
            state: declaration.now ? .done : .pending)
        run.ledger.append(entry)
        orders.append(
            EffectOrder(
                effect: declaration.name, key: key, item: item?.id, profile: item?.profile, tries: declaration.tries,
                now: declaration.now, round: round))
    }

    /// `grant/<item>`, `mail/<state>/<round>/<template>`: the caller puts
    /// the request before and the recipient after.
    private func key(
        of effect: EffectDeclaration, template: String?, message: String? = nil, item: String?, round: Int
    ) -> String {
        var key = effect.name
        for field in effect.key {
            switch field {
            case "state": key += "/\(run.state)"
            case "round": key += "/\(round)"
            case "template": key += "/\(template ?? "")"
            case "item": key += "/\(item ?? "")"
            case "message": key += "/\(message ?? "")"
            // `request` and `recipient` are not known to the run.
            default: break
            }
        }
        return key
    }
}

extension Run {
    /// Until when an answer is expected in `state`, counted from entry.
    func due(in state: State, calendar: BusinessCalendar) -> Timestamp? {
        state.due.map { instant(of: $0, orUntil: state.timers.contains(where: \.orUntil), calendar: calendar) }
    }

    /// When `delay` has passed since entry, or at `until` if that
    /// comes first and counts; never before entry.
    func instant(of delay: Delay, orUntil: Bool, calendar: BusinessCalendar) -> Timestamp {
        let instant = delay.added(to: enteredAt, calendar: calendar)
        guard orUntil, let until else { return instant }
        return min(instant, max(until, enteredAt))
    }

    /// When a timer of the state fires; nil for one that has no place in this run.
    ///
    /// A warning whose moment passed before the state was entered is no warning
    /// any more; the end itself is never too late.
    func instant(of rule: TimerRule, calendar: BusinessCalendar) -> Timestamp? {
        guard rule.isBackFromUntil else { return instant(of: rule.delay, orUntil: rule.orUntil, calendar: calendar) }
        guard let until else { return nil }
        let at = until.adding(milliseconds: -rule.delay.leastMilliseconds)
        return at > enteredAt || !rule.branches.isEmpty ? at : nil
    }
}
