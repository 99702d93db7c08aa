/// What a browser may be shown again for a while.
extension Migration {
    static let keepsakes = Migration(number: 16, name: "what a browser is shown again") { dialect in
        [
            """
            CREATE TABLE keepsake (
                key \(dialect.blob) NOT NULL PRIMARY KEY CHECK (length(key) = 32),
                kind TEXT NOT NULL CHECK (kind IN ('form', 'enrolment', 'factor', 'recovery_codes', 'outcome')),
                person_id TEXT REFERENCES person (id),
                sealed \(dialect.blob) NOT NULL,
                nonce \(dialect.blob) NOT NULL CHECK (length(nonce) = 12),
                key_id TEXT NOT NULL,
                expires_at_ms BIGINT NOT NULL
            )
            """,
            "CREATE INDEX keepsake_expired ON keepsake (expires_at_ms)",
            "CREATE INDEX keepsake_of_person ON keepsake (person_id, kind)",
        ]
    }
}
