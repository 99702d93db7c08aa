/// Files with columns that are not ours: what was said of how they were
/// read, how an organization's are read, and a file itself until
/// somebody says which of its columns is what.
extension Migration {
    static let fileColumns = Migration(number: 22, name: "columns of files") { dialect in
        [
            "ALTER TABLE batch ADD COLUMN notes TEXT",
            """
            CREATE TABLE column_map (
                organization_id TEXT NOT NULL REFERENCES organization (id),
                heading TEXT NOT NULL CHECK (length(heading) BETWEEN 1 AND 4000),
                columns TEXT NOT NULL CHECK (length(columns) BETWEEN 1 AND 4000),
                at_ms BIGINT NOT NULL,
                PRIMARY KEY (organization_id, heading)
            )\(dialect.clustered)
            """,
            """
            CREATE TABLE batch_file (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                organization_id TEXT NOT NULL REFERENCES organization (id),
                person_id TEXT NOT NULL REFERENCES person (id),
                created_at_ms BIGINT NOT NULL,
                content \(dialect.blob) NOT NULL
            )
            """,
        ]
    }
}
