/// Whoever is signed in.
extension Migration {
    static let sessions = Migration(number: 6, name: "sessions") { dialect in
        [
            """
            CREATE TABLE session (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                token_hash \(dialect.blob) NOT NULL UNIQUE CHECK (length(token_hash) = 32),
                person_id TEXT NOT NULL REFERENCES person (id),
                stage TEXT NOT NULL CHECK (stage IN ('password', 'full')),
                verified_at_ms BIGINT,
                created_at_ms BIGINT NOT NULL,
                seen_at_ms BIGINT NOT NULL,
                client TEXT NOT NULL CHECK (length(client) <= 200)
            )
            """,
            "CREATE INDEX session_of_person ON session (person_id, id)",
            "CREATE INDEX session_seen ON session (seen_at_ms)",
        ]
    }
}
