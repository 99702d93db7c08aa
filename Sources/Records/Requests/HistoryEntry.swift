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
    /// A person id, `operator NAME`, or `usher` for timers and effects.
    package let by: String
    package let onBehalfOf: String?
    package let from: String?
    package let to: String
    package let note: String?
    /// Hash of the calendar that was used; nil in entries from before this was kept.
    package let calendar: String?

    package init(
        at: Timestamp, event: Event, name: String, by: String, onBehalfOf: String?, from: String?, to: String,
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
