/// What the rules of migration look at: one run, or every run that
/// may rest in one state of the old version.
struct Standing {
    let state: String
    /// Parts of the old version that somebody has played, or may have.
    let played: Set<String>
    /// Effects of which the ledger holds, or may hold, one that is not undone or dropped.
    let ordered: Set<String>
    /// Effects that are, or may be, pending or parked.
    let open: Set<String>
    /// Whether one person plays, or may play, both parts.
    let isOnePerson: (String, String) -> Bool
}

/// The rules by which a run of one version goes on under another: for a run
/// (`adopt`) and for all of them (`check --from`).
struct Adoption {
    let old: Definition
    let new: Definition

    private var placements: [String: Placement] { new.migrations[old.version] ?? [:] }

    func placement(of state: String) -> Placement? { placements[state] }

    /// What keeps every run from this move.
    func refusals() -> [MigrationRefusal] {
        if old.name != new.name { return [.otherWorkflow(old.name)] }
        return new.version > old.version ? [] : [.notNewer(from: old.version, to: new.version)]
    }

    /// The state in which `standing` goes on, and all that speaks
    /// against it; nil if there is no such state.
    func place(_ standing: Standing) -> (state: State?, refusals: [MigrationRefusal]) {
        let placement = placement(of: standing.state)
        guard let before = old.state(standing.state), let after = new.state(placement?.state ?? standing.state) else {
            return (nil, [.noPlace(state: standing.state)])
        }
        if after.end != nil { return (nil, [.intoEnd(state: before.name, end: after.name)]) }
        var refusals: [MigrationRefusal] = []
        // Who writes the place down has thought about it; a name alone may mean something else by now.
        if placement == nil, !before.asksAlike(after) { refusals.append(.otherMeaning(state: before.name)) }
        refusals += people(standing) + ledger(standing) + entry(standing, before, after)
        return (after, refusals)
    }

    private func people(_ standing: Standing) -> [MigrationRefusal] {
        let gone = old.parts.filter { standing.played.contains($0.name) && new.part($0.name) == nil }
        var refusals = gone.map { MigrationRefusal.partGone($0.name) }
        for group in new.apart {
            for (index, part) in group.enumerated() {
                for other in group[..<index] where other != part && standing.isOnePerson(part, other) {
                    refusals.append(.notApart(part: part, other: other))
                }
            }
        }
        return refusals
    }

    /// What the ledger may hold keeps its meaning: it can be undone
    /// as before, and is not ordered once more.
    private func ledger(_ standing: Standing) -> [MigrationRefusal] {
        standing.ordered.sorted().compactMap { name in
            guard let before = old.effects[name] else { return nil }
            guard let after = new.effects[name] else {
                return standing.open.contains(name) || before.undo != nil ? .effectGone(name) : nil
            }
            if before.undo != nil, after.undo == nil { return .undoLost(effect: name) }
            return before.key == after.key ? nil : .keyChanged(effect: name)
        }
    }

    /// Nothing is ordered by a migration, so what `after` orders on entry and
    /// waits for must have been ordered by `before`.
    private func entry(_ standing: Standing, _ before: State, _ after: State) -> [MigrationRefusal] {
        let hasOtherItems = after.each.contains { each in
            let earlier = before.each.filter { $0.effect == each.effect }
            return !earlier.isEmpty && !earlier.contains { $0.items == each.items }
        }
        if hasOtherItems { return [.otherItems(state: after.name)] }
        let missing = after.entryOrders.filter { order in
            !before.entryOrders.contains { $0.covers(order) }
        }
        if !missing.isEmpty { return missing.map { .neverOrdered(effect: $0.effect, state: after.name) } }
        let unheard = before.awaited.filter { standing.open.contains($0) && !after.awaited.contains($0) }
        let late = after.awaited.filter { !before.awaited.contains($0) }
        return unheard.map { .notHeard(effect: $0, state: after.name) }
            + late.map { .neverDone(effect: $0, state: after.name) }
    }
}

extension State {
    /// Whether a run that waits here may wait there under the same name: the same part
    /// is asked, for something that both offer.
    fileprivate func asksAlike(_ other: State) -> Bool {
        guard let ask, let others = other.ask else { return ask == nil && other.ask == nil }
        return ask.who == others.who && ask.eachItem == others.eachItem
            && ask.events.contains { others.events.contains($0) }
    }

    /// Effects, not mails, that entry orders.
    fileprivate var entryOrders: [EntryOrder] {
        enter.compactMap { action in
            if case .perform(let effect) = action.order {
                EntryOrder(effect: effect, condition: action.condition)
            } else {
                nil
            }
        } + each.map { EntryOrder(effect: $0.effect, condition: nil) }
    }
}

private struct EntryOrder {
    let effect: String
    let condition: Condition?

    /// Whether an effect has been ordered by this wherever `other` would have ordered it.
    func covers(_ other: EntryOrder) -> Bool {
        effect == other.effect && (condition == nil || condition == other.condition)
    }
}
