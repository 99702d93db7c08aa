public import Basics

/// One request on its way through a definition: everything that
/// `step` reads, nothing that it could look up.
///
/// A value of plain data. `canonicalJSON` gives the same bytes for the same run, so that a
/// replay can be compared with what is stored. No secret is ever a field.
public struct Run: Hashable, Sendable, Codable {
    /// Name and version of the definition that the run follows.
    public let workflow: String
    public internal(set) var version: Int
    public internal(set) var state: String
    /// Entry to `state`; its timers count from here.
    public internal(set) var enteredAt: Timestamp
    /// Transitions taken so far, those that stay included; makes effect keys unique in every loop.
    public internal(set) var round: Int
    public internal(set) var items: [Item]
    /// Who played which part so far, by person id; four eyes are judged by this.
    public internal(set) var players: [String: [String]]
    /// The parts whose answer is awaited, the first as the state names it, others added by timers.
    public internal(set) var asked: [String]
    /// Shown, sorted by and counted as overdue; moves nothing.
    public internal(set) var dueAt: Timestamp?
    public internal(set) var timers: [Timer]
    /// How often a limited branch or timer was taken, by `state.branch`.
    public internal(set) var counts: [String: Int]
    /// Effects that were ordered and may have to be undone or waited for, in order.
    public internal(set) var ledger: [LedgerEntry]
    /// How the run ended; nil while it goes on.
    public internal(set) var ended: Ending?
    /// Declared facts of the whole request, such as `stolen`; conditions read them as `request.NAME`.
    public let flags: [String: Bool]
    /// The instant that timers with `or_at: until` bring forward to, and others
    /// count back from; nil where nobody named one.
    public let until: Timestamp?
    /// Since when the run rests: its timers do not fire and people decide
    /// nothing; nil while it goes on, and at its end.
    ///
    /// Until it is thawed, `timers` and `dueAt` stand as they were at this instant.
    public internal(set) var frozenAt: Timestamp?
    /// Whether the last awaited effect was settled, or the last item decided, while the run
    /// was frozen: what follows on `done` or `decided` follows at the thaw.
    public internal(set) var owesDone = false

    public enum Ending: String, Hashable, Sendable, Codable, CaseIterable {
        case success, refused, lapsed, withdrawn, error
    }

    /// One cloud with one profile, decided by itself; in a review one person's grant.
    public struct Item: Hashable, Sendable, Codable {
        /// The cloud's id, or the grant's.
        public let id: String
        /// The profile that was asked for, and the one that holds after decisions.
        public let asked: String
        public internal(set) var profile: String
        public internal(set) var state: State
        /// Whether `profile` holds a role that works with MFA only.
        public internal(set) var needsMFA: Bool
        /// Id of the person whom the item is about, where that is not the same for the whole
        /// request: nobody decides about themselves.
        public let about: String?

        public enum State: String, Hashable, Sendable, Codable, CaseIterable {
            case waiting, approved, refused, granted, active, withdrawn
            /// What it was about ended by other means: there is nothing left to decide.
            case moot
        }

        public init(id: String, profile: String, needsMFA: Bool, about: String? = nil) {
            self.init(id: id, asked: profile, profile: profile, state: .waiting, needsMFA: needsMFA, about: about)
        }

        init(id: String, asked: String, profile: String, state: State, needsMFA: Bool, about: String? = nil) {
            self.id = id
            self.asked = asked
            self.profile = profile
            self.state = state
            self.needsMFA = needsMFA
            self.about = about
        }
    }

    /// The timers that fire by themselves: none while the run is frozen.
    public var armedTimers: [Timer] { frozenAt == nil ? timers : [] }

    /// The due date that counts: none while the run is frozen.
    public var runningDueAt: Timestamp? { frozenAt == nil ? dueAt : nil }

    /// An instant at which the run moves, reminds or asks somebody else by itself.
    public struct Timer: Hashable, Sendable, Codable {
        /// Unique within the run while it is pending.
        public let id: String
        public internal(set) var at: Timestamp
    }

    public struct LedgerEntry: Hashable, Sendable, Codable {
        public let key: String
        public let effect: String
        public let item: String?
        /// The round in which it was ordered; an undo keyed by round carries the same.
        public let round: Int
        public internal(set) var state: State

        public enum State: String, Hashable, Sendable, Codable { case pending, done, parked, undone, dropped }

        /// Whether its outcome is still to be reported.
        var isOpen: Bool { state == .pending || state == .parked }
    }
}
