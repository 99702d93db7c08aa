/// Proof 5, as far as it depends on who is there: a state whose every answerer
/// may be the very person whom four eyes bar.
///
/// A warning, since it takes nothing but two people; where there is one, nobody is asked in
/// vain and whoever can fill the gap is told.
func checkOverlaps(_ definition: Definition, _ graph: StateGraph, _ log: inout FindingLog) {
    let sources = Dictionary(definition.parts.map { ($0.name, $0.source) }) { first, _ in first }
    func mayBeBarred(_ part: String, by other: String) -> Bool {
        guard let source = sources[part], let known = sources[other] else { return false }
        return definition.apart.contains { $0.contains(part) && $0.contains(other) } && mayOverlap(source, known)
    }
    for (number, state) in graph.states.enumerated() where graph.isReached(number) {
        guard let ask = state.ask else { continue }
        let asked = state.asked
        for other in graph.players(before: number, of: definition) where !asked.contains(other) {
            guard asked.allSatisfy({ mayBeBarred($0, by: other) }) else { continue }
            let names = asked.map { "`\($0)`" }.joined(separator: " and ")
            log.warn(
                "apart-may-be-impossible", ask.position,
                "\(names) must differ from `\(other)`, who may be the only one: `\(state.name)` would ask nobody then.")
        }
    }
}

/// Whether one person may come from both: whoever asks is a representative or a manager as
/// well, and `usher init` makes its manager duty manager.
private func mayOverlap(_ left: String, _ right: String) -> Bool {
    let overlaps: [Set<String>] = [
        ["request.requester", "organization.representatives"], ["request.requester", "organization.delivery_managers"],
        ["request.requester", "organization.carers"], ["request.requester", "provider.duty_managers"],
        ["organization.delivery_managers", "provider.duty_managers"],
        ["organization.carers", "organization.representatives"],
        ["organization.carers", "organization.delivery_managers"],
    ]
    return overlaps.contains([left, right])
}

extension State {
    /// Everybody whom it may ask, whom it asks first at the head.
    fileprivate var asked: [String] {
        let added = enter.compactMap { if case .ask(let part) = $0.order { part } else { nil } }
        return [ask?.who].compactMap { $0 } + added + timers.compactMap(\.alsoAsk)
    }
}

extension StateGraph {
    /// Parts that somebody has played, or may have, before the run comes to a state; by name.
    fileprivate func players(before state: Int, of definition: Definition) -> [String] {
        var backwards: [[Edge]] = Array(repeating: [], count: states.count)
        for edge in edges.joined() { backwards[edge.to].append(edge.reversed) }
        let earlier = Self.walk(backwards, from: [state]).order.filter { $0 != state && isReached($0) }
        // Known from the start, whoever answers.
        let known = ["requester", "holder"].filter { definition.part($0) != nil }
        return Set(known + earlier.flatMap { states[$0].ask == nil ? [] : states[$0].asked }).sorted()
    }
}
