import GRDB
import Records

/// The writer's end of a GRDB pool: runs batches for `GroupCommitter`, on that one thread.
final class SQLiteWriter: BatchWriter {
    private let pool: DatabasePool
    private var connection: SQLiteConnection?
    private let memory = WriterMemory()

    /// Number of the newest migration that this program knows.
    private let schema: Int

    init(_ pool: DatabasePool, schema: Int) {
        self.pool = pool
        self.schema = schema
    }

    func transact(_ batch: (GroupCommitter.Isolated) throws -> Void) throws {
        try pool.writeWithoutTransaction { database in
            let connection = connection ?? SQLiteConnection(database)
            self.connection = connection
            let transaction = SQLTransaction(connection: connection, memory: memory)
            do {
                // IMMEDIATE: another process is waited for here, and cannot
                // come between a body's read and its write.
                try connection.send("BEGIN IMMEDIATE", [])
                try Migrator.requireWritable(connection, newest: schema)
                try batch { body in try Self.isolated(body, transaction) }
                try connection.send("COMMIT", [])
                memory.commit()
            } catch {
                memory.forget(since: 0)
                // After some failures SQLite has rolled back by itself; a
                // failure to do so again would hide the first.
                if connection.isInTransaction { try? connection.send("ROLLBACK", []) }
                throw error
            }
        }
    }

    func letGo() { connection = nil }

    func explained(_ error: any Error) -> any Error { Outage.explained(error) }

    /// Another process is waited for before anything is read.
    func isLostRace(_ error: any Error) -> Bool { false }

    private static func isolated(
        _ body: (any Transaction) throws -> GroupCommitter.Answer, _ transaction: SQLTransaction<SQLiteConnection>
    ) throws -> Result<GroupCommitter.Answer, any Error> {
        let connection = transaction.connection.base
        let mark = transaction.memory?.mark ?? 0
        try connection.send("SAVEPOINT body", [])
        do {
            let answer = try body(transaction)
            try connection.send("RELEASE body", [])
            return .success(answer)
        } catch {
            // A full disk may have undone the whole batch, not only this body.
            guard connection.isInTransaction else { throw error }
            transaction.memory?.forget(since: mark)
            transaction.connection.forgetAll()
            try connection.send("ROLLBACK TO body", [])
            try connection.send("RELEASE body", [])
            return .failure(error)
        }
    }
}
