package import Basics
package import Workflow

/// One line of a request's history.
///
/// Folding the events through `step` gives the stored run again.
package struct HistoryEntry: Sendable {
    package let at: Timestamp
    package let event: Event
    /// For people: `decide`, `timer.remind`, `grant.done`.
    package let name: String
    package let by: Party
    package let onBehalfOf: PersonID?
    package let from: String?
    package let to: String
    package let note: String?
    /// Hash of the calendar that was used; nil in entries from before this was kept.
    package let calendar: String?

    package init(
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
