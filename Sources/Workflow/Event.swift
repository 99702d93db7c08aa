public import Basics

/// What can happen to a run.
///
/// History keeps these, and folding them through `step` gives the run again.
public enum Event: Hashable, Sendable, Codable {
    case start(Start)
    case choice(Choice)
    /// A timer of the run is due; `id` as in `Run.Timer`.
    case timer(id: String)
    /// An effect that the run waits for was performed, or given up.
    case effect(key: String, outcome: EffectOutcome)
    /// The run goes on under another version of its workflow, as `Definition.adopt` says.
    case migrate(from: Int, to: Int)
    /// What these items are about ended by other means, so nobody has to decide them any more.
    case moot(items: [String])
    /// From now on the run rests: no timer fires, nobody decides.
    case freeze
    /// The run goes on; every timer and the due date keep the time that was left of them.
    case thaw
    /// A pending timer, or without one the due date, is moved to `at`.
    case deadline(timer: String?, at: Timestamp)
    /// A choice may be made as often again as at first, since whoever
    /// answers for the request sent another link.
    case renew(choice: String)
    /// Something that was done about the run and leaves it as it
    /// is, for the record, such as `effect.retry`.
    case remark(String)

    /// Whether an operator does it, from outside of the definition.
    public var isSteering: Bool {
        switch self {
        case .freeze, .thaw, .deadline, .remark, .renew, .migrate: true
        case .start, .choice, .timer, .effect, .moot: false
        }
    }

    public enum EffectOutcome: String, Hashable, Sendable, Codable { case done, parked, dropped }

    /// The beginning: what was asked for, and who is known to play a
    /// part (`requester`, `holder`), by person id.
    public struct Start: Hashable, Sendable, Codable {
        public let items: [Run.Item]
        public let players: [String: [String]]
        /// Declared facts of the whole request, such as `stolen`; what is not given is false.
        public let flags: [String: Bool]
        /// When what is asked for ends: what timers with `or_at:
        /// until` go by, and others count back from.
        public let until: Timestamp?

        public init(
            items: [Run.Item], players: [String: [String]], flags: [String: Bool] = [:], until: Timestamp? = nil
        ) {
            self.items = items
            self.players = players
            self.flags = flags
            self.until = until
        }
    }

    /// What a person chose: one of the `choices` that the state
    /// offers to their part, or one of `anywhere`.
    public struct Choice: Hashable, Sendable, Codable {
        /// `approve`, `lower` and `reject` travel as `decisions` under
        /// the name `decide`; others as themselves.
        public let name: String
        public let part: String
        /// Person id of who acted, and of the person they stood in for.
        public let by: String
        public let onBehalfOf: String?
        /// Item id → decision; items that are not named stay as they are.
        public let decisions: [String: Decision]
        /// Declared facts of this event, such as `code.valid`.
        public let facts: [String: Bool]
        public let comment: String?

        public init(
            _ name: String, part: String, by: String, onBehalfOf: String? = nil,
            decisions: [String: Decision] = [:], facts: [String: Bool] = [:], comment: String? = nil
        ) {
            self.name = name
            self.part = part
            self.by = by
            self.onBehalfOf = onBehalfOf
            self.decisions = decisions
            self.facts = facts
            self.comment = comment
        }
    }

    public enum Decision: Hashable, Sendable, Codable {
        case approve
        /// Approve with a lower profile; the caller has checked that
        /// it is lower and says whether it needs MFA.
        case lower(to: String, needsMFA: Bool)
        case reject
    }
}
