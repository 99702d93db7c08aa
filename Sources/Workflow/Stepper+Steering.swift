import Basics

/// What an operator does to a run from outside of its definition.
extension Stepper {
    /// - Precondition: `event` is `freeze`, `thaw` or `deadline`.
    mutating func steer(_ event: Event) throws(Refusal) -> Step {
        if let ended = run.ended { throw .ended(ended) }
        let state = run.state
        switch event {
        case .thaw:
            guard let since = run.frozenAt else { throw .notFrozen }
            thaw(since)
            return step(event: "thaw", from: state)
        case .deadline(let timer, let at):
            if let since = run.frozenAt { throw .frozen(since: since) }
            try setDeadline(timer, at)
            return step(event: "deadline", from: state)
        default:
            if let since = run.frozenAt { throw .frozen(since: since) }
            run.frozenAt = now
            return step(event: "freeze", from: state)
        }
    }

    private mutating func thaw(_ since: Timestamp) {
        let state = definition.byName[run.state]
        if let due = run.dueAt { run.dueAt = resumed(due, since, unit: state?.due?.unit) }
        for index in run.timers.indices {
            let timer = run.timers[index]
            let rule = state?.timers.first { $0.id == timer.id }
            let hasRepeated = run.counts["\(run.state).\(timer.id)", default: 0] > 0
            let delay = hasRepeated ? rule?.again ?? rule?.delay : rule?.delay
            // An end that the request names is an instant of its own, which no
            // freeze moves, nor what counts back from it.
            guard rule?.isBackFromUntil != true else { continue }
            let later = resumed(timer.at, since, unit: delay?.unit)
            let limit = rule?.orUntil == true ? run.until.map { max($0, now) } : nil
            run.timers[index].at = min(later, limit ?? later)
        }
        run.frozenAt = nil
        run.round += 1
        guard run.owesDone else { return }
        run.owesDone = false
        if state?.ask?.eachItem == true { followDecided() } else { followIfDone() }
    }

    /// What follows once all items are decided; a frozen run owes it.
    mutating func followDecided() {
        if run.frozenAt != nil {
            run.owesDone = true
        } else {
            follow(definition.byName[run.state]?.reactions["decided"], .init())
        }
    }

    /// As far from now as `instant` was at the freeze: in business
    /// time where its delay counts business days.
    private func resumed(_ instant: Timestamp, _ since: Timestamp, unit: Delay.Unit?) -> Timestamp {
        // What was due already is due at once, and a clock that was set back shortens nothing.
        guard instant > since, now > since else { return instant }
        if unit == .businessDays { return calendar.resuming(instant, since: since, at: now) }
        return instant.adding(milliseconds: now.milliseconds - since.milliseconds)
    }

    private mutating func setDeadline(_ timer: String?, _ at: Timestamp) throws(Refusal) {
        guard at > now else { throw .notInFuture(at) }
        guard let timer else {
            guard run.dueAt != nil else { throw .noDueDate(state: run.state) }
            // Else people would be told a date on which the request has gone already.
            if let id = definition.byName[run.state]?.leaving?.id,
                let leaving = run.timers.first(where: { $0.id == id }), leaving.at < at
            {
                throw .dueTooLate(timer: id, at: leaving.at)
            }
            run.dueAt = at
            return
        }
        guard let index = run.timers.firstIndex(where: { $0.id == timer }) else { throw .unknownTimer(timer) }
        run.timers[index].at = at
    }
}

extension Definition {
    /// The timer that stands for the deadline of a run whose state shows no
    /// due date: the one that leaves the state.
    public func deadlineTimer(of run: Run) -> String? {
        guard run.dueAt == nil, let id = byName[run.state]?.leaving?.id else { return nil }
        return run.timers.contains { $0.id == id } ? id : nil
    }
}
