public import Basics
public import Workflow

/// One line of a request's history.
///
/// Folding the events through `step` gives the stored run again.
public struct HistoryEntry: Sendable {
    public let at: Timestamp
    public let event: Event
    /// For people: `decide`, `timer.remind`, `grant.done`.
    public let name: String
    public let by: Party
    public let onBehalfOf: PersonID?
    public let from: String?
    public let to: String
    public let note: String?
    /// Hash of the calendar that was used; nil in entries from before this was kept.
    public let calendar: String?

    public init(
        at: Timestamp, event: Event, name: String, by: Party, onBehalfOf: PersonID?, from: String?, to: String,
        note: String?, calendar: String? = nil
    ) {
        self.at = at
        self.event = event
        self.name = name
        self.by = by
        self.onBehalfOf = onBehalfOf
        self.from = from
        self.to = to
        self.note = note
        self.calendar = calendar
    }
}
