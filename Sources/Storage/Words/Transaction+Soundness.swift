import Basics
import Directory
import Records

extension SQLTransaction {
    func sealingKeysInUse() throws -> [String] {
        try connection.rows(
            """
            SELECT key_id FROM factor WHERE state <> 'retired' UNION SELECT key_id FROM token_key ORDER BY key_id
            """, []
        ) { $0.text(0) }
    }

    func factor(sealedBy key: String) throws -> Factor? {
        let id: FactorID? = try connection.row(
            "SELECT id FROM factor WHERE key_id = ? AND state <> 'retired' ORDER BY id DESC LIMIT 1", [.text(key)]
        ) { $0.id(0) }
        return try id.flatMap { try factor($0) }
    }

    func newestInvitation() throws -> Invitation? {
        let request: RequestID? = try connection.row(
            "SELECT request_id FROM invitation ORDER BY request_id DESC LIMIT 1", []
        ) { $0.id(0) }
        return try request.flatMap { try invitation(of: $0) }
    }

    func instantsAhead(of limit: Timestamp) throws -> [InstantsAhead] {
        func found(_ kind: InstantsAhead.Kind, _ sql: SQL, _ values: [SQLValue]) throws -> InstantsAhead? {
            let count: (Int, Int64)? = try connection.row(sql, values) { ($0.number(0), $0.integer(1)) }
            guard let count, count.0 > 0 else { return nil }
            return InstantsAhead(kind: kind, count: count.0, latest: Timestamp(milliseconds: count.1))
        }
        let at = SQLValue.time(limit)
        return try [
            found(
                .session,
                """
                SELECT COUNT(*), COALESCE(MAX(CASE WHEN seen_at_ms > created_at_ms THEN seen_at_ms
                    ELSE created_at_ms END), 0)
                FROM session WHERE seen_at_ms > ?1 OR created_at_ms > ?1
                """, [at]),
            found(
                .wait, "SELECT COUNT(*), COALESCE(MAX(blocked_until_ms), 0) FROM attempts WHERE blocked_until_ms > ?1",
                [.time(limit.adding(seconds: 3_600))]),
        ].compactMap(\.self)
    }

    func factorsAhead(of limit: Timestamp) throws -> [FactorID] {
        try connection.rows(
            """
            SELECT id FROM factor
            WHERE state <> 'retired' AND (last_step * period_seconds > ? OR last_accepted_at_ms > ?) ORDER BY id
            """, [.integer(limit.seconds), .time(limit)]
        ) { $0.id(0) }
    }

    func organizationsWithout(_ duty: Duty) throws -> [String] {
        try connection.rows(
            """
            SELECT o.slug FROM organization o WHERE NOT EXISTS (
                SELECT 1 FROM duty d JOIN person p ON p.id = d.person_id
                WHERE d.organization_id = o.id AND d.duty = ? AND p.state IN ('invited', 'active'))
            ORDER BY o.slug
            """, [.text(duty.rawValue)]
        ) { $0.text(0) }
    }

    func hasHolderForAll(of duty: Duty) throws -> Bool {
        try connection.row(
            """
            SELECT 1 FROM duty d JOIN person p ON p.id = d.person_id
            WHERE d.organization_id IS NULL AND d.duty = ? AND p.state IN ('invited', 'active') LIMIT 1
            """, [.text(duty.rawValue)]
        ) { $0.number(0) } != nil
    }

    func removeNote(_ name: String) throws {
        try connection.send("DELETE FROM note WHERE name = ?", [.text(name)])
    }

    func setLastStep(_ step: Int64, of factor: FactorID) throws {
        try connection.send(
            "UPDATE factor SET last_step = ?, last_accepted_at_ms = NULL WHERE id = ?", [.integer(step), .id(factor)])
    }

    func endWaits(after limit: Timestamp) throws -> Int {
        try connection.run(
            "UPDATE attempts SET blocked_until_ms = NULL WHERE blocked_until_ms > ?", [.time(limit)])
    }

    func endSessions(after limit: Timestamp) throws -> Int {
        try connection.run(
            "DELETE FROM session WHERE seen_at_ms > ?1 OR created_at_ms > ?1", [.time(limit)])
    }
}
