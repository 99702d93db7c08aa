import Basics
import Records

extension SQLTransaction {
    func keepsake(key: [UInt8]) throws -> Keepsake? {
        try connection.row(
            "SELECT key, kind, person_id, sealed, nonce, key_id, expires_at_ms FROM keepsake WHERE key = ?",
            [.blob(key)]
        ) { row in
            Keepsake(
                key: row.blob(0), kind: try row.word(1), person: row.maybeID(2), sealed: row.blob(3),
                nonce: row.blob(4), keyID: row.text(5), expiresAt: row.time(6))
        }
    }

    func keepsakeCount(_ kind: Keepsake.Kind, upTo limit: Int) throws -> Int {
        try connection.row(
            "SELECT COUNT(*) FROM (SELECT 1 FROM keepsake WHERE kind = ? LIMIT ?) AS few",
            [.text(kind.rawValue), .number(limit)]
        ) { $0.number(0) } ?? 0
    }

    func keep(_ keepsake: Keepsake) throws {
        try connection.send(
            """
            INSERT INTO keepsake (key, kind, person_id, sealed, nonce, key_id, expires_at_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET
                person_id = excluded.person_id, sealed = excluded.sealed, nonce = excluded.nonce,
                key_id = excluded.key_id, expires_at_ms = excluded.expires_at_ms
            """,
            [
                .blob(keepsake.key), .text(keepsake.kind.rawValue), .id(keepsake.person), .blob(keepsake.sealed),
                .blob(keepsake.nonce), .text(keepsake.keyID), .time(keepsake.expiresAt),
            ])
    }

    func forgetKeepsake(key: [UInt8]) throws {
        try connection.send("DELETE FROM keepsake WHERE key = ?", [.blob(key)])
    }

    func forgetKeepsakes(of person: PersonID, _ kind: Keepsake.Kind) throws {
        try connection.send(
            "DELETE FROM keepsake WHERE person_id = ? AND kind = ?", [.id(person), .text(kind.rawValue)])
    }

    func forgetKeepsakes(expiredBy now: Timestamp, limit: Int) throws {
        try connection.send(
            """
            DELETE FROM keepsake WHERE key IN (
                SELECT key FROM keepsake WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?)
            """,
            [.time(now), .number(limit)])
    }
}
