import GRDB
import GRDBSQLite
import Records
import Synchronization

/// A connection that writes nothing, by which SQLite tells whether any other has committed, of whatever process.
///
/// It reads one counter in shared memory: a microsecond or two, and never waits for a writer. That is less than to hand
/// the question to another thread, as connections of the library do, so it is asked on the caller's.
final class SQLiteWatcher: Sendable {
    /// Used by one thread at a time.
    private struct Connection: @unchecked Sendable {
        let database: OpaquePointer
        let question: OpaquePointer
    }

    /// Nil once closed.
    private let connection: Mutex<Connection?>

    init(path: String) throws {
        var database: OpaquePointer?
        let opened = sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard opened == SQLITE_OK, let database else {
            sqlite3_close(database)
            throw DatabaseError(resultCode: ResultCode(rawValue: opened))
        }
        var question: OpaquePointer?
        // A number that is another one after each commit of another connection, and is this connection's own.
        let prepared = sqlite3_prepare_v3(
            database, "PRAGMA data_version", -1, UInt32(SQLITE_PREPARE_PERSISTENT), &question, nil)
        guard prepared == SQLITE_OK, let question else {
            sqlite3_close(database)
            throw DatabaseError(resultCode: ResultCode(rawValue: prepared))
        }
        connection = Mutex(Connection(database: database, question: question))
    }

    deinit { close() }

    /// - Returns: nil once closed.
    func mark() throws -> StoreMark? {
        try connection.withLock { connection in
            guard let connection else { return nil }
            defer { sqlite3_reset(connection.question) }
            guard sqlite3_step(connection.question) == SQLITE_ROW else {
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection.database)),
                    message: String(cString: sqlite3_errmsg(connection.database)))
            }
            return StoreMark(String(sqlite3_column_int64(connection.question, 0)))
        }
    }

    func close() {
        connection.withLock { connection in
            guard let open = connection else { return }
            sqlite3_finalize(open.question)
            sqlite3_close(open.database)
            connection = nil
        }
    }
}
