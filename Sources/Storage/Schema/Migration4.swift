extension Migration {
    /// Accounts of programs: their owners, profiles and the hashes of their secrets.
    static let apiAccounts = Migration(number: 4, name: "accounts of programs") { dialect in
        [
            """
            CREATE TABLE api_account (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                organization_id TEXT NOT NULL REFERENCES organization (id),
                owner_id TEXT NOT NULL REFERENCES person (id),
                purpose TEXT NOT NULL CHECK (length(purpose) > 0),
                request_id TEXT NOT NULL UNIQUE REFERENCES request (id),
                created_at_ms BIGINT NOT NULL,
                closed_at_ms BIGINT,
                misses BIGINT NOT NULL DEFAULT 0 CHECK (misses >= 0),
                blocked_until_ms BIGINT
            )
            """,
            "CREATE INDEX api_account_by_organization ON api_account (organization_id, id)",
            "CREATE INDEX api_account_by_owner ON api_account (owner_id) WHERE closed_at_ms IS NULL",
            """
            CREATE TABLE api_secret (
                account_id TEXT NOT NULL REFERENCES api_account (id),
                hash \(dialect.blob) NOT NULL CHECK (length(hash) = 32),
                created_at_ms BIGINT NOT NULL,
                ends_at_ms BIGINT,
                PRIMARY KEY (account_id, hash)
            )\(dialect.clustered)
            """,
            // The newest secret has no end; an older one has.
            "CREATE UNIQUE INDEX api_secret_newest ON api_secret (account_id) WHERE ends_at_ms IS NULL",
            """
            CREATE TABLE api_grant (
                account_id TEXT NOT NULL REFERENCES api_account (id),
                cloud_id TEXT NOT NULL REFERENCES cloud (id),
                profile TEXT NOT NULL,
                since_ms BIGINT NOT NULL,
                PRIMARY KEY (account_id, cloud_id)
            )\(dialect.clustered)
            """,
        ]
    }
}
