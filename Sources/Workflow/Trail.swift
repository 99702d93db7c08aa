/// A branch that was taken.
///
/// Branches are told apart by their place in the file, which is unique.
public struct Passage: Hashable, Sendable {
    /// The state in which it was taken.
    public let from: String
    /// The state that was entered; nil where the run stayed.
    public let to: String?
    public let branch: Position
    /// Whether the branch had reached its `at_most`, so that its `else` was taken.
    public let isOverLimit: Bool
}

/// Where a run went, gathered step by step: what a picture marks.
public struct Trail: Hashable, Sendable {
    /// How often each state was entered, also where the run went on in the same moment.
    public private(set) var visits: [String: Int] = [:]
    /// Where the run rests, or has ended; nil before the first step.
    public private(set) var rests: String?
    private var passages: [Passage: Int] = [:]
    private var timers: [TimerOfState: Int] = [:]

    private struct TimerOfState: Hashable {
        let state: String
        let event: String
    }

    public init() {}

    public mutating func follow(_ step: Step, in definition: Definition) {
        if let from = step.from {
            timers[TimerOfState(state: from, event: step.event), default: 0] += 1
        } else {
            visits[definition.first, default: 0] += 1
        }
        for passage in step.passages {
            passages[passage, default: 0] += 1
            if let to = passage.to { visits[to, default: 0] += 1 }
        }
        rests = step.to
    }

    /// A move of which only the beginning and the end are known, such as one
    /// that another version of the definition made.
    public mutating func follow(from: String?, to: String) {
        if from != to { visits[to, default: 0] += 1 }
        rests = to
    }

    /// How often the branch was taken.
    func times(_ branch: Branch, overLimit: Bool) -> Int {
        passages.reduce(0) { sum, entry in
            entry.key.branch == branch.position && entry.key.isOverLimit == overLimit ? sum + entry.value : sum
        }
    }

    /// The states in which the branch was taken, sorted.
    func origins(of branch: Branch, overLimit: Bool) -> [String] {
        let taken = passages.keys.filter { $0.branch == branch.position && $0.isOverLimit == overLimit }
        return Set(taken.map(\.from)).sorted()
    }

    /// How often the timer went off.
    func times(_ timer: TimerRule, in state: String) -> Int {
        timers[TimerOfState(state: state, event: "timer.\(timer.moment)")] ?? 0
    }
}
