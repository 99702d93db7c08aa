/// What follows once a choice was made as often as `at_most` says.
///
/// Without `else` the choice is offered no more, and refused. With an `else` that leads to an
/// end that the choice does not name the engine goes there, since histories of older versions
/// did; no front door offers it any more. Nobody who asks a question means to refuse.
extension Definition {
    /// How often a choice could be made in this run, once that is over; nil
    /// while it is offered, or was never limited.
    ///
    /// What depends on a fact of the choice is offered as long as any fact leaves a way.
    public func timesUsedUp(_ choice: String, in run: Run) -> Int? {
        var times: Int?
        for branch in reaction(to: choice, in: run.state)?.branches ?? [] {
            let holds = branch.condition.map { $0.holds(for: run) } ?? true
            if holds == false { continue }
            guard let limit = branch.timesUsedUp(in: run) ?? timesBeforeSurprise(branch, choice, in: run) else {
                return nil
            }
            times = max(times ?? 0, limit)
            if holds == true { return times }
        }
        return times
    }

    /// How often a choice could be made before the step that it took
    /// now; nil where that is what the choice says.
    public func timesBeforeSurprise(_ choice: String, _ step: Step, before run: Run) -> Int? {
        guard step.run.ended != nil, let passage = step.passages.first(where: \.isOverLimit) else { return nil }
        let branch = reaction(to: choice, in: run.state)?.branches.first { $0.position == passage.branch }
        return branch.flatMap { timesBeforeSurprise($0, choice, in: run) }
    }

    private func timesBeforeSurprise(_ branch: Branch, _ choice: String, in run: Run) -> Int? {
        guard let limit = branch.limitReached(in: run), surprisingEnd(of: branch, on: choice) != nil else { return nil }
        return limit
    }

    /// The end to which a limited way of a choice leads in the end,
    /// where nobody expects that from its name.
    func surprisingEnd(of branch: Branch, on choice: String) -> State? {
        guard let state = branch.otherwise.flatMap(state), let end = state.end else { return nil }
        return end.isSaid(by: choice) ? nil : state
    }

    func reaction(to choice: String, in state: String) -> Reaction? {
        let here = byName[state]
        if here?.ask?.events.contains(choice) == true { return here?.reactions[choice] }
        return anywhere[choice].flatMap { $0.isOffered(in: state) ? $0.reaction : nil }
    }
}

extension Branch {
    func limitReached(in run: Run) -> Int? {
        atMost.flatMap { run.counts[counter, default: 0] >= $0 ? $0 : nil }
    }

    /// How often it could be taken, where that is over and nothing stands in its place.
    func timesUsedUp(in run: Run) -> Int? { otherwise == nil ? limitReached(in: run) : nil }
}

extension Reaction {
    func branch(for run: Run, in context: Condition.Context) -> Branch? { branches.taken(by: run, in: context) }
}

extension [Branch] {
    /// The first whose condition holds.
    func taken(by run: Run, in context: Condition.Context) -> Branch? {
        first { $0.condition?.holds(for: run, in: context) ?? true }
    }
}

extension Run.Ending {
    /// Whether whoever makes this choice means that end.
    func isSaid(by choice: String) -> Bool {
        switch self {
        case .success:
            ["accept", "agree", "approve", "close", "collect", "confirm", "prove", "resume"].contains(choice)
        case .refused: ["decline", "object", "refuse", "reject"].contains(choice)
        case .withdrawn: ["cancel", "object", "supersede", "withdraw"].contains(choice)
        case .lapsed, .error: false
        }
    }
}

extension Condition {
    /// Whether it holds whatever the choice says; nil where facts or tries decide.
    fileprivate func holds(for run: Run) -> Bool? {
        switch self {
        case .fact, .tries: return nil
        case .not(let inner): return inner.holds(for: run).map { !$0 }
        case .and(let left, let right):
            let both = [left.holds(for: run), right.holds(for: run)]
            return both.contains(false) ? false : both.contains(nil) ? nil : true
        case .or(let left, let right):
            let either = [left.holds(for: run), right.holds(for: run)]
            return either.contains(true) ? true : either.contains(nil) ? nil : false
        case .any, .all, .count, .needsMFA, .flag: return holds(for: run, in: Context())
        }
    }
}

extension Stepper {
    /// Whoever answers for the request lets a choice be made as often again, as by a new link.
    mutating func renew(_ choice: String) {
        for branch in definition.reaction(to: choice, in: run.state)?.branches ?? [] {
            run.counts[branch.counter] = nil
        }
    }
}
