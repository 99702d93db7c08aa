import Basics
import Records

/// How effects are taken and settled: every change is one conditional
/// write, so that any number of workers may try.
extension SQLTransaction {
    func dueEffects(at now: Timestamp, limit: Int) throws -> [Effect] {
        try connection.rows(
            Effect.columns,
            """
            FROM effect WHERE state = 'due' AND due_at_ms <= ?1 AND claimed_until_ms <= ?1
            ORDER BY due_at_ms, key LIMIT ?2
            """,
            [.time(now), .number(max(limit, 0))])
    }

    func dueLocalEffects(at now: Timestamp, limit: Int) throws -> [Effect] {
        try connection.rows(
            Effect.columns,
            """
            FROM effect
            WHERE state = 'due' AND kind <> 'mail' AND kind <> 'logout' AND due_at_ms <= ?1 AND claimed_until_ms <= ?1
            ORDER BY due_at_ms, key LIMIT ?2
            """,
            [.time(now), .number(max(limit, 0))])
    }

    func dueLocalEffects(of request: RequestID, at now: Timestamp) throws -> [Effect] {
        // The empty text keeps the planner off the index of due
        // effects, whose number grows with other requests.
        try connection.rows(
            Effect.columns,
            """
            FROM effect
            WHERE key > ?1 AND key < ?2 AND state = 'due' AND kind || '' NOT IN ('mail', 'logout') AND +due_at_ms <= ?3
                AND claimed_until_ms <= ?3
            ORDER BY +due_at_ms, key
            """,
            EffectKey.Scope.request(request).boundValues + [.time(now)])
    }

    func hasDueLogout(at now: Timestamp) throws -> Bool { try !dueLogouts(at: now, limit: 1).isEmpty }

    func claimLogouts(at now: Timestamp, limit: Int, leaseSeconds: Int64) throws -> [Effect] {
        try dueLogouts(at: now, limit: limit).filter { try claim($0, at: now, leaseSeconds: leaseSeconds) }
    }

    private func dueLogouts(at now: Timestamp, limit: Int) throws -> [Effect] {
        try connection.rows(
            Effect.columns,
            """
            FROM effect WHERE state = 'due' AND kind = 'logout' AND due_at_ms <= ?1 AND claimed_until_ms <= ?1
            ORDER BY due_at_ms, key LIMIT ?2
            """,
            [.time(now), .number(max(limit, 0))])
    }

    func claim(_ effect: Effect, at now: Timestamp, leaseSeconds: Int64) throws -> Bool {
        // The number of tries tells whether somebody else tried since the effect was read.
        try connection.run(
            """
            UPDATE effect SET tries = tries + 1, claimed_until_ms = ?1
            WHERE key = ?2 AND state = 'due' AND due_at_ms <= ?3 AND claimed_until_ms <= ?3 AND tries = ?4
            """,
            [
                .time(now.adding(seconds: leaseSeconds)), .text(effect.key), .time(now), .number(effect.tries),
            ]) == 1
    }

    func settle(_ key: String, as state: Effect.State, at now: Timestamp, note: String?) throws -> Bool {
        precondition(state != .due, "settling is for good; postpone puts an effect back")
        return try connection.run(
            "UPDATE effect SET state = ?, settled_at_ms = ?, error = ? WHERE key = ? AND state = 'due'",
            [.text(state.rawValue), .time(now), .maybe(note), .text(key)]) == 1
    }

    /// - Throws: `Fault.Code.conflict` if the effect is done, dropped or
    ///   cancelled; `notFound` if there is none.
    func postpone(_ key: String, until due: Timestamp, tries: Int, error: String?) throws {
        let updated = try connection.run(
            """
            UPDATE effect SET state = 'due', due_at_ms = ?, claimed_until_ms = 0, settled_at_ms = NULL, tries = ?,
                error = ?, failing_since_ms = NULL, cause = NULL
            WHERE key = ? AND state IN ('due', 'parked')
            """,
            [.time(due), .number(tries), .maybe(error), .text(key)])
        guard updated == 0 else { return }
        guard let effect = try effect(key: key) else { throw Fault(.notFound, "There is no such effect.") }
        throw Fault(.conflict, "This effect is \(word: effect.state.rawValue) and cannot be tried again.")
    }

    /// Harmless when it was settled before: what is done is undone by another effect, not by this.
    func cancelEffect(_ key: String, at now: Timestamp) throws {
        try connection.send(
            "UPDATE effect SET state = 'cancelled', settled_at_ms = ? WHERE key = ? AND state = 'due'",
            [.time(now), .text(key)])
    }
}
