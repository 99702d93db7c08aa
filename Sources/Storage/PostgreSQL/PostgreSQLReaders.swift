import Foundation
import Records

/// The connections of a node that read: each with a thread of its own, made when it is first needed.
final class PostgreSQLReaders: Sendable {
    private let queue = WorkQueue<any Snapshot>()
    private let width: Int

    /// - Parameters:
    ///   - width: how many may read at once.
    init(_ address: PostgreSQLAddress, width: Int) {
        self.width = width
        for number in 0..<width {
            let queue = queue
            let thread = Thread { Self.serve(queue, address) }
            thread.name = "store-reader-\(number)"
            thread.start()
        }
    }

    deinit { queue.close() }

    func read<Value: Sendable>(_ body: @escaping @Sendable (any Snapshot) throws -> Value) async throws -> Value {
        try await queue.perform(body)
    }

    /// Finishes what waits, and returns when every connection is closed.
    func close() async { await queue.end(threads: width) }

    private static func serve(_ queue: WorkQueue<any Snapshot>, _ address: PostgreSQLAddress) {
        var connection: PostgreSQLConnection?
        while let read = queue.wait(atMost: 1)?.first {
            do {
                try answer(read, on: &connection, address)
            } catch {
                let explained = PostgreSQLError.explained(error)
                read.fail(explained)
                // Where the server is silent, each would wait for as long again, one after the other.
                guard (error as? PostgreSQLError)?.endsConnection == true else { continue }
                for other in queue.take(atMost: .max) { other.fail(explained) }
            }
        }
        connection = nil
        queue.finish()
    }

    private static func answer(
        _ read: WorkQueue<any Snapshot>.Work, on connection: inout PostgreSQLConnection?, _ address: PostgreSQLAddress
    ) throws {
        let wasOpen = connection?.isBroken == false
        do {
            try answer(read, opening(&connection, address))
        } catch let error as PostgreSQLError where error.endsConnection && wasOpen {
            // The server was started again in the meantime; to read once more changes nothing.
            connection = nil
            try answer(read, opening(&connection, address))
        }
    }

    private static func opening(
        _ connection: inout PostgreSQLConnection?, _ address: PostgreSQLAddress
    ) throws -> PostgreSQLConnection {
        if let connection, !connection.isBroken { return connection }
        let fresh = try PostgreSQLConnection(address, patience: patience)
        connection = fresh
        return fresh
    }

    private static func answer(_ read: WorkQueue<any Snapshot>.Work, _ connection: PostgreSQLConnection) throws {
        connection.later("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.later(limits)
        let answer: @Sendable () -> Void
        do { answer = try read.run(SQLTransaction(connection: connection)) } catch {
            connection.rollBack()
            throw error
        }
        answer()
        // The caller has what it asked for; a connection that fails now is made anew for the next.
        _ = try? connection.run("COMMIT", [])
    }

    /// Seconds that a statement may take.
    private static let patience = 30.0

    private static let limits: SQL = """
        SELECT set_config('statement_timeout', '30s', true),
            set_config('idle_in_transaction_session_timeout', '60s', true)
        """
}
