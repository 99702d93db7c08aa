import Basics
import Records
import Workflow

extension SQLTransaction {
    func dueTimers(at now: Timestamp, limit: Int) throws -> [DueTimer] {
        try connection.rows(
            """
            SELECT request_id, timer, at_ms FROM timer WHERE at_ms <= ? ORDER BY at_ms, request_id, timer LIMIT ?
            """,
            [.time(now), .number(max(limit, 0))]
        ) { DueTimer(request: $0.id(0), timer: $0.text(1), at: $0.time(2)) }
    }

    /// Writes the difference only: most moves keep most timers.
    func replaceTimers(of request: RequestID, _ before: [Run.Timer], with after: [Run.Timer]) throws {
        for timer in before where !after.contains(where: { $0.id == timer.id }) {
            try connection.send(
                "DELETE FROM timer WHERE request_id = ? AND timer = ?", [.id(request), .text(timer.id)])
        }
        for timer in after where !before.contains(timer) {
            try connection.send(
                """
                INSERT INTO timer (request_id, timer, at_ms) VALUES (?, ?, ?)
                ON CONFLICT (request_id, timer) DO UPDATE SET at_ms = excluded.at_ms
                """,
                [.id(request), .text(timer.id), .time(timer.at)])
        }
    }
}
