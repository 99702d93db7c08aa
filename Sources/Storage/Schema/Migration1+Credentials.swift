/// Factors, passwords, guesses, recovery codes and links.
extension Migration {
    static func credentials(_ dialect: Dialect) -> [SQL] {
        factorsTables(dialect) + passwordsTables(dialect) + linksTables(dialect)
    }

    private static func factorsTables(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE factor (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                person_id TEXT NOT NULL REFERENCES person (id),
                kind TEXT NOT NULL CHECK (kind IN ('totp')),
                state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'retired')),
                algorithm TEXT NOT NULL CHECK (algorithm IN ('SHA1', 'SHA256', 'SHA512')),
                digits BIGINT NOT NULL CHECK (digits IN (6, 8)),
                period_seconds BIGINT NOT NULL CHECK (period_seconds BETWEEN 1 AND 3600),
                sealed_secret \(dialect.blob) NOT NULL,
                nonce \(dialect.blob) NOT NULL,
                key_id TEXT NOT NULL,
                last_step BIGINT,
                last_accepted_at_ms BIGINT,
                created_at_ms BIGINT NOT NULL,
                retired_at_ms BIGINT,
                CHECK ((state = 'retired') = (retired_at_ms IS NOT NULL)),
                CHECK ((state = 'retired') = (length(sealed_secret) = 0)),
                CHECK (state <> 'active' OR last_step IS NOT NULL)
            )
            """,
            "CREATE INDEX factor_of_person ON factor (person_id, state)",
            "CREATE UNIQUE INDEX factor_active ON factor (person_id) WHERE state = 'active'",
            "CREATE UNIQUE INDEX factor_pending ON factor (person_id) WHERE state = 'pending'",
        ]
    }

    private static func passwordsTables(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE password (
                person_id TEXT NOT NULL PRIMARY KEY REFERENCES person (id),
                phc TEXT NOT NULL CHECK (substr(phc, 1, 1) = '$'),
                changed_at_ms BIGINT NOT NULL
            )\(dialect.clustered)
            """,
            """
            CREATE TABLE attempts (
                person_id TEXT NOT NULL PRIMARY KEY REFERENCES person (id),
                misses BIGINT NOT NULL CHECK (misses >= 0),
                blocked_until_ms BIGINT,
                locked BIGINT NOT NULL CHECK (locked IN (0, 1))
            )\(dialect.clustered)
            """,
            """
            CREATE TABLE recovery_code (
                person_id TEXT NOT NULL REFERENCES person (id),
                hash \(dialect.blob) NOT NULL CHECK (length(hash) = 32),
                created_at_ms BIGINT NOT NULL,
                used_at_ms BIGINT,
                PRIMARY KEY (person_id, hash)
            )\(dialect.clustered)
            """,
        ]
    }

    private static func linksTables(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE invitation (
                request_id TEXT NOT NULL PRIMARY KEY REFERENCES request (id),
                token_hash \(dialect.blob) NOT NULL UNIQUE CHECK (length(token_hash) = 32),
                person_id TEXT NOT NULL REFERENCES person (id),
                expires_at_ms BIGINT NOT NULL
            )
            """,
            """
            CREATE TABLE enrolment_session (
                request_id TEXT NOT NULL PRIMARY KEY REFERENCES request (id),
                token_hash \(dialect.blob) NOT NULL UNIQUE CHECK (length(token_hash) = 32),
                person_id TEXT NOT NULL REFERENCES person (id),
                factor_id TEXT NOT NULL REFERENCES factor (id) ON DELETE CASCADE,
                expires_at_ms BIGINT NOT NULL
            )
            """,
            "CREATE INDEX enrolment_session_of_factor ON enrolment_session (factor_id)",
        ]
    }
}
