import Basics

/// One event at work on a run: the run as it changes, and what is ordered on the way.
struct Stepper {
    let definition: Definition
    var run: Run
    let now: Timestamp
    let calendar: BusinessCalendar
    var orders: [EffectOrder] = []
    var cancelled: [String] = []
    var passages: [Passage] = []
    /// States entered by this event; bounds a chain of states that need not wait for anything.
    var entered = 0

    init(definition: Definition, run: Run, now: Timestamp, calendar: BusinessCalendar) {
        self.definition = definition
        self.run = run
        self.now = now
        self.calendar = calendar
    }

    func step(event: String, from: String?) -> Step {
        Step(
            run: run, orders: orders, cancelled: cancelled, passages: passages, event: event, from: from, to: run.state)
    }

    // MARK: Choices

    mutating func take(_ choice: Event.Choice) throws(Refusal) {
        let state = definition.byName[run.state]
        let here = state?.ask?.events.contains(choice.name) == true
        let anywhere = here ? nil : definition.anywhere[choice.name].filter { $0.isOffered(in: run.state) }
        guard here || anywhere != nil else { throw .notOffered(choice: choice.name, state: run.state) }
        if let since = run.frozenAt, !definition.onlyEnds(choice.name, in: run.state) { throw .frozen(since: since) }
        let mayAnswer = anywhere.map { $0.part == choice.part } ?? run.asked.contains(choice.part)
        guard mayAnswer else { throw .notAsked(part: choice.part, state: run.state) }
        for person in [choice.by, choice.onBehalfOf].compacted() {
            try definition.requireApart(person, in: choice.part, players: run.players)
        }
        if choice.name == "decide", let ask = state?.ask, ask.eachItem {
            try decide(choice, ask)
            admit(choice)
            run.round += 1
            if let state { orderEach(state) }
            if run.items.contains(where: { $0.state == .waiting }) { return }
            return follow(state?.reactions["decided"], .init(facts: choice.facts))
        }
        guard let reaction = anywhere?.reaction ?? state?.reactions[choice.name] else {
            throw .notOffered(choice: choice.name, state: run.state)
        }
        if reaction.needsComment, choice.comment?.contains(where: { !$0.isWhitespace }) != true {
            throw .needsComment(choice: choice.name)
        }
        let counted = reaction.countsTries ? run.counts[State.counter(of: choice.name, in: run.state) + ".tries"] : nil
        let context = Condition.Context(facts: choice.facts, tries: (counted ?? 0) + 1)
        if let times = reaction.branch(for: run, in: context)?.timesUsedUp(in: run) {
            throw .usedUp(choice: choice.name, times: times)
        }
        admit(choice)
        run.round += 1
        var tries = 0
        if reaction.countsTries { tries = count(State.counter(of: choice.name, in: run.state) + ".tries") }
        follow(reaction, .init(facts: choice.facts, tries: tries))
    }

    /// All of the decisions, or none: each is judged before any is kept.
    private mutating func decide(_ choice: Event.Choice, _ ask: Ask) throws(Refusal) {
        guard !choice.decisions.isEmpty else { throw .notOffered(choice: "decide", state: run.state) }
        let items = Dictionary(run.items.map { ($0.id, $0) }) { first, _ in first }
        let deciders = [choice.by, choice.onBehalfOf].compacted()
        // Sorted, so that of several mistakes the same one is named each time.
        for (id, decision) in choice.decisions.sorted(by: { $0.key < $1.key }) {
            guard let item = items[id] else { throw .unknownItem(id) }
            if let person = item.about, deciders.contains(person) { throw .ownItem(id) }
            guard item.state == .waiting else { throw .alreadyDecided(item: id) }
            guard ask.choices.contains(decision.choice) else {
                throw .notOffered(choice: decision.choice, state: run.state)
            }
        }
        for index in run.items.indices {
            switch choice.decisions[run.items[index].id] {
            case .approve: run.items[index].state = .approved
            case .reject: run.items[index].state = .refused
            case .lower(let profile, let needsMFA):
                run.items[index].state = .approved
                run.items[index].profile = profile
                run.items[index].needsMFA = needsMFA
            case nil: break
            }
        }
    }

    private mutating func admit(_ choice: Event.Choice) {
        for person in [choice.by, choice.onBehalfOf].compacted()
        where run.players[choice.part]?.contains(person) != true {
            run.players[choice.part, default: []].append(person)
        }
    }

    // MARK: Timers

    mutating func fire(_ id: String) throws(Refusal) -> TimerRule {
        guard let index = run.timers.firstIndex(where: { $0.id == id }),
            let rule = definition.byName[run.state]?.timers.first(where: { $0.id == id })
        else { throw .unknownTimer(id) }
        if let since = run.frozenAt { throw .frozen(since: since) }
        let timer = run.timers[index]
        guard timer.at <= now else { throw .timerNotDue(id, at: timer.at) }
        run.timers.remove(at: index)
        run.round += 1
        if let part = rule.alsoAsk, !run.asked.contains(part) { run.asked.append(part) }
        for action in rule.actions where !isOvertaken(rule, timer.at, action) {
            perform(
                action, .init(), defaultTo: rule.alsoAsk.map { [$0] },
                on: rule.branches.isEmpty ? .timer : .branch)
        }
        if let again = rule.again, count("\(run.state).\(id)") < rule.atMost {
            // Counted from when it was due, so that a late worker does not
            // shift the rest; but never into the past.
            let next = again.added(to: timer.at, calendar: calendar)
            let at = next > now ? next : again.added(to: now, calendar: calendar)
            run.timers.insert(Run.Timer(id: id, at: at), at: index)
        }
        if !rule.branches.isEmpty { follow(rule.branches, .init()) }
        return rule
    }

