extension Dialect {
    public static let postgreSQL = Dialect(
        name: "postgresql",
        blob: "BYTEA",
        clustered: "",
        appendOnly: { table, _ in
            [
                """
                CREATE FUNCTION \(table)_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION '\(table) is append-only'; END $$
                """,
                """
                CREATE TRIGGER \(table)_no_change BEFORE UPDATE OR DELETE ON \(table)
                FOR EACH ROW EXECUTE FUNCTION \(table)_is_append_only()
                """,
                """
                CREATE TRIGGER \(table)_no_truncate BEFORE TRUNCATE ON \(table)
                FOR EACH STATEMENT EXECUTE FUNCTION \(table)_is_append_only()
                """,
            ]
        },
        beginningToWrite: ["BEGIN", writersTurn],
        // References are by identity: they go with the table, and are made anew.
        replacing: { table, references in
            ["DROP TABLE \(table) CASCADE", "ALTER TABLE \(table)_new RENAME TO \(table)"]
                + references.map {
                    "ALTER TABLE \($0.table) ADD FOREIGN KEY (\($0.column)) REFERENCES \(table) (id)"
                }
        },
        unreferenced: nil,
        size: "SELECT pg_database_size(current_database())",
        clock: "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
        holdsNUL: false,
        settling: ["ANALYZE"])

    /// One writer at a time, on whichever node: what a body reads holds until it commits, as on SQLite.
    ///
    /// The number is “usher” in ASCII. The lock ends with the transaction, also when its process does.
    static let writersTurn: SQL = "SELECT pg_advisory_xact_lock(504942880114)"
}
