/// Requests that are about a cloud, and the access reviews that they belong to.
extension Migration {
    static let reviews = Migration(number: 3, name: "requests about clouds, access reviews") { dialect in
        // SQLite cannot take a NOT NULL away: the table is copied under
        // its new definition and takes the old name.
        [
            """
            CREATE TABLE request_new (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                organization_id TEXT REFERENCES organization (id),
                holder_id TEXT REFERENCES person (id),
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
                run TEXT NOT NULL,
                subject TEXT CHECK (length(subject) > 0),
                cloud_id TEXT,
                campaign_id TEXT CHECK (length(campaign_id) = 26),
                FOREIGN KEY (organization_id, cloud_id) REFERENCES cloud (organization_id, id),
                CHECK (holder_id IS NOT NULL OR organization_id IS NOT NULL),
                CHECK (cloud_id IS NULL OR organization_id IS NOT NULL),
                CHECK (campaign_id IS NULL OR cloud_id IS NOT NULL)
            )
            """,
            """
            INSERT INTO request_new
                (id, organization_id, holder_id, requester, reason, until_ms, idempotency_key, created_at_ms, version,
                 workflow, workflow_version, state, due_at_ms, ended, run, subject)
            SELECT id, organization_id, holder_id, requester, reason, until_ms, idempotency_key, created_at_ms, version,
                workflow, workflow_version, state, due_at_ms, ended, run, subject
            FROM request
            """,
        ] + dialect.replacing("request", referencesToRequest) + requestIndexes + [
            "CREATE INDEX cloud_grant_in_cloud ON cloud_grant (cloud_id, person_id) WHERE revoked_at_ms IS NULL"
        ]
    }

    private static let referencesToRequest = [
        "history", "timer", "inbox", "effect", "cloud_grant", "invitation", "enrolment_session",
    ].map { Dialect.Reference($0, "request_id") }

    private static let requestIndexes: [SQL] = [
        "CREATE INDEX request_by_organization ON request (organization_id, id)",
        "CREATE INDEX request_by_requester ON request (requester, id)",
        "CREATE INDEX request_overdue ON request (due_at_ms) WHERE ended IS NULL",
        "CREATE INDEX request_open_about ON request (holder_id, id) WHERE ended IS NULL",
        """
        CREATE UNIQUE INDEX request_once ON request (requester, idempotency_key) WHERE idempotency_key IS NOT NULL
        """,
        """
        CREATE INDEX request_open_subject ON request (organization_id, subject)
        WHERE ended IS NULL AND subject IS NOT NULL
        """,
        "CREATE INDEX request_of_campaign ON request (campaign_id, id) WHERE campaign_id IS NOT NULL",
        """
        CREATE INDEX request_campaign_by_organization ON request (organization_id, campaign_id)
        WHERE campaign_id IS NOT NULL
        """,
        // One review of a cloud at a time: of two answers about one grant, which would count?
        """
        CREATE UNIQUE INDEX request_review_open ON request (cloud_id) WHERE campaign_id IS NOT NULL AND ended IS NULL
        """,
    ]
}
