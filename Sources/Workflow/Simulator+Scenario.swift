extension Simulator {
    /// A scenario went otherwise than it says.
    public struct Surprise: Error, Hashable, Sendable {
        public let message: String
    }

    /// Begins the run that a scenario tells of.
    public init(_ definition: Definition, scenario: Scenario, calendar: BusinessCalendar) throws(Surprise) {
        do {
            try self.init(
                definition, items: Scenario.items(scenario.items), flags: scenario.flags,
                until: scenario.until?.added(to: Simulator.usualStart, calendar: calendar), calendar: calendar)
        } catch { throw Surprise(message: "the start was refused: \(error.sentence)") }
    }

    /// Plays one line of a scenario.
    public mutating func play(_ action: Scenario.Action) throws(Surprise) {
        switch action {
        case .ends(let state):
            guard run.ended != nil else { throw Surprise(message: "it still rests in `\(run.state)`.") }
            guard run.state == state else { throw Surprise(message: "it ends in `\(run.state)`, not `\(state)`.") }
        case .rests(let state):
            guard run.ended == nil else { throw Surprise(message: "it has ended in `\(run.state)`.") }
            guard run.state == state else { throw Surprise(message: "it rests in `\(run.state)`, not `\(state)`.") }
        default:
            do throws(Refusal) { try move(action) } catch {
                if case .engine(.notOffered(let choice, let state)) = error {
                    throw Surprise(message: "`\(state)` does not offer `\(choice)`.")
                }
                throw Surprise(message: "refused: \(error.sentence)")
            }
        }
    }

    private mutating func move(_ action: Scenario.Action) throws(Refusal) {
        switch action {
        case .wait(let delay): try wait(delay)
        case .outcome(let outcome, let items):
            for item in items.isEmpty ? Scenario.itemNames : items { outcomes[item] = outcome }
        case .decide(let word, let items): try decide(word, items: items)
        case .choose(let name, let good): try choose(name, facts: good ? CheckVocabulary.outcomes : [])
        case .moot(let items): try drop(moot: items)
        case .ends, .rests: break
        }
    }

    /// What items are about ended by other means.
    ///
    /// - Parameter items: their names; empty for all that wait.
    public mutating func drop(moot items: [String]) throws(Refusal) {
        try apply(.moot(items: items.isEmpty ? run.items.filter { $0.state == .waiting }.map(\.id) : items))
    }

    /// Decides items as a scenario says it: `approve`, `lower` (to a profile without MFA) or `reject`.
    ///
    /// - Parameter items: their names; empty for all that wait.
    public mutating func decide(_ word: String, items: [String], part: String? = nil) throws(Refusal) {
        let chosen = items.isEmpty ? run.items.filter { $0.state == .waiting }.map(\.id) : items
        let decision: Event.Decision =
            switch word {
            case "approve": .approve
            case "lower": .lower(to: "lower", needsMFA: false)
            default: .reject
            }
        try choose(
            "decide", part: part, decisions: Dictionary(chosen.map { ($0, decision) }) { first, _ in first })
    }
}

extension Scenario {
    /// Items as a scenario names them, in order.
    public static func items(_ kinds: [Kind]) -> [Run.Item] {
        zip(itemNames, kinds).map { Run.Item(id: $0, profile: $1.profile, needsMFA: $1.needsMFA) }
    }

    /// For each whether it needs MFA.
    public static func items(_ needsMFA: [Bool]) -> [Run.Item] { items(needsMFA.map { Kind(needsMFA: $0) }) }
}

extension Scenario.Action: CustomStringConvertible {
    /// As the simulator's commands say it: `approve first second`, `verify bad`, `wait 3d`.
    public var description: String {
        switch self {
        case .wait(let delay): "wait \(delay)"
        case .decide(let word, let items): "\(word) \(items.isEmpty ? "all" : items.joined(separator: " "))"
        case .choose(let name, let good): "\(name) \(good ? "ok" : "bad")"
        case .outcome(let outcome, let items):
            "\(outcome == .dropped ? "drop" : "park") \(items.isEmpty ? "all" : items.joined(separator: " "))"
        case .moot(let items): "moot \(items.isEmpty ? "all" : items.joined(separator: " "))"
        case .ends(let state): "ends \(state)"
        case .rests(let state): "rests \(state)"
        }
    }
}
