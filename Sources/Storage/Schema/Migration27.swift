/// Applications that sign people in, and what their tokens and those of programs stand on.
extension Migration {
    static let applications = Migration(number: 27, name: "applications") { dialect in
        clients(dialect.blob) + signIns(dialect.blob) + waysThere(dialect.blob) + marks(dialect.blob)
    }

    private static func clients(_ blob: SQL) -> [SQL] {
        [
            """
            CREATE TABLE application (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                name TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('web', 'native', 'service')),
                registration TEXT NOT NULL,
                created_at_ms BIGINT NOT NULL,
                removed_at_ms BIGINT
            )
            """,
            // A program may prove itself by a key, too.
            "ALTER TABLE api_account ADD COLUMN keys TEXT",
            "CREATE UNIQUE INDEX application_name ON application (name) WHERE removed_at_ms IS NULL",
            """
            CREATE TABLE application_secret (
                application_id TEXT NOT NULL REFERENCES application (id),
                hash \(blob) NOT NULL CHECK (length(hash) = 32),
                created_at_ms BIGINT NOT NULL,
                ends_at_ms BIGINT,
                PRIMARY KEY (application_id, hash)
            )
            """,
        ]
    }

    /// A code names the sign-in that it became, so that its second use can end that.
    private static func signIns(_ blob: SQL) -> [SQL] {
        [
            """
            CREATE TABLE application_session (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26), \(authorization),
                created_at_ms BIGINT NOT NULL,
                ends_at_ms BIGINT NOT NULL,
                ended_at_ms BIGINT,
                refresh_number BIGINT NOT NULL,
                refreshed_at_ms BIGINT,
                refresh_repeats BIGINT NOT NULL
            )
            """,
            "CREATE INDEX application_session_of_person ON application_session (person_id, id)",
            "CREATE INDEX application_session_by_end ON application_session (ends_at_ms)",
            """
            CREATE TABLE authorization_code (
                hash \(blob) NOT NULL PRIMARY KEY CHECK (length(hash) = 32), \(authorization),
                redirect TEXT NOT NULL,
                nonce TEXT,
                challenge TEXT NOT NULL,
                expires_at_ms BIGINT NOT NULL,
                redeemed_for TEXT
            )
            """,
            "CREATE INDEX authorization_code_by_end ON authorization_code (expires_at_ms)",
            "CREATE INDEX effect_logout_due ON effect (due_at_ms, key) WHERE state = 'due' AND kind = 'logout'",
        ]
    }

    /// What begins elsewhere than in the browser that ends it.
    private static func waysThere(_ blob: SQL) -> [SQL] {
        [
            """
            CREATE TABLE device_code (
                hash \(blob) NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
                user_hash \(blob) NOT NULL UNIQUE,
                application_id TEXT NOT NULL REFERENCES application (id),
                scopes TEXT NOT NULL,
                resource TEXT,
                key_thumbprint TEXT,
                address TEXT NOT NULL,
                created_at_ms BIGINT NOT NULL,
                expires_at_ms BIGINT NOT NULL,
                answer TEXT NOT NULL CHECK (answer IN ('waiting', 'approved', 'denied', 'redeemed')),
                polled_at_ms BIGINT,
                pause_seconds BIGINT NOT NULL,
                person_id TEXT REFERENCES person (id),
                authenticated_at_ms BIGINT,
                verified_at_ms BIGINT
            )
            """,
            "CREATE INDEX device_code_by_end ON device_code (expires_at_ms)",
            """
            CREATE TABLE pushed_request (
                hash \(blob) NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
                application_id TEXT NOT NULL REFERENCES application (id),
                parameters TEXT NOT NULL,
                expires_at_ms BIGINT NOT NULL
            )
            """,
            "CREATE INDEX pushed_request_by_end ON pushed_request (expires_at_ms)",
        ]
    }

    /// What somebody agreed to.
    private static var authorization: SQL {
        """
        application_id TEXT NOT NULL REFERENCES application (id),
        person_id TEXT NOT NULL REFERENCES person (id),
        session_id TEXT,
        scopes TEXT NOT NULL,
        resource TEXT,
        key_thumbprint TEXT,
        authenticated_at_ms BIGINT NOT NULL,
        verified_at_ms BIGINT
        """
    }

    private static func marks(_ blob: SQL) -> [SQL] {
        [
            """
            CREATE TABLE used_once (
                key \(blob) NOT NULL PRIMARY KEY CHECK (length(key) = 32), expires_at_ms BIGINT NOT NULL)
            """,
            "CREATE INDEX used_once_by_end ON used_once (expires_at_ms)",
            "CREATE TABLE revoked_token (id TEXT NOT NULL PRIMARY KEY, expires_at_ms BIGINT NOT NULL)",
            "CREATE INDEX revoked_token_by_end ON revoked_token (expires_at_ms)",
            """
            CREATE TABLE token_key (
                id TEXT NOT NULL PRIMARY KEY,
                algorithm TEXT NOT NULL CHECK (algorithm IN ('ES256', 'RS256')),
                public_key TEXT NOT NULL,
                sealed \(blob) NOT NULL,
                nonce \(blob) NOT NULL CHECK (length(nonce) = 12),
                key_id TEXT NOT NULL,
                created_at_ms BIGINT NOT NULL,
                signs_from_ms BIGINT NOT NULL
            )
            """,
        ]
    }
}
