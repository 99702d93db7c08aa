import Basics
import Records

extension SQLTransaction {
    func workload(at now: Timestamp, upTo limit: Int) throws -> Workload {
        func count(_ sql: StaticString, _ values: [SQLValue] = []) throws -> Int {
            try connection.row(sql, values + [.number(limit)]) { $0.number(0) } ?? 0
        }
        let (effect, timer) = (try oldestEffect(at: now), try oldestTimer(at: now))
        return Workload(
            effectsWaiting: try count(
                "SELECT COUNT(*) FROM (SELECT 1 FROM effect WHERE state = 'due' LIMIT ?) AS some"),
            effectsParked: try count(
                """
                SELECT COUNT(*) FROM (SELECT 1 FROM effect
                    WHERE state IN ('parked', 'dropped', 'cancelled') AND state = 'parked' LIMIT ?) AS some
                """),
            mailsWaiting: try count(
                "SELECT COUNT(*) FROM (SELECT 1 FROM effect WHERE state = 'due' AND kind = 'mail' LIMIT ?) AS some"),
            mailOutage: try mailOutage(), oldestEffectDue: effect,
            timersDue: try count(
                "SELECT COUNT(*) FROM (SELECT 1 FROM timer WHERE at_ms <= ? LIMIT ?) AS some", [.time(now)]),
            oldestTimerDue: timer,
            inbox: try count("SELECT COUNT(*) FROM (SELECT DISTINCT request_id, part FROM inbox LIMIT ?) AS some"),
            factorsLocked: try count(
                "SELECT COUNT(*) FROM (SELECT 1 FROM attempts WHERE locked = 1 LIMIT ?) AS some"))
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
            SELECT workflow, workflow_version, state, ended IS NOT NULL, COUNT(*) FROM request
            GROUP BY workflow, workflow_version, state, ended IS NOT NULL
            ORDER BY workflow, workflow_version, state
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
