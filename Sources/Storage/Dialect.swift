/// The few things that databases say differently.
///
/// Everything else is written once, in what they share.
package struct Dialect: Sendable {
    package let name: String
    /// Type of a column of bytes.
    let blob: String
    /// Ends the definition of a table whose rows are small and found by their primary key: they are kept in its order.
    let clustered: String
    /// Statements that make a table refuse UPDATE and DELETE, and INSERT where `taken` holds of the NEW row.
    let appendOnly: @Sendable (_ table: String, _ taken: String) -> [String]

    /// Statements before and after migrations, and a query whose rows are references that lead nowhere.
    let migrating: (before: String, after: String, violations: StaticString)

    /// How many bytes the database has.
    let size: StaticString

    package static let sqlite = Dialect(
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
                // INSERT OR REPLACE deletes without firing the trigger above, so what exists is refused before.
                """
                CREATE TRIGGER \(table)_no_replace BEFORE INSERT ON \(table)
                WHEN \(taken)
                BEGIN SELECT RAISE(ABORT, '\(table) is append-only'); END
                """,
            ]
        },
        // SQLite alters no column: the table is made anew, and is away for a moment in which rows refer to nothing.
        migrating: ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON", "PRAGMA foreign_key_check"),
        size: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
}
