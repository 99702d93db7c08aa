/// The parts of a definition, as the reader leaves them: names are resolved, conditions are trees.
public struct Part: Hashable, Sendable {
    public let name: String
    /// Where the people come from, such as `organization.representatives`, `request.account_holder`.
    public let source: String
    public let position: Position
}

/// How an effect is keyed, how often it is tried, and what undoes it.
public struct EffectDeclaration: Hashable, Sendable {
    public static let keyFields = ["request", "state", "round", "template", "recipient", "item", "message"]
    /// What `send` orders.
    public static let mail = "mail"
    /// What `tell` orders.
    public static let webhook = "webhook"

    public let name: String
    /// Field names in the order of the key: `request`, `item`,
    /// `round`, `state`, `template`, `recipient`, `message`.
    public let key: [String]
    /// Attempts before the effect is parked.
    public let tries: Int
    /// The effect that takes it back.
    public let undo: String?
    /// Performed inside the transaction of the step, hence done when the step is.
    public let now: Bool
    public let position: Position
}

/// What a state asks of people.
public struct Ask: Hashable, Sendable {
    public let who: String
    /// As the file writes them: `approve`, `lower` and `reject` are
    /// decisions on items when `eachItem` is set.
    public let choices: [String]
    public let eachItem: Bool
    /// The caller demands MFA that is fresh before it accepts a choice.
    public let freshMFA: Bool
    public let position: Position

    /// Names that travel as decisions under `decide`.
    static let decisions = ["approve", "lower", "reject"]

    /// The choices as events name them: decisions are one, `decide`.
    public var events: [String] {
        guard eachItem else { return choices }
        let others = choices.filter { !Self.decisions.contains($0) }
        return others.count < choices.count ? ["decide"] + others : others
    }
}

/// Something that is ordered on the way: a mail, a message or an effect, perhaps under a condition.
public struct Action: Hashable, Sendable {
    public enum Order: Hashable, Sendable {
        /// `to` empty: the parts that are asked in that state.
        case send(template: String, to: [String])
        case perform(effect: String)
        /// To whoever hears of the request's organization by a webhook.
        case tell(message: String)
        /// Adds a part to those who are asked in that state.
        case ask(part: String)
    }

    public let order: Order
    public let condition: Condition?
    public let position: Position
}

/// One way to go on.
///
/// The first of a list whose condition holds is taken.
public struct Branch: Hashable, Sendable {
    /// nil: always (an `else`, or the only branch).
    public let condition: Condition?
    /// nil: the run stays where it is, its timers too.
    public let target: String?
    public let actions: [Action]
    /// After that many times in one run `otherwise` is taken instead;
    /// without one the choice is offered no more.
    public let atMost: Int?
    public let otherwise: String?
    /// Under which the times are counted, in `Run.counts`.
    public let counter: String
    public let position: Position
}

/// What follows on a choice, on `decided`, or on `done`.
public struct Reaction: Hashable, Sendable {
    public let name: String
    public let branches: [Branch]
    public let needsComment: Bool
    /// Whether a condition reads `tries`; only then are they counted.
    let countsTries: Bool
    public let position: Position
}

/// What happens by itself some time after entry to a state.
public struct TimerRule: Hashable, Sendable {
    /// `remind`, `also_ask.deputy`, `go.expired`, …: unique in its state.
    public let id: String
    /// Counted from entry to the state, or back from the request's
    /// `until`; of no length for the very moment of it.
    public let delay: Delay
    public var isBackFromUntil = false
    /// Due at the run's `until` where that comes before `delay` has passed.
    public let orUntil: Bool
    public let again: Delay?
    public let atMost: Int
    public let alsoAsk: String?
    public let actions: [Action]
    /// Empty for a timer that moves nothing.
    public let branches: [Branch]
    public let position: Position
}

/// Effects that are ordered at entry, and again after each decision on items: one for each item, once.
public struct Each: Hashable, Sendable {
    public let items: ItemScope
    public let effect: String
    /// Template of a mail that goes with the effect to whom the item is about.
    public let mail: String?
    public let position: Position
}

public struct State: Hashable, Sendable {
    public let name: String
    public let enter: [Action]
    public let ask: Ask?
    public let due: Delay?
    public let timers: [TimerRule]
    public let each: [Each]
    public let reactions: [String: Reaction]
    public let end: Run.Ending?
    public let undoAll: Bool
    public let position: Position
    /// Names of effects whose outcome the state waits for, when it has a reaction to `done`.
    let awaited: [String]
    /// Keys in `Run.counts` that begin anew at each entry.
    let ownCounters: [String]

    /// Under which a choice is counted in `Run.counts`, alone or with `.2`, `.tries`, … after it.
    ///
    /// Timers that repeat are counted under `state.remind`, `state.also_ask.part`, and
    /// choices of `anywhere` under `anywhere.choice`: what has such a name itself is set
    /// apart by a second dot, which no name can contain.
    static func counter(of choice: String, in state: String) -> String {
        let isTaken = state == "anywhere" || choice == "remind" || choice == "also_ask"
        return "\(state)\(isTaken ? ".." : ".")\(choice)"
    }
}

/// A choice that one part may make in every state that is not an end, or in those that it names.
public struct Anywhere: Hashable, Sendable {
    public let name: String
    public let part: String
    /// Empty: every state.
    public let states: [String]
    public let reaction: Reaction
    public let position: Position

    public func isOffered(in state: String) -> Bool { states.isEmpty || states.contains(state) }
}
