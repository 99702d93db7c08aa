/// What a timer does by itself, as its id tells.
public enum TimerDeed: Hashable, Sendable {
    case remind
    case ask(part: String)
    case leave(to: String)

    /// - Parameter id: as in `Run.Timer`: `remind.2`, `also_ask.deputy`, `go.expired`.
    public init(id: String) {
        // No name of a part or a state holds a dot.
        let parts = id.split(separator: ".").map(String.init)
        switch (parts.first, parts.dropFirst().first) {
        case ("go", let state?): self = .leave(to: state)
        case ("also_ask", let part?): self = .ask(part: part)
        default: self = .remind
        }
    }

    /// - Parameter ordinal: counted from 1 among the timers of one state that do the same.
    func id(_ ordinal: Int) -> String {
        let base =
            switch self {
            case .remind: "remind"
            case .ask(let part): "also_ask.\(part)"
            case .leave(let state): "go.\(state)"
            }
        return ordinal == 1 ? base : "\(base).\(ordinal)"
    }

    public var leaves: Bool { if case .leave = self { true } else { false } }
}

extension Run {
    /// Of the timers that leave the state the first; frozen ones count.
    public var leaving: Timer? { timers.filter { TimerDeed(id: $0.id).leaves }.min { $0.at < $1.at } }
}
