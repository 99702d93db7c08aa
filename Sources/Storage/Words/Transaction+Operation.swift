import Basics
import Records

extension SQLTransaction {
    func workload(at now: Timestamp, upTo limit: Int) throws -> Workload {
        func count(_ sql: SQL, _ values: [SQLValue] = []) throws -> Int {
            try connection.row(sql, values + [.number(limit)]) { $0.number(0) } ?? 0
        }
        let (effect, timer) = (try oldestEffect(at: now), try oldestTimer(at: now))
        return Workload(
            effectsWaiting: try count(
                "SELECT COUNT(*) FROM (SELECT 1 FROM effect WHERE state = 'due' LIMIT ?) AS few"),
            effectsParked: try count(
                """
                SELECT COUNT(*) FROM (SELECT 1 FROM effect
                    WHERE state IN ('parked', 'dropped', 'cancelled') AND state = 'parked' LIMIT ?) AS few
                """),
            mailsWaiting: try count(
                "SELECT COUNT(*) FROM (SELECT 1 FROM effect WHERE state = 'due' AND kind = 'mail' LIMIT ?) AS few"),
            mailOutage: try mailOutage(), oldestEffectDue: effect,
            timersDue: try count(
                "SELECT COUNT(*) FROM (SELECT 1 FROM timer WHERE at_ms <= ? LIMIT ?) AS few", [.time(now)]),
            oldestTimerDue: timer,
            inbox: try count("SELECT COUNT(*) FROM (SELECT DISTINCT request_id, part FROM inbox LIMIT ?) AS few"),
            factorsLocked: try count(
                "SELECT COUNT(*) FROM (SELECT 1 FROM attempts WHERE locked = 1 LIMIT ?) AS few"),
            webhooks: try webhookCounts(upTo: limit))
    }

    private func oldestEffect(at now: Timestamp) throws -> Timestamp? {
        try connection.row(
            "SELECT due_at_ms FROM effect WHERE state = 'due' AND due_at_ms <= ? ORDER BY due_at_ms LIMIT 1",
            [.time(now)]
        ) { $0.time(0) }
    }

    private func oldestTimer(at now: Timestamp) throws -> Timestamp? {
        try connection.row("SELECT at_ms FROM timer WHERE at_ms <= ? ORDER BY at_ms LIMIT 1", [.time(now)]) {
            $0.time(0)
        }
    }

    func runCounts() throws -> [RunCount] {
        try connection.rows(
            """
            SELECT workflow, workflow_version, state, CASE WHEN ended IS NULL THEN 0 ELSE 1 END AS has_ended, COUNT(*)
            FROM request GROUP BY workflow, workflow_version, state, has_ended
            ORDER BY workflow, workflow_version, state, has_ended
            """, []
        ) {
            RunCount(
                workflow: $0.text(0), version: $0.number(1), state: $0.text(2), hasEnded: $0.number(3) != 0,
                count: $0.number(4))
        }
    }

    func databaseFacts() throws -> DatabaseFacts {
        let dialect = connection.dialect
        return DatabaseFacts(
            kind: dialect.name, bytes: try connection.row(dialect.size, []) { $0.integer(0) } ?? 0,
            schema: try Migrator.version(connection))
    }
}
