import GRDB
import GRDBSQLite

/// One SQLite connection of a GRDB pool, spoken to without boxing: values are bound and read
/// straight through the C interface instead of `StatementArguments` and `Row`.
///
/// GRDB prepares and owns the statements. Used by one thread, inside the
/// pool's access that supplied the connection.
final class SQLiteConnection: SQLConnection {
    let dialect = Dialect.sqlite
    private let database: Database
    /// Prepared statements by what they are known by.
    private var statements: [SQL.Key: Statement] = [:]

    init(_ database: Database) { self.database = database }

    func send(_ sql: SQL, _ values: [SQLValue]) throws { _ = try run(sql, values) }

    func run(_ sql: SQL, _ values: [SQLValue]) throws -> Int {
        let statement = try prepared(sql, values)
        defer { sqlite3_reset(statement) }
        // Only INSERT, UPDATE and DELETE set the counter; the difference is right for all others too.
        let before = sqlite3_total_changes(database.sqliteConnection)
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: continue
            case SQLITE_DONE:
                let isChange = sqlite3_total_changes(database.sqliteConnection) != before
                return isChange ? Int(sqlite3_changes(database.sqliteConnection)) : 0
            default: throw failure(sql)
            }
        }
    }

    func define(_ sql: SQL) throws { try database.execute(sql: sql.text) }

    func rows<Element>(
        _ sql: SQL, _ values: [SQLValue], _ decode: (any SQLRow) throws -> Element
    ) throws -> [Element] {
        let statement = try prepared(sql, values)
        defer { sqlite3_reset(statement) }
        var elements: [Element] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: elements.append(try decode(SQLiteRow(statement: statement)))
            case SQLITE_DONE: return elements
            default: throw failure(sql)
            }
        }
    }

    /// Whether a transaction is open; some failures, such as a
    /// full disk, make SQLite roll back on its own.
    var isInTransaction: Bool { sqlite3_get_autocommit(database.sqliteConnection) == 0 }

    private func prepared(_ sql: SQL, _ values: [SQLValue]) throws -> OpaquePointer {
        let statement: Statement
        if let known = statements[sql.key] {
            statement = known
        } else {
            statement = try database.cachedStatement(sql: sql.text)
            statements[sql.key] = statement
        }
        let handle = statement.sqliteStatement
        precondition(Int(sqlite3_bind_parameter_count(handle)) == values.count, "one value for each placeholder")
        for (index, value) in values.enumerated() {
            guard bind(value, to: handle, at: Int32(index + 1)) == SQLITE_OK else { throw failure(sql) }
        }
        return handle
    }

    private func bind(_ value: SQLValue, to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch value {
        case .integer(let number):
            return sqlite3_bind_int64(statement, index, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text(statement, index, $0.baseAddress, Int32($0.count), transient)
                }
            }
        case .blob(let bytes):
            // A nil address would bind NULL instead of no bytes.
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(statement, index, 0) }
            return bytes.withUnsafeBytes {
                sqlite3_bind_blob(statement, index, $0.baseAddress, Int32($0.count), transient)
            }
        case .null:
            return sqlite3_bind_null(statement, index)
        }
    }

    private func failure(_ sql: SQL) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(database.sqliteConnection)),
            message: String(cString: sqlite3_errmsg(database.sqliteConnection)), sql: sql.text)
    }
}

/// `SQLITE_TRANSIENT`, which C declares as a cast: SQLite copies the bytes before the call returns.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

private struct SQLiteRow: SQLRow {
    let statement: OpaquePointer

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func text(_ column: Int32) -> String { String(decoding: textBytes(column), as: UTF8.self) }

    private func textBytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        // The text first, then its length, as the documentation of sqlite3_column_bytes asks.
        let start = sqlite3_column_text(statement, column)
        return UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, column)))
    }

    func blob(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }

    func value(_ column: Int32) throws -> SQLValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_NULL: return .null
        case SQLITE_INTEGER: return .integer(integer(column))
        case SQLITE_BLOB: return .blob(blob(column))
        case SQLITE_TEXT:
            if let text = String(validating: textBytes(column), as: UTF8.self) { return .text(text) }
            fallthrough
        default: throw UnreadableRow(column: column, text: text(column))
        }
    }
}
