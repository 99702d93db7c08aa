extension Drawing {
    /// - Parameter trail: the run to mark, which followed this definition.
    public init(_ definition: Definition, trail: Trail? = nil) {
        var draft = Draft(definition: definition, trail: trail)
        draft.draw()
        var legend = ["Broken lines: by itself, after that time. Double border: end."]
        if trail != nil { legend.append("Thick: where the request went; ×2: twice.") }
        self.init(
            title: "\(definition.name) \(definition.version)", about: definition.about, legend: legend,
            nodes: draft.nodes, edges: draft.edges, showsRun: trail != nil)
    }
}

/// The picture as it is drawn, state by state in the order of the file.
private struct Draft {
    typealias Label = Drawing.Label

    let definition: Definition
    let trail: Trail?
    var nodes: [Drawing.Node] = []
    var edges: [Drawing.Edge] = []

    /// A way that leads on, before ways with the same ends are put on one edge.
    private struct Way {
        let to: String
        let isTimer: Bool
        let label: Label
    }

    mutating func draw() {
        let start = "(start)"
        let begun = trail?.rests == nil ? 0 : 1
        nodes.append(
            Drawing.Node(id: start, shape: .start, title: "", groups: [], visits: begun, isResting: false))
        edges.append(Drawing.Edge(from: start, to: definition.first, isTimer: false, ways: [Label("", times: begun)]))
        for state in definition.states { draw(state) }
        drawAnywhere()
    }

    private mutating func draw(_ state: State) {
        var ways: [Way] = []
        var stays: [Label] = []
        for reaction in state.reactions.values.sorted(by: { $0.position < $1.position }) {
            add(reaction.branches, of: Words.trigger(reaction), to: &ways, &stays)
        }
        var timers: [Label] = []
        for timer in state.timers {
            let isMoving = timer.branches.contains { $0.target != nil }
            add(timer.branches, of: timer.phrase, isTimer: true, to: &ways, &timers)
            if !isMoving || !timer.actions.isEmpty || timer.alsoAsk != nil {
                timers.append(Label(Words.reminder(timer), times: trail?.times(timer, in: state.name) ?? 0))
            }
        }
        let groups = [Words.asking(state), Words.orders(of: state), timers, stays].filter { !$0.isEmpty }
        nodes.append(
            Drawing.Node(
                id: state.name, shape: state.end.map { .end($0) } ?? .state, title: state.name, groups: groups,
                visits: trail?.visits[state.name] ?? 0, isResting: trail?.rests == state.name))
        connect(state.name, ways)
    }

    /// Choices of `anywhere` that are offered in the same states share one node.
    private mutating func drawAnywhere() {
        let choices = definition.anywhere.values.sorted { $0.position < $1.position }
        for group in choices.grouped(by: \.states) {
            let states = group.first?.states ?? []
            let title = states.isEmpty ? "in every state" : "in \(states.joined(separator: ", "))"
            let id = "(\(title))"
            var ways: [Way] = []
            var stays: [Label] = []
            for choice in group {
                let trigger = "\(choice.part) may \(Words.trigger(choice.reaction))"
                add(choice.reaction.branches, of: trigger, namesOrigin: true, to: &ways, &stays)
            }
            nodes.append(
                Drawing.Node(
                    id: id, shape: .anywhere, title: title, groups: stays.isEmpty ? [] : [stays],
                    visits: ways.contains { $0.label.times > 0 } ? 1 : 0, isResting: false))
            connect(id, ways)
        }
    }

    /// - Parameter namesOrigin: a branch that the run took says in which state that was.
    private func add(
        _ branches: [Branch], of trigger: String, isTimer: Bool = false, namesOrigin: Bool = false,
        to ways: inout [Way], _ stays: inout [Label]
    ) {
        for (index, branch) in branches.enumerated() {
            func label(_ text: String, overLimit: Bool) -> Label {
                guard let trail else { return Label(text) }
                let times = trail.times(branch, overLimit: overLimit)
                let origins = namesOrigin ? trail.origins(of: branch, overLimit: overLimit) : []
                return Label(
                    origins.isEmpty ? text : "\(text), from \(origins.joined(separator: ", "))", times: times)
            }
            let text = Words.way(trigger, branch, at: index, of: branches.count)
            if let target = branch.target {
                ways.append(Way(to: target, isTimer: isTimer, label: label(text, overLimit: false)))
            } else {
                stays.append(label("\(text), stays", overLimit: false))
            }
            if let otherwise = branch.otherwise, let limit = branch.atMost {
                let text = "\(trigger) [after \(Words.times(limit))]"
                ways.append(Way(to: otherwise, isTimer: isTimer, label: label(text, overLimit: true)))
            }
        }
    }

    private mutating func connect(_ from: String, _ ways: [Way]) {
        for group in ways.grouped(by: { "\($0.isTimer) \($0.to)" }) {
            guard let first = group.first else { continue }
            edges.append(
                Drawing.Edge(from: from, to: first.to, isTimer: first.isTimer, ways: group.map(\.label)))
        }
    }
}

extension Position: Comparable {
    public static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

extension Array {
    /// Groups in the order of their first elements.
    fileprivate func grouped<Key: Hashable>(by key: (Element) -> Key) -> [[Element]] {
        var places: [Key: Int] = [:]
        var groups: [[Element]] = []
        for element in self {
            if let place = places[key(element)] {
                groups[place].append(element)
            } else {
                places[key(element)] = groups.count
                groups.append([element])
            }
        }
        return groups
    }
}
