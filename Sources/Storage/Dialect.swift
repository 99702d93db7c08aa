/// The few things that databases say differently.
///
/// Everything else is written once, in what they share.
public struct Dialect: Sendable {
    public let name: String
    /// Type of a column of bytes.
    let blob: SQL
    /// Ends the definition of a table whose rows are small and found by their
    /// primary key: they are kept in its order.
    let clustered: SQL
    /// Statements that make a table refuse UPDATE and DELETE, and
    /// INSERT where `taken` holds of the NEW row.
    let appendOnly: @Sendable (_ table: SQL, _ taken: SQL) -> [SQL]

    /// Begin a transaction that no other writer is in.
    let beginningToWrite: [SQL]

    /// Statements by which a table that was copied to `TABLE_new` goes, and the copy takes its place.
    ///
    /// What refers to the table refers to the copy afterwards.
    let replacing: @Sendable (_ table: SQL, _ references: [Reference]) -> [SQL]

    /// Statements before and after migrations, and a query whose rows are references that lead
    /// nowhere: for a database that looks at references only when it is asked.
    let unreferenced: (before: SQL, after: SQL, violations: SQL)?

    /// How many bytes the database has.
    let size: SQL

    /// What time it has, in milliseconds since 1970.
    let clock: SQL

    /// Whether a text may hold the character NUL.
    let holdsNUL: Bool

    /// Statements after many rows were written, so that the next query is planned for them.
    let settling: [SQL]

    /// A column of another table by which it refers to the `id` of one.
    struct Reference: Sendable {
        let table: SQL
        let column: SQL

        init(_ table: SQL, _ column: SQL) {
            self.table = table
            self.column = column
        }
    }
}
