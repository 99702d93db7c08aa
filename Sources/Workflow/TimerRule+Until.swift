import Basics

/// Timers that count back from the end that a request has: `until-14d`, `until`.
extension TimerRule {
    /// As a definition writes it: `5bd`, `until-14d`, `until`.
    var moment: String {
        guard isBackFromUntil else { return "\(delay)" }
        return delay.count == 0 ? "until" : "until-\(delay)"
    }

    /// For people who read it without the file.
    var phrase: String {
        guard isBackFromUntil else { return "after \(delay)\(orUntil ? " or at until" : "")" }
        return delay.count == 0 ? "at until" : "\(delay) before until"
    }

    /// Whether it leaves its state, whatever the run looks like.
    var alwaysLeaves: Bool {
        branches.last.map { $0.condition == nil && $0.target != nil } ?? false
            && branches.allSatisfy { $0.target != nil }
    }
}

extension State {
    /// Whether the end of the request leaves the state.
    var leavesAtUntil: Bool { end == nil && timers.contains { $0.isBackFromUntil && $0.alwaysLeaves } }

    /// Whether a run goes on, or has ended, if nobody ever answers.
    var leavesInSilence: Bool { end != nil || leaving != nil || leavesAtUntil }
}

extension Definition {
    /// Whether a timer counts back from the request's `until`.
    public var readsUntil: Bool { states.contains { $0.timers.contains(where: \.isBackFromUntil) } }

    /// Whether nothing but the request's `until` makes sure that a run ends.
    public var needsUntil: Bool { states.contains { $0.leavesAtUntil && $0.leaving == nil } }

    /// The end must be there where it is needed, and not after the run would have gone on anyway.
    func requireUntil(_ until: Timestamp?, of run: Run) throws(Refusal) {
        guard let until else {
            if needsUntil { throw .needsUntil }
            return
        }
        guard let state = byName[run.state], state.timers.contains(where: \.isBackFromUntil),
            let leaving = state.leaving, let latest = run.timers.first(where: { $0.id == leaving.id })?.at,
            until > latest
        else { return }
        throw .untilTooLate(latest: latest)
    }
}
