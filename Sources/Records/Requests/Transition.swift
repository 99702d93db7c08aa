public import Basics
public import Workflow

/// What one event did to a request, to be committed whole.
public struct Transition: Sendable {
    public let request: RequestID
    /// The version that was read; 0 for a new request.
    ///
    /// The move makes it one more.
    public let expecting: Int64
    /// Nil for a new request.
    ///
    /// The difference in timers is what is written.
    public let before: Run?
    public let after: Run
    public let history: HistoryEntry
    /// Who is asked after the move; replaces what was there.
    public let asks: [InboxEntry]
    public let effects: [Effect]
    /// Keys of due effects that nobody may perform any more.
    public let cancelled: [String]
    /// By which business days were counted; kept with the first move that names it.
    public let calendar: KeptCalendar?
    /// Whether it asks, and nobody can answer.
    public var isVacant = false

    public init(
        request: RequestID, expecting: Int64, before: Run?, after: Run, history: HistoryEntry,
        asks: [InboxEntry], effects: [Effect], cancelled: [String], calendar: KeptCalendar? = nil
    ) {
        self.request = request
        self.expecting = expecting
        self.before = before
        self.after = after
        self.history = history
        self.asks = asks
        self.effects = effects
        self.cancelled = cancelled
        self.calendar = calendar
    }
}
