public import Basics

extension Definition {
    /// The first step of a run: enters the state that the definition starts in.
    ///
    /// - Throws: `notApart` if one person would play two parts that must be different persons;
    ///   `needsUntil` or `untilTooLate` for an end that the definition cannot do with.
    public func start(_ start: Event.Start, at now: Timestamp, calendar: BusinessCalendar) throws(Refusal) -> Step {
        for (part, people) in start.players.sorted(by: { $0.key < $1.key }) {
            for person in people { try requireApart(person, in: part, players: start.players) }
        }
        let run = Run(
            workflow: name, version: version, state: first, enteredAt: now, round: 0, items: start.items,
            players: start.players, asked: [], dueAt: nil, timers: [], counts: [:], ledger: [], ended: nil,
            flags: start.flags, until: start.until)
        var move = Stepper(definition: self, run: run, now: now, calendar: calendar)
        move.enter(first)
        try requireUntil(start.until, of: move.run)
        return move.step(event: "start", from: nil)
    }

    /// Where `event` leads `run`, and what must be committed with it.
    ///
    /// Pure: the same arguments give the same step, byte for byte. A refusal leaves the run as it was.
    /// - Precondition: `run` follows this definition, in this version.
    public func step(
        _ run: Run, on event: Event, at now: Timestamp, calendar: BusinessCalendar
    ) throws(Refusal) -> Step {
        precondition(run.workflow == name && run.version == version)
        var move = Stepper(definition: self, run: run, now: now, calendar: calendar)
        switch event {
        case .start: throw .notOffered(choice: "start", state: run.state)
        // Two definitions take part in it: see `adopt`.
        case .migrate: throw .notOffered(choice: "migrate", state: run.state)
        case .choice(let choice):
            if let ended = run.ended { throw .ended(ended) }
            try move.take(choice)
            return move.step(event: choice.name, from: run.state)
        case .timer(let id):
            if let ended = run.ended { throw .ended(ended) }
            let rule = try move.fire(id)
            return move.step(event: "timer.\(rule.moment)", from: run.state)
        case .moot(let items):
            if let ended = run.ended { throw .ended(ended) }
            try move.drop(moot: items)
            return move.step(event: "moot", from: run.state)
        case .effect(let key, let outcome):
            // An end still hears of effects: what it undid is performed after it.
            let effect = try move.settle(key, outcome)
            return move.step(event: "\(effect).\(outcome.rawValue)", from: run.state)
        case .freeze, .thaw, .deadline: return try move.steer(event)
        case .renew(let choice):
            if let ended = run.ended { throw .ended(ended) }
            move.renew(choice)
            return move.step(event: "renew", from: run.state)
        case .remark(let word): return move.step(event: word, from: run.state)
        }
    }

    /// Folds a history into the run that it tells of.
    ///
    /// - Throws: the refusal of the first event that the definition would not have
    ///   accepted, so the history is forged or of another version; `notOffered(choice:
    ///   "start", …)` if it does not begin with its start.
    public func replay(
        _ history: some Sequence<(event: Event, at: Timestamp)>, calendar: BusinessCalendar
    ) throws(Refusal) -> Run {
        var run: Run?
        for (event, at) in history {
            switch (run, event) {
            case (nil, .start(let start)): run = try self.start(start, at: at, calendar: calendar).run
            case (let current?, _): run = try step(current, on: event, at: at, calendar: calendar).run
            case (nil, _): throw .notOffered(choice: "start", state: first)
            }
        }
        guard let run else { throw .notOffered(choice: "start", state: first) }
        return run
    }

    /// Four eyes: whoever plays one part of a group plays no other of it.
    func requireApart(_ person: String, in part: String, players: [String: [String]]) throws(Refusal) {
        for group in apart where group.contains(part) {
            for other in group where other != part && players[other]?.contains(person) == true {
                throw .notApart(part: part, other: other)
            }
        }
    }
}
