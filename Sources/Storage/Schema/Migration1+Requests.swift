/// Requests with all that a move writes, and the grants that come of them.
extension Migration {
    static func requests(_ dialect: Dialect) -> [SQL] {
        definitionsTables() + runsTables() + historiesTables() + immutableHistory(dialect) + waitingTables(dialect)
            + effectsTables(dialect) + grantsTables()
    }

    private static func definitionsTables() -> [SQL] {
        [
            """
            CREATE TABLE definition (
                name TEXT NOT NULL,
                version BIGINT NOT NULL CHECK (version >= 1),
                source TEXT NOT NULL,
                registered_at_ms BIGINT NOT NULL,
                PRIMARY KEY (name, version)
            )
            """
        ]
    }

    private static func runsTables() -> [SQL] {
        [
            """
            CREATE TABLE request (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                organization_id TEXT REFERENCES organization (id),
                holder_id TEXT NOT NULL REFERENCES person (id),
                requester TEXT NOT NULL,
                reason TEXT NOT NULL,
                until_ms BIGINT,
                idempotency_key TEXT,
                created_at_ms BIGINT NOT NULL,
                version BIGINT NOT NULL CHECK (version >= 1),
                workflow TEXT NOT NULL,
                workflow_version BIGINT NOT NULL,
                state TEXT NOT NULL,
                due_at_ms BIGINT,
                ended TEXT CHECK (ended IN ('success', 'refused', 'lapsed', 'withdrawn', 'error')),
                run TEXT NOT NULL
            )
            """,
            "CREATE INDEX request_by_organization ON request (organization_id, id)",
            "CREATE INDEX request_by_requester ON request (requester, id)",
            "CREATE INDEX request_overdue ON request (due_at_ms) WHERE ended IS NULL",
            "CREATE INDEX request_open_about ON request (holder_id, id) WHERE ended IS NULL",
            """
            CREATE UNIQUE INDEX request_once ON request (requester, idempotency_key)
            WHERE idempotency_key IS NOT NULL
            """,
        ]
    }

    private static func historiesTables() -> [SQL] {
        [
            // Primary key: even a writer that skips the check of versions cannot move a request twice.
            """
            CREATE TABLE history (
                request_id TEXT NOT NULL REFERENCES request (id),
                version BIGINT NOT NULL CHECK (version >= 1),
                at_ms BIGINT NOT NULL,
                event TEXT NOT NULL,
                name TEXT NOT NULL,
                by_whom TEXT NOT NULL,
                on_behalf_of TEXT,
                from_state TEXT,
                to_state TEXT NOT NULL,
                note TEXT,
                PRIMARY KEY (request_id, version)
            )
            """
        ]
    }

    /// What happened stays: a note that is changed afterwards would show in no replay.
    private static func immutableHistory(_ dialect: Dialect) -> [SQL] {
        dialect.appendOnly(
            "history",
            "EXISTS (SELECT 1 FROM history WHERE request_id = NEW.request_id AND version = NEW.version)")
    }

    private static func waitingTables(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE timer (
                request_id TEXT NOT NULL REFERENCES request (id),
                timer TEXT NOT NULL,
                at_ms BIGINT NOT NULL,
                PRIMARY KEY (request_id, timer)
            )\(dialect.clustered)
            """,
            "CREATE INDEX timer_due ON timer (at_ms, request_id, timer)",
            // No due date is the greatest number, not NULL, so
            // that one index serves the order of the list.
            """
            CREATE TABLE inbox (
                request_id TEXT NOT NULL REFERENCES request (id),
                part TEXT NOT NULL,
                audience TEXT NOT NULL,
                due_at_ms BIGINT NOT NULL,
                PRIMARY KEY (request_id, part, audience)
            )\(dialect.clustered)
            """,
            "CREATE INDEX inbox_of ON inbox (audience, due_at_ms, request_id, part)",
        ]
    }

    private static func effectsTables(_ dialect: Dialect) -> [SQL] {
        [
            // The key of a request's effect begins with its
            // id, so that the primary key finds them too.
            """
            CREATE TABLE effect (
                key TEXT NOT NULL PRIMARY KEY,
                request_id TEXT REFERENCES request (id),
                kind TEXT NOT NULL,
                template TEXT,
                recipient_id TEXT REFERENCES person (id),
                item TEXT,
                profile TEXT,
                comment TEXT,
                actor_id TEXT REFERENCES person (id),
                run_key TEXT,
                run_state TEXT,
                ordered_at_ms BIGINT NOT NULL,
                due_at_ms BIGINT NOT NULL,
                claimed_until_ms BIGINT NOT NULL DEFAULT 0,
                settled_at_ms BIGINT,
                state TEXT NOT NULL CHECK (state IN ('due', 'done', 'parked', 'dropped', 'cancelled')),
                tries BIGINT NOT NULL CHECK (tries >= 0),
                greatest_tries BIGINT NOT NULL CHECK (greatest_tries >= 1),
                error TEXT,
                CHECK (request_id IS NULL OR substr(key, 1, 27) = request_id || '/'),
                CHECK ((state = 'due') = (settled_at_ms IS NULL))
            )\(dialect.clustered)
            """,
            // Partial, so that looking for work costs the same after a million effects as after one.
            "CREATE INDEX effect_due ON effect (due_at_ms, key) WHERE state = 'due'",
            "CREATE INDEX effect_left ON effect (state, key) WHERE state IN ('parked', 'dropped', 'cancelled')",
        ]
    }

    private static func grantsTables() -> [SQL] {
        [
            """
            CREATE TABLE cloud_grant (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                organization_id TEXT NOT NULL,
                cloud_id TEXT NOT NULL,
                person_id TEXT NOT NULL REFERENCES person (id),
                profile TEXT NOT NULL,
                since_ms BIGINT NOT NULL,
                until_ms BIGINT,
                request_id TEXT NOT NULL REFERENCES request (id),
                revoked_at_ms BIGINT,
                FOREIGN KEY (organization_id, cloud_id) REFERENCES cloud (organization_id, id)
            )
            """,
            """
            CREATE UNIQUE INDEX cloud_grant_live ON cloud_grant (person_id, cloud_id) WHERE revoked_at_ms IS NULL
            """,
        ]
    }
}
