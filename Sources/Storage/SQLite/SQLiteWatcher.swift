import GRDB
import Records
import Synchronization

/// A connection that writes nothing, by which SQLite tells whether any other has committed, of whatever process.
///
/// It reads one counter in shared memory: some microseconds, and never waits for a writer. That is less than to hand
/// the question to another thread, so it is asked on the caller's.
final class SQLiteWatcher: Sendable {
    /// Nil once closed.
    private let queue: Mutex<DatabaseQueue?>

    init(path: String) throws {
        var configuration = Configuration()
        configuration.label = "watcher"
        configuration.readonly = true
        configuration.busyMode = .immediateError
        queue = Mutex(try DatabaseQueue(path: path, configuration: configuration))
    }

    /// - Returns: nil once closed.
    func mark() throws -> StoreMark? {
        try queue.withLock { queue in
            try queue?.inDatabase { database in
                // A number that is another one after each commit of another connection, and is this connection's own.
                let statement = try database.cachedStatement(sql: "PRAGMA data_version")
                return try Int64.fetchOne(statement).map { StoreMark(String($0)) }
            }
        }
    }

    func close() {
        queue.withLock { queue in
            try? queue?.close()  // It holds nothing; the end of the process closes it, too.
            queue = nil
        }
    }
}
