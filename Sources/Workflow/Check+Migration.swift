/// Proof 9: every state in which a run of the old version may rest has a place in the new one,
/// by the rules that `adopt` applies to one run.
///
/// What has happened to a run before it rests somewhere is not known here, so what may have
/// happened counts as if it had: whatever this accepts, `adopt` accepts.
func checkMigration(from old: Definition, to new: Definition, _ log: inout FindingLog) {
    let adoption = Adoption(old: old, new: new)
    let general = adoption.refusals()
    guard general.isEmpty else {
        for refusal in general { log.add(refusal.rule, new.headPosition, "\(refusal)") }
        return
    }
    let graph = StateGraph(old)
    let past = Past(old, graph)
    for (state, placement) in (new.migrations[old.version] ?? [:]).sorted(by: { $0.key < $1.key })
    where old.state(state) == nil {
        log.add(
            "migrate-unknown-state", placement.position,
            "Version \(old.version) has no state `\(state)`." + hint(nearest(to: state, among: old.states.map(\.name))))
    }
    // A part that is gone concerns many states: it is told
    // once, by the state that a run reaches first.
    var told: Set<MigrationRefusal> = []
    for number in graph.reached where graph.states[number].mayRest(old) {
        let state = graph.states[number]
        for refusal in adoption.place(past.standing(in: number)).refusals where told.insert(refusal).inserted {
            let (file, position) = place(of: refusal, in: state, adoption)
            log.add(
                Finding(
                    rule: refusal.rule, file: file, line: position.line, column: position.column,
                    message: "`\(state.name)` of version \(old.version): \(refusal)",
                    path: graph.path(to: state.name)))
        }
    }
}

/// Where a person would mend it: in the new file wherever it has the word, else in the old one.
private func place(
    of refusal: MigrationRefusal, in state: State, _ adoption: Adoption
) -> (file: String, position: Position) {
    let (old, new) = (adoption.old, adoption.new)
    switch refusal {
    case .partGone(let part): return (old.file, old.part(part)?.position ?? state.position)
    case .notApart(let part, _): return (new.file, new.part(part)?.position ?? new.headPosition)
    case .effectGone(let effect): return (old.file, old.effects[effect]?.position ?? state.position)
    case .undoLost(let effect), .keyChanged(let effect):
        return (new.file, new.effects[effect]?.position ?? new.headPosition)
    default:
        let position = adoption.placement(of: state.name)?.position ?? new.state(state.name)?.position
        return position.map { (new.file, $0) } ?? (old.file, state.position)
    }
}

extension State {
    /// Whether a run may stay here for a moment: not in an end, nor
    /// where all that is waited for is done at once.
    fileprivate func mayRest(_ definition: Definition) -> Bool {
        guard end == nil else { return false }
        guard let done = reactions["done"], !awaited.isEmpty else { return true }
        return done.branches.contains { $0.target == nil } || awaited.contains { definition.effects[$0]?.now != true }
    }
}

/// What may have happened to a run of the old version before it rests in a state.
private struct Past {
    private let old: Definition
    private let graph: StateGraph
    /// By state: parts that may have been played, effects that may have been ordered.
    private var played: [Set<String>]
    private var ordered: [Set<String>]

    init(_ old: Definition, _ graph: StateGraph) {
        self.old = old
        self.graph = graph
        let known = Set(old.parts.filter { $0.name == "requester" || $0.source.hasPrefix("request.") }.map(\.name))
        played = graph.states.map { state in
            let here = [state.ask?.who].compacted() + state.timers.compactMap(\.alsoAsk)
            let added = state.enter.compactMap { if case .ask(let part) = $0.order { part } else { nil } }
            let always = old.anywhere.values.filter { $0.isOffered(in: state.name) }.map(\.part)
            return known.union(here).union(added).union(always)
        }
        ordered = graph.states.map { state in
            let actions = old.orders(in: state, comesBack: false).compactMap { action, _ in
                if case .perform(let effect) = action.order { effect } else { nil }
            }
            return Set(actions).union(state.each.map(\.effect))
        }
        spread()
    }

    /// What may have happened in a state may have happened in all that follow on it.
    private mutating func spread() {
        var queue = graph.reached
        while let state = queue.popLast() {
            for edge in graph.edges[state] {
                let before = played[edge.to].count + ordered[edge.to].count
                played[edge.to].formUnion(played[state])
                ordered[edge.to].formUnion(ordered[state])
                if played[edge.to].count + ordered[edge.to].count > before { queue.append(edge.to) }
            }
        }
    }

    func standing(in number: Int) -> Standing {
        let played = played[number]
        return Standing(
            state: graph.states[number].name, played: played, ordered: ordered[number],
            open: ordered[number].filter { old.effects[$0]?.now != true },
            isOnePerson: { [old] part, other in
                played.contains(part) && played.contains(other)
                    && !old.apart.contains { $0.contains(part) && $0.contains(other) }
            })
    }
}
