public import Basics

extension Definition {
    /// Takes over a run of an older version: the run as it stands in this one.
    ///
    /// Nothing that entry to a state orders is ordered again, and nothing pending is
    /// forgotten: the ledger stays as it is. A timer that both states have keeps its
    /// instant, which an operator may have moved. One that is new counts from entry to the
    /// state, pushed back as far as freezes have pushed back all others, and is due at once
    /// if that has passed. One that has fired already does not fire again, and one that the
    /// new state lacks goes. `dueAt` is computed anew from entry, unless it was moved. Where
    /// nothing is left to decide the run goes on at once, as on entry, or when it is thawed;
    /// only that orders anything. Pure, as `step`.
    /// - Throws: the first of `migrationRefusals`; the run is as it was.
    /// - Precondition: `run` follows `old`, in its version.
    public func adopt(
        _ run: Run, from old: Definition, at now: Timestamp, calendar: BusinessCalendar
    ) throws(MigrationRefusal) -> Step {
        let (place, refusals) = placement(of: run, from: old)
        if let refusal = refusals.first { throw refusal }
        guard let before = old.state(run.state), let after = place else { throw .noPlace(state: run.state) }
        let timers = TimerMatch(from: before, to: after)
        var moved = run
        moved.version = version
        moved.state = after.name
        moved.round += 1
        moved.asked = asked(of: run, before, after)
        moved.dueAt = due(of: run, before, after, calendar)
        moved.timers = timers.carried(run, calendar)
        moved.counts = counts(of: run, before, after, from: old, timers)
        var move = Stepper(definition: self, run: moved, now: now, calendar: calendar)
        if after.ask?.eachItem == true, !moved.items.contains(where: { $0.state == .waiting }) {
            move.followDecided()
        }
        return move.step(event: "migrate", from: run.state)
    }

    /// All that speaks against `adopt`; empty if nothing does.
    public func migrationRefusals(of run: Run, from old: Definition) -> [MigrationRefusal] {
        placement(of: run, from: old).refusals
    }

    private func placement(of run: Run, from old: Definition) -> (state: State?, refusals: [MigrationRefusal]) {
        precondition(run.workflow == old.name && run.version == old.version)
        let adoption = Adoption(old: old, new: self)
        let general = adoption.refusals()
        guard general.isEmpty else { return (nil, general) }
        if let ended = run.ended { return (nil, [.ended(ended)]) }
        return adoption.place(Standing(run))
    }

    /// The part that the new state asks first, then whoever was added in the old one.
    private func asked(of run: Run, _ before: State, _ after: State) -> [String] {
        guard let who = after.ask?.who else { return [] }
        return [who] + run.asked.filter { $0 != who && $0 != before.ask?.who && part($0) != nil }
    }

    private func due(of run: Run, _ before: State, _ after: State, _ calendar: BusinessCalendar) -> Timestamp? {
        let wasMoved = run.dueAt != run.due(in: before, calendar: calendar)
        return wasMoved ? run.dueAt : run.due(in: after, calendar: calendar)
    }

    /// Counters under the names that this version gives to states and timers.
    ///
    /// Those of limited branches count over the whole run and follow every state that has a
    /// place; those that begin anew at each entry follow the state in which the run rests.
    private func counts(
        of run: Run, _ before: State, _ after: State, from old: Definition, _ timers: TimerMatch
    ) -> [String: Int] {
        let stale = Set(after.ownCounters).subtracting(before.ownCounters)
        let adoption = Adoption(old: old, new: self)
        var counts: [String: Int] = [:]
        for (key, count) in run.counts where !stale.contains(key) {
            let state = String(key.prefix { $0 != "." })
            let rest = String(key.dropFirst(state.count + 1))
            var name = key
            if before.ownCounters.contains(key) {
                name = "\(after.name).\(timers.newNames[rest] ?? rest)"
            } else if let placement = adoption.placement(of: state),
                old.state(state)?.ownCounters.contains(key) == false
            {
                name = "\(placement.state).\(rest)"
            }
            // Two old states in one place: both have been there.
            counts[name, default: 0] += count
        }
        return counts
    }
}

extension Standing {
    init(_ run: Run) {
        state = run.state
        played = Set(run.players.filter { !$0.value.isEmpty }.keys)
        let live = run.ledger.filter { $0.state != .undone && $0.state != .dropped }
        ordered = Set(live.map(\.effect))
        // A frozen run that owes its `done` still waits for it, though nothing is pending any more.
        open = run.owesDone ? ordered : Set(live.filter(\.isOpen).map(\.effect))
        isOnePerson = { part, other in
            !Set(run.players[part] ?? []).isDisjoint(with: run.players[other] ?? [])
        }
    }
}

/// Which timer of a state is which of another one.
///
/// The one that leaves in silence is the same whatever it is called; then those that do
/// the same kind of thing after the same time, since ordinals shift when a reminder is
/// put before others; then those of one name.
private struct TimerMatch {
    let before: State
    let after: State
    /// New id → old rule.
    private var olds: [String: TimerRule] = [:]

    init(from before: State, to after: State) {
        self.before = before
        self.after = after
        match { $0.id == before.leaving?.id && $1.id == after.leaving?.id }
        match { $0.moment == $1.moment && $0.alsoAsk == $1.alsoAsk && $0.branches.isEmpty == $1.branches.isEmpty }
        match { $0.id == $1.id }
    }

    private mutating func match(_ areSame: (_ old: TimerRule, _ new: TimerRule) -> Bool) {
        for new in after.timers where olds[new.id] == nil {
            let free = before.timers.filter { rule in !olds.values.contains { $0.id == rule.id } }
            olds[new.id] = free.first { areSame($0, new) }
        }
    }

    /// Old id → new id.
    var newNames: [String: String] { Dictionary(olds.map { ($1.id, $0) }) { first, _ in first } }

    func carried(_ run: Run, _ calendar: BusinessCalendar) -> [Run.Timer] {
        after.timers.compactMap { rule in
            if let old = olds[rule.id] {
                if let pending = run.timers.first(where: { $0.id == old.id }) {
                    return Run.Timer(id: rule.id, at: pending.at)
                }
                // It fired already. Only the one that ends the
                // waiting must be there whatever happened before.
                guard rule.id == after.leaving?.id else { return nil }
            }
            return run.instant(of: rule, calendar: calendar).map {
                // An end that the request names is an instant of its own, which no freeze moves.
                let delay = rule.isBackFromUntil || rule.orUntil ? 0 : delayed(run, calendar)
                return Run.Timer(id: rule.id, at: $0.adding(milliseconds: delay))
            }
        }
    }

    /// How long the run was frozen in its state: by so much every timer of it is later than it
    /// would be, but for those that an operator moved further.
    private func delayed(_ run: Run, _ calendar: BusinessCalendar) -> Int64 {
        let delays = before.timers.compactMap { rule -> Int64? in
            guard rule.again == nil, !rule.isBackFromUntil, !rule.orUntil,
                let pending = run.timers.first(where: { $0.id == rule.id }),
                let planned = run.instant(of: rule, calendar: calendar)
            else { return nil }
            return pending.at.milliseconds - planned.milliseconds
        }
        return max(0, delays.min() ?? 0)
    }
}
