import Basics
import OneTimePassword
import OpenSSL
import Records

extension SQLTransaction {
    func factor(_ id: FactorID) throws -> Factor? {
        try connection.row(
            """
            SELECT id, person_id, kind, state, algorithm, digits, period_seconds, sealed_secret, nonce, key_id,
                last_step, last_accepted_at_ms, created_at_ms
            FROM factor WHERE id = ?
            """,
            [.id(id)], Self.factor)
    }

    /// Of retired factors the youngest.
    func factor(of person: PersonID, _ state: Factor.State) throws -> Factor? {
        // A parameter that decides whether a partial index fits makes SQLite compile the statement anew each time; one
        // in an expression decides nothing.
        try connection.row(
            """
            SELECT id, person_id, kind, state, algorithm, digits, period_seconds, sealed_secret, nonce, key_id,
                last_step, last_accepted_at_ms, created_at_ms
            FROM factor WHERE person_id = ? AND state || '' = ? ORDER BY id DESC LIMIT 1
            """,
            [.id(person), .text(state.rawValue)], Self.factor)
    }

    func insertPending(_ factor: Factor) throws {
        // What was never proven leaves nothing behind; the session that could have proven it goes with it.
        try connection.run("DELETE FROM factor WHERE person_id = ? AND state = 'pending'", [.id(factor.person)])
        try connection.run(
            """
            INSERT INTO factor
                (id, person_id, kind, state, algorithm, digits, period_seconds, sealed_secret, nonce, key_id,
                 last_step, last_accepted_at_ms, created_at_ms)
            VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .id(factor.id), .id(factor.person), .text(factor.kind), .text(factor.parameters.algorithm.rawValue),
                .number(factor.parameters.digits.rawValue), .number(factor.parameters.periodSeconds),
                .blob(factor.sealedSecret), .blob(factor.nonce), .text(factor.keyID), .maybe(factor.lastStep),
                .time(factor.lastAcceptedAt), .time(factor.createdAt),
            ])
    }

    func activateFactor(_ id: FactorID, step: Int64, at now: Timestamp) throws {
        let person: PersonID? = try connection.row(
            "SELECT person_id FROM factor WHERE id = ? AND state = 'pending'", [.id(id)]
        ) { $0.id(0) }
        guard let person else {
            throw Fault(.conflict, "This enrolment was replaced or has ended. Begin the enrolment again.")
        }
        // First the old one: never are two factors of a person active, not even within the transaction.
        try retireFactor(of: person, .active, at: now)
        try connection.run(
            "UPDATE factor SET state = 'active', last_step = ?, last_accepted_at_ms = ? WHERE id = ?",
            [.integer(step), .time(now), .id(id)])
        // Whoever was signed in proved less than the account now asks for, or a factor that is no more.
        try endSessions(of: person, except: nil)
    }

    /// Its secret is erased: what works no more needs none, and no later key rotation has to carry it along.
    func retireFactor(of person: PersonID, _ state: Factor.State, at now: Timestamp) throws {
        try connection.run(
            """
            UPDATE factor SET state = 'retired', retired_at_ms = ?, sealed_secret = ?
            WHERE person_id = ? AND state || '' = ? AND state <> 'retired'
            """,
            [.time(now), .blob([]), .id(person), .text(state.rawValue)])
        // Here, so that no way of taking a factor away can forget it: whoever was signed in proved one that is no more.
        if state == .active { try endSessions(of: person, except: nil) }
    }

    func hadFactor(_ person: PersonID) throws -> Bool {
        // One that was never proven has no step, and was no factor.
        try connection.row(
            "SELECT 1 FROM factor WHERE person_id = ? AND state = 'retired' AND last_step IS NOT NULL LIMIT 1",
            [.id(person)]
        ) { $0.integer(0) } != nil
    }

    func acceptStep(_ step: Int64, of factor: FactorID) throws -> Bool {
        try connection.run(
            "UPDATE factor SET last_step = ?1 WHERE id = ?2 AND state = 'active' AND last_step < ?1",
            [.integer(step), .id(factor)]) == 1
    }

    func recordProof(of factor: FactorID, at now: Timestamp) throws {
        try connection.run(
            "UPDATE factor SET last_accepted_at_ms = ? WHERE id = ? AND state = 'active'", [.time(now), .id(factor)])
    }

    private static func factor(_ row: any SQLRow) throws -> Factor {
        guard let digits = OTPParameters.Digits(rawValue: row.number(5)) else {
            throw UnreadableRow(column: 5, text: String(row.integer(5)))
        }
        let parameters = try OTPParameters(
            algorithm: try row.word(4), digits: digits, periodSeconds: row.number(6))
        return Factor(
            id: row.id(0), person: row.id(1), kind: row.text(2), state: try row.word(3), parameters: parameters,
            sealedSecret: row.blob(7), nonce: row.blob(8), keyID: row.text(9), lastStep: row.maybeInteger(10),
            lastAcceptedAt: row.maybeTime(11), createdAt: row.time(12))
    }
}
