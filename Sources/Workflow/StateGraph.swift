/// A definition as states and the ways between them.
struct StateGraph {
    struct Edge {
        let from: String
        let to: String
        /// What takes it: a choice, `decided`, `done`, a timer's delay.
        let label: String
        /// How often it can be taken in one run; nil for no limit of its own.
        let limit: Int?
        /// Whether a person's choice takes it.
        let byChoice: Bool
        let position: Position
    }

    let edges: [String: [Edge]]
    /// State → how a run gets there first, from the start, the state itself included.
    let paths: [String: [String]]
    /// States from which some end can be reached, ends included.
    let ending: Set<String>

    init(_ definition: Definition) {
        var edges: [String: [Edge]] = [:]
        for state in definition.states where state.end == nil {
            edges[state.name] = Self.edges(from: state, definition)
        }
        self.edges = edges
        paths = Self.paths(from: definition.first, edges)
        var ending = Set(definition.states.filter { $0.end != nil }.map(\.name))
        var grows = true
        while grows {
            let more = edges.values.joined().filter { ending.contains($0.to) && !ending.contains($0.from) }
            ending.formUnion(more.map(\.from))
            grows = !more.isEmpty
        }
        self.ending = ending
    }

    func edges(from state: String) -> [Edge] { edges[state] ?? [] }

    private static func edges(from state: State, _ definition: Definition) -> [Edge] {
        let own = state.reactions.values.sorted { $0.name < $1.name }
        let offered = state.ask?.events ?? []
        var edges: [Edge] = []
        for reaction in own {
            let byChoice = reaction.name == "decided" || offered.contains(reaction.name)
            for branch in reaction.branches { edges += ways(branch, state.name, reaction.name, byChoice) }
        }
        for anywhere in definition.anywhere.values.sorted(by: { $0.name < $1.name })
        where anywhere.isOffered(in: state.name) {
            for branch in anywhere.reaction.branches { edges += ways(branch, state.name, anywhere.name, true) }
        }
        for timer in state.timers {
            for branch in timer.branches { edges += ways(branch, state.name, "\(timer.delay)", false) }
        }
        return edges
    }

    private static func ways(_ branch: Branch, _ from: String, _ label: String, _ byChoice: Bool) -> [Edge] {
        var ways: [Edge] = []
        if let target = branch.target {
            ways.append(
                Edge(
                    from: from, to: target, label: label, limit: branch.atMost, byChoice: byChoice,
                    position: branch.position))
        }
        if let otherwise = branch.otherwise {
            ways.append(
                Edge(
                    from: from, to: otherwise, label: label, limit: nil, byChoice: byChoice,
                    position: branch.position))
        }
        return ways
    }

    private static func paths(from first: String, _ edges: [String: [Edge]]) -> [String: [String]] {
        var paths = [first: [first]]
        var queue = [first]
        var next = 0
        while next < queue.count {
            let path = paths[queue[next]] ?? []
            for edge in edges[queue[next]] ?? [] where paths[edge.to] == nil {
                paths[edge.to] = path.dropLast() + ["\(edge.from) (\(edge.label))", edge.to]
                queue.append(edge.to)
            }
            next += 1
        }
        return paths
    }

    /// A way from `state` back to itself over the edges that `usable` admits; nil if there is none.
    func cycle(through state: String, where usable: (Edge) -> Bool) -> [Edge]? {
        var seen: Set<String> = []
        var stack: [[Edge]] = edges(from: state).filter(usable).map { [$0] }
        while let way = stack.popLast() {
            guard let last = way.last else { continue }
            if last.to == state { return way }
            guard seen.insert(last.to).inserted else { continue }
            stack += edges(from: last.to).filter(usable).map { way + [$0] }
        }
        return nil
    }
}

extension State {
    /// The earliest timer that leaves the state whatever the run looks like.
    var leaving: TimerRule? {
        timers.filter {
            $0.branches.last.map { $0.condition == nil && $0.target != nil } ?? false
                && $0.branches.allSatisfy { $0.target != nil }
        }
        .min { $0.delay.leastMilliseconds < $1.delay.leastMilliseconds }
    }
}
