/// Proof 1: every state is reachable, and an end from every state.
func checkReachability(_ definition: Definition, _ graph: StateGraph, _ log: inout FindingLog) {
    for state in definition.states {
        guard let path = graph.paths[state.name] else {
            log.add("unreachable-state", state.position, "No way leads from `\(definition.first)` to `\(state.name)`.")
            continue
        }
        guard state.end == nil, !graph.ending.contains(state.name) else { continue }
        if graph.edges(from: state.name).isEmpty {
            log.add("dead-end", state.position, "`\(state.name)` is no end, and nothing leaves it.", path: path)
        } else {
            log.add("trap", state.position, "No end can be reached from `\(state.name)`.", path: path)
        }
    }
}

/// Proof 2, first half: what waits is left by a timer if nobody answers.
func checkWaiting(_ definition: Definition, _ graph: StateGraph, _ log: inout FindingLog) {
    for state in definition.states where state.end == nil && state.leaving == nil {
        // A dead end has its own finding.
        guard !graph.edges(from: state.name).isEmpty else { continue }
        log.add(
            "no-timeout", state.position,
            "`\(state.name)` waits for ever if nobody answers: it needs a timer with `go`.",
            path: graph.paths[state.name] ?? [])
    }
}

/// Proof 2, second half: every loop has a limit.
///
/// - Returns: whether every run is bounded.
func checkLoops(_ definition: Definition, _ graph: StateGraph, _ log: inout FindingLog) -> Bool {
    var bounded = definition.states.allSatisfy { $0.end != nil || $0.leaving != nil }
    var reported: Set<Set<String>> = []
    for state in definition.states {
        // Limited ways cannot be taken for ever: a loop without any of them can.
        if let loop = graph.cycle(through: state.name, where: { $0.limit == nil }),
            reported.insert(Set(loop.map(\.from))).inserted, let first = loop.first
        {
            bounded = false
            log.add(
                "loop-without-limit", first.position, "This loop has no `at_most`: a run may go round for ever.",
                path: loop.map { "\($0.from) (\($0.label))" } + [first.from])
        }
        let anywhere = definition.anywhere.values.filter { state.end == nil && $0.isOffered(in: state.name) }
        for reaction in Array(state.reactions.values) + anywhere.map(\.reaction) {
            for branch in reaction.branches where branch.target == nil && branch.atMost == nil {
                guard branch.condition?.limitsTries != true, !state.waitsForEffects(reaction) else { continue }
                log.add(
                    "loop-without-limit", branch.position,
                    "`stay` needs `at_most` and `else`, or a condition such as `tries < 10`.",
                    path: graph.paths[state.name] ?? [])
            }
        }
    }
    return bounded
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

/// The longest walk from the start to an end, each limited way taken as often as it may be; nil if that is too much
/// to search.
///
/// - Precondition: every loop has a limit and every state that is no end has a timer that leaves it.
func longestLife(_ definition: Definition, _ graph: StateGraph) -> Lifetime? {
    var search = LifeSearch(definition: definition, graph: graph)
    return search.longest(from: definition.first, used: [:])
}

private struct LifeSearch {
    let definition: Definition
    let graph: StateGraph
    private var known: [Key: Lifetime] = [:]

    private struct Key: Hashable {
        let state: String
        let used: [String: Int]
    }

    init(definition: Definition, graph: StateGraph) {
        self.definition = definition
        self.graph = graph
    }

    mutating func longest(from name: String, used: [String: Int]) -> Lifetime? {
        let key = Key(state: name, used: used)
        if let life = known[key] { return life }
        guard known.count < 20_000, let state = definition.state(name) else { return nil }
        guard state.end == nil else { return Lifetime() }
        var best = Lifetime()
        for edge in graph.edges(from: name) {
            var used = used
            if let limit = edge.limit {
                let counter = "\(edge.from) \(edge.label) \(edge.position.line):\(edge.position.column)"
                guard used[counter, default: 0] < limit else { continue }
                used[counter, default: 0] += 1
            }
            guard let rest = longest(from: edge.to, used: used) else { return nil }
            if rest.weight > best.weight { best = rest }
        }
        if let delay = state.leaving?.delay {
            if delay.unit == .businessDays {
                best.businessDays += delay.count
            } else {
                best.milliseconds += delay.leastMilliseconds
            }
        }
        known[key] = best
        return best
    }
}

/// Proof 7: timers in one state are ordered, and reminders fit before the one that leaves.
func checkTimers(_ definition: Definition, _ graph: StateGraph, _ log: inout FindingLog) {
    for state in definition.states {
        for (earlier, later) in zip(state.timers, state.timers.dropFirst())
        where later.delay.leastMilliseconds < earlier.delay.leastMilliseconds {
            log.add("timer-order", later.position, "`\(later.delay)` stands after `\(earlier.delay)`; sort by time.")
        }
        guard let leaving = state.leaving else { continue }
        let end = leaving.delay.leastMilliseconds
        for timer in state.timers where timer.id != leaving.id {
            let first = timer.delay.leastMilliseconds
            let last = first + (timer.again?.leastMilliseconds ?? 0) * Int64(timer.atMost - 1)
            if first >= end {
                log.add("never-fires", timer.position, "The run has left `\(state.name)` after \(leaving.delay).")
            } else if last >= end {
                log.add(
                    "reminders-overrun", timer.position,
                    "The last of \(timer.atMost) reminders would come after the run left, at \(leaving.delay).")
            }
        }
        if let due = state.due, due.leastMilliseconds > end {
            log.add(
                "never-due", state.position, "The run leaves `\(state.name)` after \(leaving.delay), before it is due.")
        }
    }
}
