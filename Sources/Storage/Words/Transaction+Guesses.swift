import Basics
import OneTimePassword
import Records

extension SQLTransaction {
    func guesses(at person: PersonID, by lane: String) throws -> Attempts {
        try connection.row(
            "SELECT misses, blocked_until_ms FROM password_guess WHERE person_id = ? AND lane = ?",
            [.id(person), .text(lane)]
        ) {
            Attempts(misses: $0.number(0), blockedUntil: $0.maybeTime(1))
        } ?? Attempts()
    }

    func setGuesses(_ guesses: Attempts, at person: PersonID, by lane: String, at now: Timestamp) throws {
        guard guesses.misses > 0 else {
            try connection.send(
                "DELETE FROM password_guess WHERE person_id = ? AND lane = ?", [.id(person), .text(lane)])
            return
        }
        try connection.send(
            """
            INSERT INTO password_guess (person_id, lane, misses, blocked_until_ms, last_at_ms) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (person_id, lane) DO UPDATE SET
                misses = excluded.misses, blocked_until_ms = excluded.blocked_until_ms,
                last_at_ms = excluded.last_at_ms
            """,
            [.id(person), .text(lane), .number(guesses.misses), .time(guesses.blockedUntil), .time(now)])
    }

    func forgetGuesses(before: Timestamp, limit: Int) throws -> Int {
        try connection.run(
            """
            DELETE FROM password_guess WHERE (person_id, lane) IN (
                SELECT person_id, lane FROM password_guess WHERE last_at_ms < ? ORDER BY last_at_ms LIMIT ?)
            """,
            [.time(before), .number(limit)])
    }

    func knows(_ mark: [UInt8], of person: PersonID) throws -> Bool {
        try connection.row(
            "SELECT 1 FROM known_client WHERE person_id = ? AND mark = ?", [.id(person), .blob(mark)]
        ) { $0.integer(0) } != nil
    }

    func hasKnownClient(_ person: PersonID) throws -> Bool {
        try connection.row("SELECT 1 FROM known_client WHERE person_id = ? LIMIT 1", [.id(person)]) {
            $0.integer(0)
        } != nil
    }

    func remember(_ mark: [UInt8], of person: PersonID, at now: Timestamp, limit: Int) throws {
        try connection.send(
            """
            INSERT INTO known_client (person_id, mark, seen_at_ms) VALUES (?, ?, ?)
            ON CONFLICT (person_id, mark) DO UPDATE SET seen_at_ms = excluded.seen_at_ms
            """,
            [.id(person), .blob(mark), .time(now)])
        try connection.send(
            """
            DELETE FROM known_client WHERE person_id = ?1 AND mark NOT IN (
                SELECT mark FROM known_client WHERE person_id = ?1 ORDER BY seen_at_ms DESC, mark LIMIT ?2)
            """,
            [.id(person), .number(limit)])
    }
}
