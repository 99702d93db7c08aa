import Basics

@testable import Workflow

/// Looks for runs that show what a finding says, in definitions of which every way can be taken.
struct Explorer {
    let definition: Definition
    /// Runs that were looked at, so that a search ends.
    private static let patience = 400

    struct Node {
        var run: Run
        var now: Timestamp
        /// The states that the last event entered, in order; none where the run stayed.
        var entered: [String] = []
    }

    /// Every event that may happen now, each with what comes of it.
    private func successors(_ node: Node) -> [Node] {
        guard node.run.ended == nil else { return [] }
        var nodes: [Node] = []
        func go(_ event: Event, _ now: Timestamp) {
            // What is refused leads nowhere.
            guard let step = try? definition.step(node.run, on: event, at: now, calendar: .everyDay) else { return }
            nodes.append(Node(run: step.run, now: now, entered: step.passages.compactMap(\.to)))
        }
        var choices: Set<String> = []
        for part in definition.parts.map(\.name) {
            for name in definition.offered(node.run, to: part) where choices.insert(name).inserted {
                let reaction = definition.state(node.run.state)?.reactions[name]
                let isPlain = reaction?.branches.allSatisfy { $0.condition == nil } ?? true
                for facts in 0..<(isPlain ? 1 : 4) {
                    let facts = ["code.valid": facts % 2 == 0, "factor.wanted": facts < 2]
                    go(.choice(Event.Choice(name, part: part, by: part, facts: facts, comment: "Because.")), node.now)
                }
            }
        }
        for entry in node.run.ledger where entry.state == .pending {
            go(.effect(key: entry.key, outcome: .done), node.now)
        }
        if let timer = node.run.timers.min(by: { $0.at < $1.at }) { go(.timer(id: timer.id), max(node.now, timer.at)) }
        return nodes
    }

    var start: Node? {
        let run = try? definition.start(.init(items: [], players: [:]), at: monday, calendar: .everyDay).run
        return run.map { Node(run: $0, now: monday) }
    }

    /// The first run, in breadth, that is as wanted; with all states on the way there.
    func search(from start: Node, _ wanted: (Node) -> Bool) -> Node? {
        var seen: Set<[String]> = [key(start.run)]
        var queue = [start]
        var next = 0
        while next < queue.count, next < Self.patience {
            if wanted(queue[next]) { return queue[next] }
            for node in successors(queue[next]) where seen.insert(key(node.run)).inserted { queue.append(node) }
            next += 1
        }
        return nil
    }

    /// What decides how a run can go on; nobody counts more than four tries.
    private func key(_ run: Run) -> [String] {
        let open = run.ledger.filter { $0.state == .pending }.map(\.effect).sorted().prefix(4)
        let counts = run.counts.map { "\($0.key)\(min($0.value, 4))" }.sorted()
        return [run.state] + run.timers.map(\.id) + open + counts
    }

    /// Follows the states of `path`, exactly; staying on the way is allowed.
    ///
    /// - Parameter start: a run in the first state of `path`.
    func follow(_ path: [String], from start: Node) -> Node? {
        guard path.first == start.run.state else { return nil }
        var seen: Set<[String]> = []
        var stack = [(node: start, index: 0)]
        var patience = Self.patience
        while let (node, index) = stack.popLast(), patience > 0 {
            patience -= 1
            if index == path.count - 1 { return node }
            var further: [(node: Node, index: Int)] = []
            for after in successors(node) {
                let ahead = path[(index + 1)...].prefix(after.entered.count)
                guard ahead.elementsEqual(after.entered.prefix(ahead.count)) else { continue }
                // Whoever passes through the last state has been there.
                if index + ahead.count == path.count - 1 { return after }
                guard seen.insert(["\(index + ahead.count)"] + key(after.run)).inserted else { continue }
                // Those that came further are followed first.
                if ahead.isEmpty { stack.append((after, index)) } else { further.append((after, index + ahead.count)) }
            }
            stack += further
        }
        return nil
    }

    // MARK: Findings

    /// Whether a run can be shown of which `finding` is true; nil where the finding is about no path.
    ///
    /// Not to be asked of states that nothing leads to: no run shows what is wrong with them but that.
    func reproduces(_ finding: Finding) -> Bool? {
        guard let start else { return false }
        let path = finding.path.map { String($0.prefix { $0 != " " }) }
        switch finding.rule {
        case "dead-end":
            return follow(path, from: start).map { search(from: $0) { $0.run.state != path.last } == nil } ?? false
        case "trap":
            return follow(path, from: start).map { search(from: $0) { $0.run.ended != nil } == nil } ?? false
        case "no-timeout":
            return follow(path, from: start).map { waitsForEver($0) } ?? false
        case "loop-without-limit":
            return path.count > 1 && path.first == path.last ? goesRound(path, start) : stays(path, start)
        case "unreachable-state":
            let name = finding.message.split(separator: "`").dropFirst(3).first.map(String.init) ?? ""
            return search(from: start) { $0.run.state == name } == nil
        default: return nil
        }
    }

    /// Nobody answers, and at last no timer is left.
    private func waitsForEver(_ node: Node) -> Bool {
        var node = node
        while node.run.ended == nil {
            guard let timer = node.run.timers.min(by: { $0.at < $1.at }) else { return true }
            node.now = max(node.now, timer.at)
            guard
                let run = try? definition.step(
                    node.run, on: .timer(id: timer.id), at: node.now, calendar: .everyDay
                ).run
            else { return false }
            node.run = run
        }
        return false
    }

    private func goesRound(_ loop: [String], _ start: Node) -> Bool {
        // No run rests in a state that is passed through, so any state of the loop will do to begin with.
        for offset in loop.indices.dropLast() {
            let turned = Array(loop[offset...].dropLast() + loop[..<offset])
            guard let node = search(from: start, { $0.run.state == turned.first }) else { continue }
            let rounds = (0..<3).flatMap { _ in turned } + turned.prefix(1)
            if follow(rounds, from: node) != nil { return true }
        }
        return false
    }

    /// One choice, made again and again, keeps the run where it is.
    private func stays(_ path: [String], _ start: Node) -> Bool {
        guard var node = follow(path, from: start) else { return false }
        for _ in 0..<40 {
            guard
                let after = successors(node).first(where: {
                    $0.run.ended == nil && $0.run.state == node.run.state && $0.run.timers == node.run.timers
                        && $0.run.round > node.run.round
                })
            else { return false }
            node = after
        }
        return true
    }
}
