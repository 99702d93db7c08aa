/// A definition as states and the ways between them.
///
/// States are numbered in the order of the file. All of it is built in time linear in states and ways.
struct StateGraph {
    struct Edge {
        let from: Int
        let to: Int
        /// What takes it: a choice, `decided`, `done`, a timer's delay.
        let label: String
        /// How often it can be taken in one run; nil for no limit of its own.
        let limit: Int?
        /// Under which a limited way is counted; ways of one counter share their limit.
        let counter: String
        /// Whether a person's choice takes it.
        let byChoice: Bool
        let position: Position
    }

    let states: [State]
    private let numbers: [String: Int]
    /// By the state that they leave.
    let edges: [[Edge]]
    let first: Int
    /// The edge by which a walk from the start first comes to a state;
    /// nil for the start and what is unreachable.
    private let arrivals: [Edge?]
    /// States from which some end can be reached, ends included.
    let reachesEnd: [Bool]
    /// Which states lie on a loop together, over all ways.
    let components: Components
    /// Reached states, nearest to the start first.
    let reached: [Int]

    init(_ definition: Definition) {
        states = definition.states
        let numbers = Dictionary(states.enumerated().map { ($1.name, $0) }) { first, _ in first }
        self.numbers = numbers
        var builder = EdgeBuilder(definition: definition, numbers: numbers)
        let edges = states.enumerated().map { builder.edges(from: $0, $1) }
        self.edges = edges
        first = numbers[definition.first] ?? 0
        (arrivals, reached) = Self.walk(edges, from: states.isEmpty ? [] : [first])
        var backwards: [[Edge]] = Array(repeating: [], count: states.count)
        for edge in edges.joined() { backwards[edge.to].append(edge.reversed) }
        let ends = definition.states.indices.filter { definition.states[$0].end != nil }
        var reachesEnd = Array(repeating: false, count: states.count)
        for state in Self.walk(backwards, from: ends).order { reachesEnd[state] = true }
        self.reachesEnd = reachesEnd
        components = Components(edges.map { $0.map(\.to) })
    }

    /// Breadth first.
    static func walk(_ edges: [[Edge]], from starts: [Int]) -> (arrivals: [Edge?], order: [Int]) {
        var arrivals = [Edge?](repeating: nil, count: edges.count)
        var seen = Array(repeating: false, count: edges.count)
        for start in starts { seen[start] = true }
        var order = starts
        var next = 0
        while next < order.count {
            for edge in edges[order[next]] where !seen[edge.to] {
                seen[edge.to] = true
                arrivals[edge.to] = edge
                order.append(edge.to)
            }
            next += 1
        }
        return (arrivals, order)
    }

    func number(of state: String) -> Int? { numbers[state] }

    func isReached(_ state: Int) -> Bool { state == first || arrivals[state] != nil }

    /// Whether a run that left `state` may come back.
    func comesBack(to state: Int) -> Bool { components.isLoop[components.component[state]] }

    /// How a run gets to a state first, from the start, `state`
    /// itself included; empty if it never does.
    func path(to state: String) -> [String] {
        guard let number = numbers[state], isReached(number) else { return [] }
        return path(to: number, by: arrivals)
    }

    func path(to state: Int, by arrivals: [Edge?]) -> [String] {
        var path = [states[state].name]
        var at = state
        while let edge = arrivals[at] {
            path.append(step(edge))
            at = edge.from
        }
        return path.reversed()
    }

    /// `approval (question)`: the state that is left, and by what.
    func step(_ edge: Edge) -> String { "\(states[edge.from].name) (\(edge.label))" }
}

extension StateGraph.Edge {
    var reversed: StateGraph.Edge {
        .init(from: to, to: from, label: label, limit: limit, counter: counter, byChoice: byChoice, position: position)
    }
}

/// Finds the ways out of one state after the other.
private struct EdgeBuilder {
    let numbers: [String: Int]
    let anywhere: [(choice: Anywhere, states: Set<String>)]
    private var found: [StateGraph.Edge] = []

    init(definition: Definition, numbers: [String: Int]) {
        self.numbers = numbers
        anywhere = definition.anywhere.values.sorted { $0.name < $1.name }.map { ($0, Set($0.states)) }
    }

    mutating func edges(from number: Int, _ state: State) -> [StateGraph.Edge] {
        guard state.end == nil else { return [] }
        found = []
        let offered = state.ask?.events ?? []
        for reaction in state.reactions.values.sorted(by: { $0.name < $1.name }) {
            let byChoice = reaction.name == "decided" || offered.contains(reaction.name)
            for branch in reaction.branches { add(branch, number, reaction.name, byChoice) }
        }
        for (choice, states) in anywhere where states.isEmpty || states.contains(state.name) {
            for branch in choice.reaction.branches { add(branch, number, choice.name, true) }
        }
        for timer in state.timers {
            for branch in timer.branches { add(branch, number, timer.moment, false) }
        }
        return found
    }

    private mutating func add(_ branch: Branch, _ from: Int, _ label: String, _ byChoice: Bool) {
        for (target, limit) in [(branch.target, branch.atMost), (branch.otherwise, nil)] {
            guard let to = target.flatMap({ numbers[$0] }) else { continue }
            found.append(
                StateGraph.Edge(
                    from: from, to: to, label: label, limit: limit, counter: branch.counter, byChoice: byChoice,
                    position: branch.position))
        }
    }
}

extension State {
    /// The earliest timer that leaves the state whatever the run looks like.
    var leaving: TimerRule? {
        timers.filter { $0.alwaysLeaves && !$0.isBackFromUntil }
            .min { $0.delay.leastMilliseconds < $1.delay.leastMilliseconds }
    }
}