    /// Whether a mail says nothing that still matters, since a later timer is due as well: one
    /// that leaves the state, or that writes to the same readers of the same state.
    ///
    /// After an outage only the last of them speaks; of warnings that count back to one end, too.
    private func isOvertaken(_ rule: TimerRule, _ at: Timestamp, _ action: Action) -> Bool {
        guard case .send(_, let to) = action.order, rule.branches.isEmpty else { return false }
        let rules = definition.byName[run.state]?.timers ?? []
        let readers = Set(to.isEmpty ? rule.alsoAsk.map { [$0] } ?? run.asked : to)
        return run.timers.contains { other in
            guard other.at >= at, other.at <= now, let later = rules.first(where: { $0.id == other.id }) else {
                return false
            }
            if !later.branches.isEmpty { return later.branches.allSatisfy { $0.target != nil } }
            if other.at == at { return false }
            if rule.isBackFromUntil && later.isBackFromUntil { return true }
            return later.actions.contains { $0.condition == nil && writes($0, of: later, to: readers) }
        }
    }

    private func writes(_ action: Action, of rule: TimerRule, to readers: Set<String>) -> Bool {
        guard case .send(_, let to) = action.order else { return false }
        return readers.isSubset(of: to.isEmpty ? rule.alsoAsk.map { [$0] } ?? run.asked : to)
    }

    // MARK: Items

    /// All of them wait, or none is dropped.
    mutating func drop(moot ids: [String]) throws(Refusal) {
        let named = Set(ids)
        let waiting = run.items.indices.filter { run.items[$0].state == .waiting && named.contains(run.items[$0].id) }
        guard !named.isEmpty, waiting.count == named.count else {
            let known = Set(waiting.map { run.items[$0].id })
            throw .unknownItem(ids.first { !known.contains($0) } ?? "")
        }
        for index in waiting { run.items[index].state = .moot }
        run.round += 1
        guard let state = definition.byName[run.state], state.ask?.eachItem == true,
            !run.items.contains(where: { $0.state == .waiting })
        else { return }
        followDecided()
    }

    // MARK: Effects

    mutating func settle(_ key: String, _ outcome: Event.EffectOutcome) throws(Refusal) -> String {
        guard let index = run.ledger.firstIndex(where: { $0.key == key && $0.isOpen }) else {
            throw .unknownEffect(key)
        }
        run.round += 1
        let entry = run.ledger[index]
        switch outcome {
        case .done: run.ledger[index].state = .done
        case .parked: run.ledger[index].state = .parked
        case .dropped: run.ledger[index].state = .dropped
        }
        if run.ended == nil {
            if let index = run.items.firstIndex(where: { $0.id == entry.item }) {
                apply(entry.effect, outcome, toItemAt: index)
            }
            if outcome != .parked { followIfDone() }
        }
        return entry.effect
    }

    /// What an effect makes of its item: only a grant, and what a
    /// review confirms or withdraws, changes one.
    mutating func apply(_ effect: String, _ outcome: Event.EffectOutcome, toItemAt index: Int) {
        switch (effect, outcome) {
        case ("grant", .done), ("admit", .done): run.items[index].state = .granted
        case ("grant", .dropped): run.items[index].state = .refused
        case ("confirm", .done): run.items[index].state = .active
        // What somebody refused stays so: it tells a decision from silence.
        case ("withdraw", .done) where run.items[index].state == .waiting: run.items[index].state = .withdrawn
        default: break
        }
    }

    // MARK: Branches

    mutating func follow(_ reaction: Reaction?, _ context: Condition.Context) {
        // The reader refuses a definition without it; a run that met none would simply stay.
        guard let reaction else { return }
        follow(reaction.branches, context)
    }

    mutating func follow(_ branches: [Branch], _ context: Condition.Context) {
        guard let branch = branches.taken(by: run, in: context) else { return }
        if let limit = branch.atMost, run.counts[branch.counter, default: 0] >= limit {
            note(branch, to: branch.otherwise, isOverLimit: true)
            if let otherwise = branch.otherwise { enter(otherwise) }
            return
        }
        note(branch, to: branch.target, isOverLimit: false)
        if branch.atMost != nil { _ = count(branch.counter) }
        for action in branch.actions { perform(action, context) }
        if let target = branch.target { enter(target) }
    }

    private mutating func note(_ branch: Branch, to target: String?, isOverLimit: Bool) {
        passages.append(Passage(from: run.state, to: target, branch: branch.position, isOverLimit: isOverLimit))
    }

    mutating func count(_ counter: String) -> Int {
        run.counts[counter, default: 0] += 1
        return run.counts[counter] ?? 0
    }
}

extension Run {
    /// For showing: these items as they will be once an event says that they are moot.
    public func showing(moot ids: Set<String>) -> Run {
        var run = self
        for index in run.items.indices where run.items[index].state == .waiting && ids.contains(run.items[index].id) {
            run.items[index].state = .moot
        }
        return run
    }
}

extension Event.Decision {
    /// The choice that a state must offer for this decision.
    public var choice: String {
        switch self {
        case .approve: "approve"
        case .lower: "lower"
        case .reject: "reject"
        }
    }
}

extension Optional {
    fileprivate func filter(_ holds: (Wrapped) -> Bool) -> Wrapped? { flatMap { holds($0) ? $0 : nil } }
}

extension Array {
    func compacted<Wrapped>() -> [Wrapped] where Element == Wrapped? { compactMap { $0 } }
}
