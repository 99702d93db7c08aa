/// Organizations, clouds, people and their duties.
extension Migration {
    static func directory(_ dialect: Dialect) -> [SQL] {
        organizationsTables() + peopleTables() + dutiesTables(dialect)
    }

    private static func organizationsTables() -> [SQL] {
        [
            """
            CREATE TABLE organization (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                slug TEXT NOT NULL UNIQUE CHECK (length(slug) BETWEEN 1 AND 40),
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
                created_at_ms BIGINT NOT NULL
            )
            """,
            """
            CREATE TABLE cloud (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                organization_id TEXT NOT NULL REFERENCES organization (id),
                slug TEXT NOT NULL CHECK (length(slug) BETWEEN 1 AND 40),
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
                created_at_ms BIGINT NOT NULL,
                UNIQUE (organization_id, slug),
                UNIQUE (organization_id, id)
            )
            """,
        ]
    }

    private static func peopleTables() -> [SQL] {
        [
            """
            CREATE TABLE person (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                organization_id TEXT REFERENCES organization (id),
                email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
                email_key TEXT NOT NULL UNIQUE CHECK (email_key = lower(email_key)),
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
                language TEXT NOT NULL CHECK (language IN ('en', 'fr')),
                state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'suspended', 'closed')),
                state_since_ms BIGINT NOT NULL,
                created_at_ms BIGINT NOT NULL
            )
            """,
            "CREATE INDEX person_by_organization ON person (organization_id, email_key)",
        ]
    }

    private static func dutiesTables(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE duty (
                person_id TEXT NOT NULL REFERENCES person (id),
                duty TEXT NOT NULL CHECK (duty IN ('representative', 'delivery_manager', 'duty_manager')),
                organization_id TEXT REFERENCES organization (id)
            )
            """,
            // Two indexes, since NULLs never equal one another in a unique index.
            """
            CREATE UNIQUE INDEX duty_towards_organization ON duty (organization_id, duty, person_id)
            WHERE organization_id IS NOT NULL
            """,
            "CREATE UNIQUE INDEX duty_towards_all ON duty (duty, person_id) WHERE organization_id IS NULL",
            "CREATE INDEX duty_of_person ON duty (person_id)",
            """
            CREATE TABLE delegation (
                person_id TEXT NOT NULL REFERENCES person (id),
                delegate_id TEXT NOT NULL REFERENCES person (id),
                from_ms BIGINT NOT NULL,
                until_ms BIGINT NOT NULL,
                PRIMARY KEY (person_id, delegate_id, from_ms),
                CHECK (from_ms < until_ms),
                CHECK (person_id <> delegate_id)
            )\(dialect.clustered)
            """,
            "CREATE INDEX delegation_to ON delegation (delegate_id, until_ms)",
        ]
    }
}
