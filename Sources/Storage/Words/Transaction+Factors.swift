import Basics
import OneTimePassword
import OpenSSL
import Records

extension SQLTransaction {
    func factor(_ id: FactorID) throws -> Factor? {
        try connection.row(
            Factor.columns,
            "FROM factor WHERE id = ?",
            [.id(id)])
    }

    /// Of retired factors the youngest.
    func factor(of person: PersonID, _ state: Factor.State) throws -> Factor? {
        // A parameter that decides whether a partial index fits makes SQLite compile the
        // statement anew each time; one in an expression decides nothing.
        try connection.row(
            Factor.columns,
            "FROM factor WHERE person_id = ? AND state || '' = ? ORDER BY id DESC LIMIT 1",
            [.id(person), .text(state.rawValue)])
    }

    func insertPending(_ factor: Factor) throws {
        // What was never proven leaves nothing behind; the
        // session that could have proven it goes with it.
        try connection.send("DELETE FROM factor WHERE person_id = ? AND state = 'pending'", [.id(factor.person)])
        let known: [SQLValue] = [
            .id(factor.id), .id(factor.person), .text(factor.kind.rawValue), .text(Factor.State.pending.rawValue),
        ]
        let times: [SQLValue] = [.time(factor.lastAcceptedAt), .time(factor.createdAt)]
        switch factor.means {
        case .totp(let own): try connection.send(Factor.columns.inserting, known + own.values + times)
        }
    }

    func activateFactor(_ id: FactorID, using use: Factor.Use, at now: Timestamp) throws {
        let person: PersonID? = try connection.row(
            "SELECT person_id FROM factor WHERE id = ? AND state = 'pending'", [.id(id)]
        ) { $0.id(0) }
        guard let person else {
            throw Fault(.conflict, "This enrolment was replaced or has ended. Begin the enrolment again.")
        }
        // First the old one: never are two factors of a person
        // active, not even within the transaction.
        try retireFactor(of: person, .active, at: now)
        switch use {
        case .step(let step):
            try connection.send(
                "UPDATE factor SET state = 'active', last_step = ?, last_accepted_at_ms = ? WHERE id = ?",
                [.integer(step), .time(now), .id(id)])
        }
        // Whoever was signed in proved less than the account
        // now asks for, or a factor that is no more.
        try endSessions(of: person, except: nil)
    }

    /// Its secret is erased: what works no more needs none, and no
    /// later key rotation has to carry it along.
    func retireFactor(of person: PersonID, _ state: Factor.State, at now: Timestamp) throws {
        try connection.send(
            """
            UPDATE factor SET state = 'retired', retired_at_ms = ?, sealed_secret = ?
            WHERE person_id = ? AND state || '' = ? AND state <> 'retired'
            """,
            [.time(now), .blob([]), .id(person), .text(state.rawValue)])
        // Here, so that no way of taking a factor away can forget it: whoever
        // was signed in proved one that is no more.
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
        try connection.send(
            "UPDATE factor SET last_accepted_at_ms = ? WHERE id = ? AND state = 'active'", [.time(now), .id(factor)])
    }
}

extension Factor {
    static let columns = Columns(
        "factor",
        [
            "id", "person_id", "kind", "state", "algorithm", "digits", "period_seconds", "sealed_secret", "nonce",
            "key_id", "last_step", "last_accepted_at_ms", "created_at_ms",
        ]
    ) { row in
        let kind: Kind = try row.word(2)
        let means: Means =
            switch kind {
            case .totp: .totp(try TOTPMeans(RowPart(row: row, first: 4)))
            }
        return Factor(
            id: row.id(0), person: row.id(1), state: try row.word(3), means: means, lastAcceptedAt: row.maybeTime(11),
            createdAt: row.time(12))
    }
}

/// From `algorithm` to `last_step`: the columns that only this kind has.
extension TOTPMeans {
    fileprivate init(_ row: any SQLRow) throws {
        guard let digits = OTPParameters.Digits(rawValue: row.number(1)) else {
            throw UnreadableRow(column: 1, text: String(row.integer(1)))
        }
        self.init(
            parameters: try OTPParameters(
                algorithm: try row.word(0), digits: digits, periodSeconds: row.number(2)),
            sealedSecret: row.blob(3), nonce: row.blob(4), keyID: row.text(5), lastStep: row.maybeInteger(6))
    }

    fileprivate var values: [SQLValue] {
        [
            .text(parameters.algorithm.rawValue), .number(parameters.digits.rawValue),
            .number(parameters.periodSeconds), .blob(sealedSecret), .blob(nonce), .text(keyID), .maybe(lastStep),
        ]
    }
}
