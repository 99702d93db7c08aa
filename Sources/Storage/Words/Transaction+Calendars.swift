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
        guard memory?.holds(calendar: calendar.hash) != true else { return }
        if try self.calendar(hash: calendar.hash) == nil {
            try connection.send(
                "INSERT INTO calendar (hash, time_zone, clock_changes, source, kept_at_ms) VALUES (?, ?, ?, ?, ?)",
                [
                    .text(calendar.hash), .text(calendar.timeZone), .text(calendar.clockChanges),
                    .text(calendar.source), .time(now),
                ])
        }
        memory?.note(calendar: calendar.hash)
    }
}
