extension Definition {
    public func part(_ name: String) -> Part? { parts.first { $0.name == name } }

    /// The parts that may make a choice now, those that are asked first; empty where nobody may.
    ///
    /// - Parameter choice: as events name it: decisions on items are one choice, `decide`.
    public func partsOffered(_ choice: String, in run: Run) -> [Part] {
        guard run.ended == nil, let state = byName[run.state], timesUsedUp(choice, in: run) == nil else { return [] }
        let isAsked = state.ask?.events.contains(choice) == true
        let everywhere = anywhere[choice].flatMap { $0.isOffered(in: run.state) ? [$0.part] : nil } ?? []
        let names = (isAsked ? run.asked : []) + everywhere
        return names.compactMap(part)
    }

    /// Whether four eyes keep this person from a part: they play another of a group in this run.
    public func bars(_ person: String, from part: String, in run: Run) -> Bool {
        apart.contains { group in
            group.contains(part)
                && group.contains { $0 != part && run.players[$0]?.contains(person) == true }
        }
    }

    /// Whether a choice is one of `anywhere` that can do nothing but end the run.
    func onlyEnds(_ choice: String, in state: String) -> Bool {
        guard byName[state]?.ask?.events.contains(choice) != true, let anywhere = anywhere[choice],
            anywhere.isOffered(in: state)
        else { return false }
        let targets = anywhere.reaction.branches.flatMap { $0.atMost == nil ? [$0.target] : [$0.target, $0.otherwise] }
        return targets.allSatisfy { $0.map { byName[$0]?.end != nil } ?? false }
    }

    /// Whether the state wants a fresh second factor with this choice.
    public func asksForFreshMFA(_ choice: String, in state: String) -> Bool {
        guard let ask = byName[state]?.ask, ask.freshMFA else { return false }
        return ask.events.contains(choice)
    }

    /// Which of `approve`, `lower` and `reject` a state offers for
    /// its items; empty where it asks for none.
    public func verdicts(in state: String) -> [String] {
        guard let ask = byName[state]?.ask, ask.eachItem else { return [] }
        return ask.choices.filter(Ask.decisions.contains)
    }

    /// Whether a choice is refused without words.
    public func needsComment(_ choice: String, in state: String) -> Bool {
        let here = byName[state]
        let isAsked = here?.ask?.events.contains(choice) == true
        return (isAsked ? here?.reactions[choice] : anywhere[choice]?.reaction)?.needsComment ?? false
    }
}
