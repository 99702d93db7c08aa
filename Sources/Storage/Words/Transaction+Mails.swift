import Basics
import Records

/// Mails on their way out, and back.
extension SQLTransaction {
    func hasDueMail(of request: RequestID?, at now: Timestamp) throws -> Bool {
        if let request {
            return try connection.row(
                """
                SELECT 1 FROM effect
                WHERE key > ?1 AND key < ?2 AND state = 'due' AND kind || '' = 'mail' AND +due_at_ms <= ?3
                    AND claimed_until_ms <= ?3
                LIMIT 1
                """,
                EffectKey.Scope.request(request).boundValues + [.time(now)]
            ) { _ in true } ?? false
        }
        return try connection.row(
            """
            SELECT 1 FROM effect
            WHERE state = 'due' AND kind = 'mail' AND due_at_ms <= ?1 AND claimed_until_ms <= ?1 LIMIT 1
            """,
            [.time(now)]
        ) { _ in true } ?? false
    }

    func claimMails(
        of request: RequestID?, at now: Timestamp, limit: Int, withFiles: Bool, leaseSeconds: Int64
    ) throws -> [Effect] {
        let limit = max(limit, 0)
        let due =
            if let request {
                try connection.rows(
                    Effect.columns,
                    """
                    FROM effect
                    WHERE key > ?1 AND key < ?2 AND state = 'due' AND kind || '' = 'mail' AND +due_at_ms <= ?3
                        AND claimed_until_ms <= ?3
                    ORDER BY +due_at_ms, key LIMIT ?4
                    """,
                    EffectKey.Scope.request(request).boundValues + [.time(now), .number(limit)])
            } else {
                try connection.rows(
                    Effect.columns,
                    """
                    FROM effect
                    WHERE state = 'due' AND kind = 'mail' AND due_at_ms <= ?1 AND claimed_until_ms <= ?1
                        AND (?3 = 1 OR substr(key, 1, 5) <> 'file/')
                    ORDER BY due_at_ms, key LIMIT ?2
                    """,
                    [.time(now), .number(limit), .number(withFiles ? 1 : 0)])
            }
        return try due.filter { try claim($0, at: now, leaseSeconds: leaseSeconds) }
    }

    func release(_ effect: Effect) throws {
        try connection.send(
            "UPDATE effect SET tries = ?1, claimed_until_ms = 0 WHERE key = ?2 AND state = 'due' AND tries = ?1 + 1",
            [.number(effect.tries), .text(effect.key)])
    }

    func isHeld(_ effect: Effect) throws -> Bool {
        // Each claim counts one more try.
        try connection.row(
            "SELECT 1 FROM effect WHERE key = ? AND state = 'due' AND tries = ?",
            [.text(effect.key), .number(effect.tries + 1)]
        ) { _ in true } ?? false
    }

    func putOff(
        _ key: String, _ cause: DeliveryFailure.Cause, since: Timestamp, until due: Timestamp, error: String
    ) throws {
        try connection.send(
            """
            UPDATE effect SET due_at_ms = ?, claimed_until_ms = 0, error = ?, failing_since_ms = ?, cause = ?
            WHERE key = ? AND state = 'due'
            """,
            [.time(due), .text(error), .time(since), .text(cause.rawValue), .text(key)])
    }

    func park(_ key: String, _ cause: DeliveryFailure.Cause, at now: Timestamp, note: String) throws {
        try connection.send(
            """
            UPDATE effect SET state = 'parked', settled_at_ms = ?, error = ?, cause = ?
            WHERE key = ? AND state = 'due'
            """,
            [.time(now), .text(note), .text(cause.rawValue), .text(key)])
    }

    func parkMails(orderedBefore limit: Timestamp, at now: Timestamp, note: String) throws {
        // What a courier holds is settled by that courier.
        try connection.send(
            """
            UPDATE effect SET state = 'parked', settled_at_ms = ?1, error = ?2, cause = 'server'
            WHERE state = 'due' AND kind = 'mail' AND due_at_ms <= ?1 AND claimed_until_ms <= ?1
                AND ordered_at_ms <= ?3 AND (cause IS NULL OR cause = 'server')
            """,
            [.time(now), .text(note), .time(limit)])
    }

    func hasten(_ cause: DeliveryFailure.Cause, at now: Timestamp) throws {
        try connection.send(
            """
            UPDATE effect SET due_at_ms = ?1
            WHERE state = 'due' AND kind = 'mail' AND due_at_ms > ?1 AND cause = ?2
            """,
            [.time(now), .text(cause.rawValue)])
    }

    func takeBack(_ key: String, at now: Timestamp, note: String) throws -> Bool {
        try connection.run(
            """
            UPDATE effect SET state = 'parked', settled_at_ms = ?, error = ?, cause = 'recipient'
            WHERE key = ? AND state = 'done' AND kind = 'mail'
            """,
            [.time(now), .text(note), .text(key)]) == 1
    }

    func isToldMeanwhile(_ effect: Effect, since start: Timestamp) throws -> Bool {
        guard let scope = effect.scope else { return false }
        // The empty text keeps the planner with the few effects of one request.
        return try connection.row(
            """
            SELECT 1 FROM effect
            WHERE key > ?1 AND key < ?2 AND kind || '' = 'mail' AND needed_in || '' = ?3 AND recipient_id || '' = ?4
                AND ordered_at_ms >= ?6 AND ordered_at_ms < ?5
                AND (state || '' = 'due' OR (state || '' = 'done' AND settled_at_ms > ?5))
            LIMIT 1
            """,
            scope.boundValues + [
                .maybe(effect.order.needed), .id(effect.order.recipient), .time(effect.orderedAt), .time(start),
            ]
        ) { _ in true } ?? false
    }

    func mails(to person: PersonID, limit: Int) throws -> [Effect] {
        try connection.rows(
            Effect.columns,
            "FROM effect WHERE kind = 'mail' AND recipient_id = ? ORDER BY ordered_at_ms DESC LIMIT ?",
            [.id(person), .number(max(limit, 0))])
    }

    func mails(toAddress address: EmailAddress, limit: Int) throws -> [Effect] {
        try connection.rows(
            Effect.columns,
            "FROM effect WHERE address = ? ORDER BY ordered_at_ms DESC LIMIT ?",
            [.text(address.text), .number(max(limit, 0))])
    }

    func parkedEffects(_ filter: ParkedFilter, limit: Int) throws -> [Effect] {
        try connection.rows(
            Effect.columns,
            """
            FROM effect
            WHERE state IN ('parked', 'dropped', 'cancelled') AND state = 'parked' AND key > ?1
                AND (CAST(?2 AS TEXT) IS NULL OR replace(error, ?2, '') <> error)
                AND (?3 = 0 OR EXISTS (SELECT 1 FROM request WHERE id = request_id AND request.ended IS NOT NULL))
                AND (?4 = 0
                    OR NOT EXISTS (SELECT 1 FROM request WHERE id = request_id AND request.ended IS NOT NULL))
            ORDER BY key LIMIT ?5
            """,
            [
                .text(filter.after ?? ""), .maybe(filter.error), .number(filter.isEnded ? 1 : 0),
                .number(filter.isOpen ? 1 : 0), .number(max(limit, 0)),
            ])
    }
}

extension EffectKey.Scope {
    /// For `key > ? AND key < ?`.
    var boundValues: [SQLValue] { [.text(bounds.lower), .text(bounds.upper)] }
}
