/// The parts of a definition, as the reader leaves them: names are resolved, conditions are trees.
package struct Part: Hashable, Sendable {
    package let name: String
    /// Where the people come from, such as `organization.representatives`, `request.account_holder`.
    package let source: String
    package let position: Position
}

/// How an effect is keyed, how often it is tried, and what undoes it.
package struct EffectDeclaration: Hashable, Sendable {
    package static let keyFields = ["request", "state", "round", "template", "recipient", "item", "message"]
    /// What `send` orders.
    package static let mail = "mail"
    /// What `tell` orders.
    package static let webhook = "webhook"

    package let name: String
    /// Field names in the order of the key: `request`, `item`,
    /// `round`, `state`, `template`, `recipient`, `message`.
    package let key: [String]
    /// Attempts before the effect is parked.
    package let tries: Int
    /// The effect that takes it back.
    package let undo: String?
    /// Performed inside the transaction of the step, hence done when the step is.
    package let now: Bool
    package let position: Position
}

/// What a state asks of people.
package struct Ask: Hashable, Sendable {
    package let who: String
    /// As the file writes them: `approve`, `lower` and `reject` are
    /// decisions on items when `eachItem` is set.
    package let choices: [String]
    package let eachItem: Bool
    /// The caller demands MFA that is fresh before it accepts a choice.
    package let freshMFA: Bool
    package let position: Position

    /// Names that travel as decisions under `decide`.
    static let decisions = ["approve", "lower", "reject"]

    /// The choices as events name them: decisions are one, `decide`.
    package var events: [String] {
        guard eachItem else { return choices }
        let others = choices.filter { !Self.decisions.contains($0) }
        return others.count < choices.count ? ["decide"] + others : others
    }
}

/// Something that is ordered on the way: a mail, a message or an effect, perhaps under a condition.
package struct Action: Hashable, Sendable {
    package enum Order: Hashable, Sendable {
        /// `to` empty: the parts that are asked in that state.
        case send(template: String, to: [String])
        case perform(effect: String)
        /// To whoever hears of the request's organization by a webhook.
        case tell(message: String)
        /// Adds a part to those who are asked in that state.
        case ask(part: String)
    }

    package let order: Order
    package let condition: Condition?
    package let position: Position
}

/// One way to go on.
///
/// The first of a list whose condition holds is taken.
package struct Branch: Hashable, Sendable {
    /// nil: always (an `else`, or the only branch).
    package let condition: Condition?
    /// nil: the run stays where it is, its timers too.
    package let target: String?
    package let actions: [Action]
    /// After that many times in one run `otherwise` is taken instead;
    /// without one the choice is offered no more.
    package let atMost: Int?
    package let otherwise: String?
    /// Under which the times are counted, in `Run.counts`.
    package let counter: String
    package let position: Position
}

/// What follows on a choice, on `decided`, or on `done`.
package struct Reaction: Hashable, Sendable {
    package let name: String
    package let branches: [Branch]
    package let needsComment: Bool
    /// Whether a condition reads `tries`; only then are they counted.
    let countsTries: Bool
    package let position: Position
}

/// What happens by itself some time after entry to a state.
package struct TimerRule: Hashable, Sendable {
    /// `remind`, `also_ask.deputy`, `go.expired`, …: unique in its state.
    package let id: String
    /// Counted from entry to the state, or back from the request's
    /// `until`; of no length for the very moment of it.
    package let delay: Delay
    package var isBackFromUntil = false
    /// Due at the run's `until` where that comes before `delay` has passed.
    package let orUntil: Bool
    package let again: Delay?
    package let atMost: Int
    package let alsoAsk: String?
    package let actions: [Action]
    /// Empty for a timer that moves nothing.
    package let branches: [Branch]
    package let position: Position
}

/// Effects that are ordered at entry, and again after each decision on items: one for each item, once.
package struct Each: Hashable, Sendable {
    package let items: ItemScope
    package let effect: String
    /// Template of a mail that goes with the effect to whom the item is about.
    package let mail: String?
    package let position: Position
}

package struct State: Hashable, Sendable {
    package let name: String
    package let enter: [Action]
    package let ask: Ask?
    package let due: Delay?
    package let timers: [TimerRule]
    package let each: [Each]
    package let reactions: [String: Reaction]
    package let end: Run.Ending?
    package let undoAll: Bool
    package let position: Position
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
package struct Anywhere: Hashable, Sendable {
    package let name: String
    package let part: String
    /// Empty: every state.
    package let states: [String]
    package let reaction: Reaction
    package let position: Position

    package func isOffered(in state: String) -> Bool { states.isEmpty || states.contains(state) }
}
