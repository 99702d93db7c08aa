/// Files of requests that are looked at before they are submitted, and
/// the requests of an organization that go on.
extension Migration {
    static let batches = Migration(number: 10, name: "files of requests") { dialect in
        [
            """
            CREATE TABLE batch (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                organization_id TEXT NOT NULL REFERENCES organization (id),
                person_id TEXT NOT NULL REFERENCES person (id),
                encoding TEXT NOT NULL,
                created_at_ms BIGINT NOT NULL,
                state TEXT NOT NULL
                    CHECK (state IN ('reading', 'checking', 'checked', 'submitting', 'done', 'stopped'))
            )
            """,
            "CREATE INDEX batch_of_person ON batch (person_id, id)",
            "CREATE INDEX batch_running ON batch (id) WHERE state IN ('checking', 'submitting')",
            // The six fields as they stand in the file, faults as JSON.
            """
            CREATE TABLE batch_row (
                batch_id TEXT NOT NULL REFERENCES batch (id),
                line BIGINT NOT NULL CHECK (line >= 1),
                email TEXT NOT NULL,
                name TEXT NOT NULL,
                locale TEXT NOT NULL,
                grants TEXT NOT NULL,
                until TEXT NOT NULL,
                reason TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('new', 'good', 'refused', 'submitted')),
                faults TEXT,
                request_id TEXT REFERENCES request (id),
                PRIMARY KEY (batch_id, line),
                CHECK ((state = 'refused') = (faults IS NOT NULL)),
                CHECK ((state = 'submitted') = (request_id IS NOT NULL))
            )\(dialect.clustered)
            """,
            "CREATE INDEX batch_row_by_state ON batch_row (batch_id, state, line)",
            "CREATE INDEX request_open_of ON request (organization_id, id) WHERE ended IS NULL",
        ]
    }
}
