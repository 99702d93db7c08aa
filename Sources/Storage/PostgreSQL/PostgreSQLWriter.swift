import Records

/// The one connection of a node that writes: runs batches for `GroupCommitter`, on its one thread.
///
/// A node that stops in the middle of a batch keeps the others waiting until the server ends its
/// transaction, five seconds later; of what it had not committed nothing is left then.
final class PostgreSQLWriter: BatchWriter {
    private let address: PostgreSQLAddress
    private var connection: PostgreSQLConnection?
    private let memory = WriterMemory()
    /// Whether each body waits for the outcome of what it sent.
    ///
    /// Usually that comes with what the next one asks. Where something failed nobody knows then whose fault
    /// it was, so the batch is run once more, in this manner.
    private var isCareful = false
    /// Number of the newest migration that this program knows.
    private let schema: Int
    /// Called before every statement: a test makes it fail.
    private let interruption: (@Sendable () throws -> Void)?

    init(_ address: PostgreSQLAddress, schema: Int, interruption: (@Sendable () throws -> Void)?) {
        self.address = address
        self.schema = schema
        self.interruption = interruption
    }

    /// Seconds that a statement, or waiting for another writer, may take.
    static let patience = 15.0

    private static let limits: SQL = """
        SELECT set_config('statement_timeout', '15s', true), set_config('lock_timeout', '15s', true),
            set_config('idle_in_transaction_session_timeout', '5s', true)
        """

    func transact(_ batch: (GroupCommitter.Isolated) throws -> Void) throws {
        let connection = try begun()
        let transaction = SQLTransaction(connection: connection, memory: memory)
        var isCommitting = false
        do {
            try batch { body in try isolated(body, transaction) }
            isCommitting = true
            _ = try connection.run("COMMIT", [])
            memory.commit()
            isCareful = false
        } catch {
            memory.forget(since: 0)
            connection.rollBack()
            if error is PostgreSQLConnection.EarlierFailure { isCareful = true }
            throw connection.isBroken && !isCommitting ? LostTurn(cause: error) : error
        }
    }

    /// The connection was lost on the way, so that for certain nothing is committed: as where a node
    /// was stopped for too long, or the server was started again.
    private struct LostTurn: Error {
        let cause: any Error
    }

    /// A connection on which it is this node's turn to write.
    private func begun() throws -> PostgreSQLConnection {
        if let connection, !connection.isBroken {
            do {
                try begin(on: connection)
                return connection
            } catch let error as PostgreSQLError where error.endsConnection {
                // The server was started again in the meantime: nothing was run yet, so the
                // same is tried once more.
            }
        }
        connection = nil
        let fresh = try PostgreSQLConnection(address, patience: Self.patience)
        fresh.interruption = interruption
        try begin(on: fresh)
        connection = fresh
        return fresh
    }

    private func begin(on connection: PostgreSQLConnection) throws {
        connection.later("BEGIN")
        connection.later(Self.limits)
        connection.later(Dialect.writersTurn)
        do {
            try Migrator.requireWritable(connection, newest: schema)
        } catch {
            connection.rollBack()
            throw error
        }
    }

    func letGo() { connection = nil }

    func explained(_ error: any Error) -> any Error {
        PostgreSQLError.explained(
            (error as? LostTurn)?.cause ?? (error as? PostgreSQLConnection.EarlierFailure)?.cause ?? error)
    }

    func isLostRace(_ error: any Error) -> Bool {
        error is LostTurn || error is PostgreSQLConnection.EarlierFailure
            || (error as? PostgreSQLError)?.isLostRace == true
    }

    private func isolated(
        _ body: (any Transaction) throws -> GroupCommitter.Answer, _ transaction: SQLTransaction<PostgreSQLConnection>
    ) throws -> Result<GroupCommitter.Answer, any Error> {
        let connection = transaction.connection.base
        let mark = transaction.memory?.mark ?? 0
        connection.beginBody()
        do {
            let answer = try body(transaction)
            if isCareful { try connection.settle() }
            connection.endBody()
            return .success(answer)
        } catch {
            let failure = error as? PostgreSQLError
            // Of these the whole transaction is lost.
            let isWhole = failure?.isLostRace == true || error is PostgreSQLConnection.EarlierFailure
            guard !connection.isBroken, !isWhole else { throw error }
            transaction.memory?.forget(since: mark)
            transaction.connection.forgetAll()
            connection.undoBody()
            return .failure(error)
        }
    }
}
