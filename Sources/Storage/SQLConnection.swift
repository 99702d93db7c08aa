import Basics
import Records

/// All that the SQL of this target needs of a database driver.
///
/// Statements are made of literals by type: whatever a person typed can only be bound, never
/// become SQL. A driver may keep each one prepared under its `key`.
public protocol SQLConnection: SendableMetatype {
    var dialect: Dialect { get }

    /// Runs a statement that returns no rows.
    ///
    /// - Parameter values: One for each `?` in order, or `?1`,
    ///   `?2`, … where a statement uses one twice.
    /// - Returns: How many rows it inserted, updated or deleted.
    func run(_ sql: SQL, _ values: [SQLValue]) throws -> Int

    /// Runs such a statement where nobody needs to know how many rows it met.
    ///
    /// A driver may send it along with a later one: it is run before anything that comes after it,
    /// and what it fails by may be thrown by a later call of the same transaction.
    func send(_ sql: SQL, _ values: [SQLValue]) throws

    /// Runs a statement once for each row of values, in as few round trips as the database allows.
    func run(_ sql: SQL, each rows: [[SQLValue]]) throws

    /// Runs one statement of a migration, once: it is not kept prepared.
    func define(_ sql: SQL) throws

    /// Runs a query to its end.
    ///
    /// - Parameter decode: Called once for each row; the row is valid only during the call.
    func rows<Element>(
        _ sql: SQL, _ values: [SQLValue], _ decode: (any SQLRow) throws -> Element
    ) throws -> [Element]
}

extension SQLConnection {
    func run(_ sql: SQL, each rows: [[SQLValue]]) throws {
        for values in rows { _ = try run(sql, values) }
    }

    /// Runs `body` in a transaction that no other writer is in; one that fails leaves nothing behind.
    func writing<Result>(_ body: () throws -> Result) throws -> Result {
        for statement in dialect.beginningToWrite { try define(statement) }
        do {
            let result = try body()
            try define("COMMIT")
            return result
        } catch {
            // The first error says more than a failure to roll back after it.
            try? define("ROLLBACK")
            throw error
        }
    }

    /// The first row of a query, nil if it has none.
    func row<Element>(
        _ sql: SQL, _ values: [SQLValue], _ decode: (any SQLRow) throws -> Element
    ) throws -> Element? {
        try rows(sql, values, decode).first
    }
}

/// The columns of one row, by position from 0.
///
/// The schema guarantees the types; a reader asks for what it declared.
public protocol SQLRow {
    func isNull(_ column: Int32) -> Bool
    func integer(_ column: Int32) -> Int64
    func text(_ column: Int32) -> String
    func blob(_ column: Int32) -> [UInt8]

    /// What is stored, whatever was declared.
    ///
    /// - Throws: `UnreadableRow` for what this program never stores: a fraction, a text that is no UTF-8.
    func value(_ column: Int32) throws -> SQLValue
}

extension SQLRow {
    func number(_ column: Int32) -> Int { Int(integer(column)) }

    func maybeInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func maybeText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    func time(_ column: Int32) -> Timestamp { Timestamp(milliseconds: integer(column)) }

    func maybeTime(_ column: Int32) -> Timestamp? { isNull(column) ? nil : time(column) }

    func id<Subject>(_ column: Int32) -> Identifier<Subject> { Identifier(trusted: text(column)) }

    func maybeID<Subject>(_ column: Int32) -> Identifier<Subject>? { isNull(column) ? nil : id(column) }

    /// A document that this program wrote.
    func json(_ column: Int32) throws -> JSON {
        let text = text(column)
        do { return try JSON(reading: text.utf8, limits: JSON.Limits(values: 10_000)) } catch {
            throw UnreadableRow(column: column, text: text)
        }
    }

    func party(_ column: Int32) -> Party { Party(text: text(column)) }

    /// A column that a CHECK restricts to the cases of an enum.
    func word<Word: RawRepresentable>(_ column: Int32) throws -> Word where Word.RawValue == String {
        let text = text(column)
        guard let word = Word(rawValue: text) else { throw UnreadableRow(column: column, text: text) }
        return word
    }
}

/// A stored value that this program cannot have written: the file
/// was changed by other means, or is damaged.
struct UnreadableRow: Error, Equatable {
    let column: Int32
    let text: String
}
