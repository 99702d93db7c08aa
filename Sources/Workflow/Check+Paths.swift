/// Proof 1: every state is reachable, and an end from every state.
func checkReachability(_ definition: Definition, _ graph: StateGraph, _ log: inout FindingLog) {
    for (number, state) in graph.states.enumerated() {
        guard graph.isReached(number) else {
            let (message, path) = graph.missingWay(to: number)
            log.add("unreachable-state", state.position, message, path: path)
            continue
        }
        guard state.end == nil, !graph.reachesEnd[number] else { continue }
        let path = graph.path(to: state.name)
        if graph.edges[number].isEmpty {
            log.add("dead-end", state.position, "`\(state.name)` is no end, and nothing leaves it.", path: path)
        } else {
            log.add("trap", state.position, "No end can be reached from `\(state.name)`.", path: path)
        }
    }
}

extension StateGraph {
    /// What would have to lead to an unreachable state: the states
    /// before it, as far back as any way leads.
    fileprivate func missingWay(to state: Int) -> (message: String, path: [String]) {
        let name = states[state].name
        var backwards: [[Edge]] = Array(repeating: [], count: states.count)
        // A reached state has no way to one that is not.
        for edge in edges.joined() where !isReached(edge.from) { backwards[edge.to].append(edge.reversed) }
        let (arrivals, order) = Self.walk(backwards, from: [state])
        let start = "No way leads from `\(states[first].name)` to `\(name)`"
        guard let root = order.first(where: { backwards[$0].allSatisfy { way in way.to == way.from } }), root != state
        else {
            let others = order.dropFirst().map { "`\(states[$0].name)`" }.sorted()
            let reason = others.isEmpty ? "nothing leads there" : "only \(others.joined(separator: ", ")) lead there"
            return ("\(start): \(reason).", [])
        }
        var path: [String] = []
        var at = root
        while let edge = arrivals[at] {
            path.append("\(states[at].name) (\(edge.label))")
            at = edge.from
        }
        return ("\(start): it follows on `\(states[root].name)`, to which nothing leads.", path + [name])
    }
}

/// Proof 2, first half: what waits is left by a timer if nobody answers.
func checkWaiting(_ definition: Definition, _ graph: StateGraph, _ log: inout FindingLog) {
    for (number, state) in graph.states.enumerated() where !state.leavesInSilence {
        // A dead end has its own finding.
        guard !graph.edges[number].isEmpty else { continue }
        log.add(
            "no-timeout", state.position,
            "`\(state.name)` waits for ever if nobody answers: it needs a timer with `go`.",
            path: graph.path(to: state.name))
    }
}

/// Proof 2, second half: every loop has a limit.
///
/// - Returns: whether every run is bounded.
func checkLoops(_ definition: Definition, _ graph: StateGraph, _ log: inout FindingLog) -> Bool {
    // Limited ways cannot be taken for ever: a loop without any of them can.
    let loops = graph.unlimitedLoops()
    for loop in loops {
        guard let first = loop.first else { continue }
        log.add(
            "loop-without-limit", first.position, "This loop has no `at_most`: a run may go round for ever.",
            path: loop.map(graph.step) + [graph.states[first.from].name])
    }
    for state in graph.states { checkStays(state, state.reactions.values, graph, &log) }
    for choice in definition.anywhere.values {
        guard let state = graph.states.first(where: { $0.end == nil && choice.isOffered(in: $0.name) }) else {
            continue
        }
        checkStays(state, [choice.reaction], graph, &log)
    }
    return loops.isEmpty && graph.states.allSatisfy(\.leavesInSilence)
}

private func checkStays(
    _ state: State, _ reactions: some Sequence<Reaction>, _ graph: StateGraph, _ log: inout FindingLog
) {
    for reaction in reactions {
        for branch in reaction.branches where branch.target == nil && branch.atMost == nil {
            guard branch.condition?.limitsTries != true, !state.waitsForEffects(reaction) else { continue }
            log.add(
                "loop-without-limit", branch.position,
                "`stay` needs `at_most` and `else`, or a condition such as `tries < 10`.",
                path: graph.path(to: state.name))
        }
    }
}

extension StateGraph {
    /// One shortest loop of unlimited ways through each state that lies on one, each loop once.
    ///
    /// A person mends some and asks again: more than twenty would only cost time.
    fileprivate func unlimitedLoops() -> [[Edge]] {
        let free = edges.map { $0.filter { $0.limit == nil } }
        let components = Components(free.map { $0.map(\.to) })
        var loops: [[Edge]] = []
        var known: Set<Set<Int>> = []
        for (number, members) in components.members.enumerated() where components.isLoop[number] {
            let inside = free.map { $0.filter { components.component[$0.to] == number } }
            for state in members.sorted() where loops.count < 20 {
                let loop = Self.shortestLoop(through: state, inside)
                if known.insert(Set(loop.map(\.from))).inserted { loops.append(loop) }
            }
        }
        return loops
    }

    private static func shortestLoop(through state: Int, _ edges: [[Edge]]) -> [Edge] {
        let (arrivals, order) = walk(edges, from: [state])
        guard let last = order.lazy.compactMap({ edges[$0].first { $0.to == state } }).first else { return [] }
        var loop = [last]
        while loop[loop.count - 1].from != state, let edge = arrivals[loop[loop.count - 1].from] { loop.append(edge) }
        return loop.reversed()
    }
}

extension State {
    /// Outcomes of effects are finite in number, so staying for them is no loop.
    fileprivate func waitsForEffects(_ reaction: Reaction) -> Bool { reaction.name == "done" && !awaited.isEmpty }
}

extension Condition {
    /// Whether it becomes false after enough tries, whatever else holds.
    fileprivate var limitsTries: Bool {
        switch self {
        case .tries(let comparison, _): comparison == .less || comparison == .atMost || comparison == .equal
        case .and(let left, let right): left.limitsTries || right.limitsTries
        case .or(let left, let right): left.limitsTries && right.limitsTries
        default: false
        }
    }
}
