import Basics
import OneTimePassword
import Records

extension SQLTransaction {
    func passwordHash(of person: PersonID) throws -> String? {
        try connection.row("SELECT phc FROM password WHERE person_id = ?", [.id(person)]) { $0.text(0) }
    }

    func setPasswordHash(_ phc: String, of person: PersonID, at now: Timestamp) throws {
        try connection.send(
            """
            INSERT INTO password (person_id, phc, changed_at_ms) VALUES (?, ?, ?)
            ON CONFLICT (person_id) DO UPDATE SET phc = excluded.phc, changed_at_ms = excluded.changed_at_ms
            """,
            [.id(person), .text(phc), .time(now)])
    }

    func passwordChosenAt(_ person: PersonID) throws -> Timestamp? {
        try connection.row("SELECT changed_at_ms FROM password WHERE person_id = ?", [.id(person)]) { $0.time(0) }
    }

    func passwordLink(tokenHash: [UInt8]) throws -> PasswordLink? {
        try connection.row(
            PasswordLink.columns,
            "FROM password_link WHERE token_hash = ?", [.blob(tokenHash)])
    }

    func passwordLink(of person: PersonID) throws -> PasswordLink? {
        try connection.row(
            PasswordLink.columns,
            "FROM password_link WHERE person_id = ?", [.id(person)])
    }

    func replacePasswordLink(with link: PasswordLink) throws {
        try connection.send(
            """
            INSERT INTO password_link (person_id, token_hash, ordered_at_ms) VALUES (?, ?, ?)
            ON CONFLICT (person_id) DO UPDATE SET
                token_hash = excluded.token_hash, ordered_at_ms = excluded.ordered_at_ms
            """,
            [.id(link.person), .blob(link.tokenHash), .time(link.orderedAt)])
    }

    func endPasswordLink(of person: PersonID) throws {
        try connection.send("DELETE FROM password_link WHERE person_id = ?", [.id(person)])
    }

    func attempts(of person: PersonID) throws -> Attempts {
        try connection.row(
            "SELECT misses, blocked_until_ms, locked FROM attempts WHERE person_id = ?", [.id(person)]
        ) {
            Attempts(misses: $0.number(0), blockedUntil: $0.maybeTime(1), locked: $0.integer(2) == 1)
        } ?? Attempts()
    }

    func setAttempts(_ attempts: Attempts, of person: PersonID) throws {
        try connection.send(
            """
            INSERT INTO attempts (person_id, misses, blocked_until_ms, locked) VALUES (?, ?, ?, ?)
            ON CONFLICT (person_id) DO UPDATE SET
                misses = excluded.misses, blocked_until_ms = excluded.blocked_until_ms, locked = excluded.locked
            """,
            [
                .id(person), .number(attempts.misses), .time(attempts.blockedUntil),
                .integer(attempts.locked ? 1 : 0),
            ])
    }

    func recoveryCodesLeft(of person: PersonID) throws -> Int {
        try connection.row(
            "SELECT COUNT(*) FROM recovery_code WHERE person_id = ? AND used_at_ms IS NULL", [.id(person)]
        ) { $0.number(0) } ?? 0
    }

    func wasRecoveryCode(hash: [UInt8], of person: PersonID) throws -> Bool {
        try connection.row(
            "SELECT 1 FROM recovery_code WHERE person_id = ? AND hash = ?", [.id(person), .blob(hash)]
        ) { $0.integer(0) } != nil
    }

    func replaceRecoveryCodes(of person: PersonID, hashes: [[UInt8]], at now: Timestamp) throws {
        try connection.send("DELETE FROM recovery_code WHERE person_id = ?", [.id(person)])
        // No page shows codes that are worth nothing any more.
        try forgetKeepsakes(of: person, .recoveryCodes)
        for hash in hashes {
            try connection.send(
                "INSERT INTO recovery_code (person_id, hash, created_at_ms) VALUES (?, ?, ?)",
                [.id(person), .blob(hash), .time(now)])
        }
    }

    func useRecoveryCode(hash: [UInt8], of person: PersonID, at now: Timestamp) throws -> Bool {
        try connection.run(
            "UPDATE recovery_code SET used_at_ms = ? WHERE person_id = ? AND hash = ? AND used_at_ms IS NULL",
            [.time(now), .id(person), .blob(hash)]) == 1
    }
}

extension PasswordLink {
    static let columns = Columns("password_link", ["token_hash", "person_id", "ordered_at_ms"]) { row in
        PasswordLink(tokenHash: row.blob(0), person: row.id(1), orderedAt: row.time(2))
    }
}
