extension Dialect {
    public static let sqlite = Dialect(
        name: "sqlite",
        blob: "BLOB",
        clustered: " WITHOUT ROWID",
        appendOnly: { table, taken in
            [
                """
                CREATE TRIGGER \(table)_no_update BEFORE UPDATE ON \(table)
                BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END
                """,
                """
                CREATE TRIGGER \(table)_no_delete BEFORE DELETE ON \(table)
                BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END
                """,
                // INSERT OR REPLACE deletes without firing the trigger
                // above, so what exists is refused before.
                """
                CREATE TRIGGER \(table)_no_replace BEFORE INSERT ON \(table)
                WHEN \(taken)
                BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END
                """,
            ]
        },
        // DEFERRED would find out too late that another writes: it
        // reads first, and then may not write any more.
        beginningToWrite: ["BEGIN IMMEDIATE"],
        // References are by name: those to the old table lead
        // to the copy as soon as that has its name.
        replacing: { table, _ in ["DROP TABLE \(table)", "ALTER TABLE \(table)_new RENAME TO \(table)"] },
        // SQLite alters no column: the table is made anew, and is away for
        // a moment in which rows refer to nothing.
        unreferenced: ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON", "PRAGMA foreign_key_check"),
        size: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        clock: "SELECT CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)",
        holdsNUL: true,
        settling: [])
}
