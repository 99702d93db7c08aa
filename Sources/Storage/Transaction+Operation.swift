import Basics
import Onboarding

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
            oldestEffectDue: effect,
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

    /// Newest first, each filter by the index that leads to few rows.
    func auditEntries(_ filter: AuditFilter, before sequence: Int64, limit: Int) throws -> [AuditEntry] {
        let first = try filter.from.map(firstAuditSequence) ?? 0
        let end = try filter.until.map(firstAuditSequence).map { $0 + 2 * Self.auditSlack } ?? .max
        let values: [SQLValue] = [
            .integer(first), .integer(min(sequence, end)), .time(filter.from), .time(filter.until),
            .maybe(filter.actor), .maybe(filter.action), .maybe(filter.subject), .maybe(filter.request),
            .number(max(limit, 0)),
        ]
        if filter.subject != nil {
            return try connection.rows(
                """
                SELECT sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
                    previous_hash, hash
                FROM audit WHERE subject = ?7 AND sequence >= ?1 AND sequence < ?2
                    AND (CAST(?3 AS BIGINT) IS NULL OR at_ms >= ?3) AND (CAST(?4 AS BIGINT) IS NULL OR at_ms < ?4)
                    AND (CAST(?5 AS TEXT) IS NULL OR actor = ?5 OR on_behalf_of = ?5)
                    AND (CAST(?6 AS TEXT) IS NULL OR action = ?6) AND (CAST(?8 AS TEXT) IS NULL OR request = ?8)
                ORDER BY sequence DESC LIMIT ?9
                """, values, Self.auditEntry)
        }
        return try connection.rows(
            """
            SELECT sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
                previous_hash, hash
            FROM audit WHERE sequence >= ?1 AND sequence < ?2
                AND (CAST(?3 AS BIGINT) IS NULL OR at_ms >= ?3) AND (CAST(?4 AS BIGINT) IS NULL OR at_ms < ?4)
                AND (CAST(?5 AS TEXT) IS NULL OR actor = ?5 OR on_behalf_of = ?5)
                AND (CAST(?6 AS TEXT) IS NULL OR action = ?6) AND (CAST(?7 AS TEXT) IS NULL OR subject = ?7)
                AND (CAST(?8 AS TEXT) IS NULL OR request = ?8)
            ORDER BY sequence DESC LIMIT ?9
            """, values, Self.auditEntry)
    }

    /// By how many entries the order of time may differ from that of the trail: commands that wait for one another
    /// take their time before they are written.
    private static var auditSlack: Int64 { 1_000 }

    /// About where the trail was at an instant, rather too early than too late.
    private func firstAuditSequence(from: Timestamp) throws -> Int64 {
        let found: Int64? = try connection.row(
            "SELECT sequence FROM audit WHERE at_ms >= ? ORDER BY at_ms LIMIT 1", [.time(from)]
        ) { $0.integer(0) }
        if let found { return max(0, found - Self.auditSlack) }
        return max(0, (try lastAuditEntry()?.sequence ?? 0) + 1 - Self.auditSlack)
    }
}
