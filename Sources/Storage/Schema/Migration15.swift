/// Guesses at passwords, apart from those at factors, and the clients from which people signed in.
extension Migration {
    static let guesses = Migration(number: 15, name: "guesses at passwords") { dialect in
        [
            """
            CREATE TABLE password_guess (
                person_id TEXT NOT NULL REFERENCES person (id),
                lane TEXT NOT NULL CHECK (length(lane) BETWEEN 1 AND 100),
                misses BIGINT NOT NULL CHECK (misses > 0),
                blocked_until_ms BIGINT,
                last_at_ms BIGINT NOT NULL,
                PRIMARY KEY (person_id, lane)
            )\(dialect.clustered)
            """,
            "CREATE INDEX password_guess_by_age ON password_guess (last_at_ms)",
            """
            CREATE TABLE known_client (
                person_id TEXT NOT NULL REFERENCES person (id),
                mark \(dialect.blob) NOT NULL CHECK (length(mark) = 32),
                seen_at_ms BIGINT NOT NULL,
                PRIMARY KEY (person_id, mark)
            )\(dialect.clustered)
            """,
        ]
    }
}
