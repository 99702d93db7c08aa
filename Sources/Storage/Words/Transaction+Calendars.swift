import Basics
import Records

extension SQLTransaction {
    func calendar(hash: String) throws -> KeptCalendar? {
        try connection.row(
            "SELECT time_zone, clock_changes, source FROM calendar WHERE hash = ?", [.text(hash)]
        ) { try KeptCalendar(timeZone: $0.text(0), clockChanges: $0.text(1), source: $0.text(2)) }
    }

    /// Keeps a calendar that the database may not know yet.
    ///
    /// Costs nothing once this process has seen it committed: every step names one.
    func keep(_ calendar: KeptCalendar, at now: Timestamp) throws {
        guard known?.holds(calendar.hash) != true else { return }
        if try self.calendar(hash: calendar.hash) == nil {
            try connection.send(
                "INSERT INTO calendar (hash, time_zone, clock_changes, source, kept_at_ms) VALUES (?, ?, ?, ?, ?)",
                [
                    .text(calendar.hash), .text(calendar.timeZone), .text(calendar.clockChanges),
                    .text(calendar.source), .time(now),
                ])
        }
        known?.note(calendar.hash)
    }
}

/// Hashes of calendars that are in the database as this transaction sees it.
///
/// Used by the writer's thread alone. What a body noted is forgotten with the body, and what a
/// batch noted with the batch, so that nobody relies on a row that was rolled back.
final class KnownCalendars {
    private var committed: Set<String> = []
    private var noted: [String] = []

    func holds(_ hash: String) -> Bool { committed.contains(hash) || noted.contains(hash) }
    func note(_ hash: String) { noted.append(hash) }

    /// How much was noted so far, to go back to.
    var mark: Int { noted.count }
    func forget(since mark: Int) { noted.removeSubrange(mark...) }

    func commit() {
        committed.formUnion(noted)
        noted = []
    }
}
