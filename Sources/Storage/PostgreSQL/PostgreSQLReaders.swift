import Basics
import Foundation
import Records

/// The connections of a node that read: each with a thread of its own, made when it is first needed.
final class PostgreSQLReaders: Sendable {
    private let work = WorkQueue<PendingRead>()
    private let threads: Int

    private struct PendingRead: Sendable {
        /// Runs the body, and returns what tells the caller its result.
        let run: @Sendable (any Snapshot) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    /// - Parameters:
    ///   - width: how many may read at once.
    ///   - patience: seconds that a statement may take.
    init(_ address: PostgreSQLAddress, width: Int, patience: Double) {
        threads = width
        for number in 0..<width {
            let work = work
            let thread = Thread { Self.serve(work, address, patience) }
            thread.name = "store-reader-\(number)"
            thread.start()
        }
    }

    deinit { work.close() }

    func read<Value: Sendable>(_ body: @escaping @Sendable (any Snapshot) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { (caller: CheckedContinuation<Value, any Error>) in
            let job = PendingRead(
                run: { snapshot in
                    let value = try body(snapshot)
                    return { caller.resume(returning: value) }
                },
                fail: { caller.resume(throwing: $0) })
            if !work.put(job) { caller.resume(throwing: Fault.databaseIsClosed) }
        }
    }

    /// Finishes what waits, and returns when every connection is closed.
    func close() async {
        work.close()
        await withCheckedContinuation { work.whenFinished(threads: threads, $0) }
    }

    private static func serve(_ work: WorkQueue<PendingRead>, _ address: PostgreSQLAddress, _ patience: Double) {
        var connection: PostgreSQLConnection?
        while let job = work.wait(atMost: 1)?.first {
            do {
                try answer(job, on: &connection, address, patience)
            } catch {
                job.fail(PostgreSQLError.explained(error))
            }
        }
        connection = nil
        work.finish()
    }

    private static func answer(
        _ job: PendingRead, on connection: inout PostgreSQLConnection?, _ address: PostgreSQLAddress, _ patience: Double
    ) throws {
        let wasOpen = connection?.isBroken == false
        do {
            try answer(job, opening(&connection, address, patience), patience)
        } catch let error as PostgreSQLError where error.endsConnection && wasOpen {
            // The server was started again in the meantime; to read once more changes nothing.
            connection = nil
            try answer(job, opening(&connection, address, patience), patience)
        }
    }

    private static func opening(
        _ connection: inout PostgreSQLConnection?, _ address: PostgreSQLAddress, _ patience: Double
    ) throws -> PostgreSQLConnection {
        if let connection, !connection.isBroken { return connection }
        let fresh = try PostgreSQLConnection(address, patience: patience)
        connection = fresh
        return fresh
    }

    private static func answer(_ job: PendingRead, _ connection: PostgreSQLConnection, _ patience: Double) throws {
        connection.later("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.later(limits)
        let answer: @Sendable () -> Void
        do { answer = try job.run(SQLTransaction(connection: connection)) } catch {
            connection.rollBack()
            throw error
        }
        answer()
        // The caller has what it asked for; a connection that fails now is made anew for the next.
        _ = try? connection.run("COMMIT", [])
    }

    private static let limits: SQL = """
        SELECT set_config('statement_timeout', '30s', true),
            set_config('idle_in_transaction_session_timeout', '60s', true)
        """
}
