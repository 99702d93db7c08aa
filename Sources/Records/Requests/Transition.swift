package import Basics
package import Workflow

/// What one event did to a request, to be committed whole.
package struct Transition: Sendable {
    package let request: RequestID
    /// The version that was read; 0 for a new request.
    ///
    /// The move makes it one more.
    package let expecting: Int64
    /// Nil for a new request.
    ///
    /// The difference in timers is what is written.
    package let before: Run?
    package let after: Run
    package let history: HistoryEntry
    /// Who is asked after the move; replaces what was there.
    package let asks: [InboxEntry]
    package let effects: [Effect]
    /// Keys of due effects that nobody may perform any more.
    package let cancelled: [String]
    /// By which business days were counted; kept with the first move that names it.
    package let calendar: KeptCalendar?
    /// Whether it asks, and nobody can answer.
    package var isVacant = false

    package init(
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
