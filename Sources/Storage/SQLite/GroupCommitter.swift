import Foundation
import Records
import Synchronization

/// Makes durable writes cheap: what waits at the same moment is committed together, with one fsync.
///
/// One thread owns the writing. It takes every body that waits, runs each in a savepoint of
/// its own, commits them all, and only then answers each caller. Nobody waits for company: a
/// lone body is committed at once, and while one batch is being written to disk the next
/// gathers by itself. No cooperative thread ever blocks.
final class GroupCommitter: Sendable {
    /// Tells a caller its result; called once its batch is on disk.
    typealias Answer = @Sendable () -> Void
    /// Runs one body in a savepoint of the open batch: `.failure` if it threw and left no trace.
    ///
    /// - Throws: What ends the whole batch.
    typealias Isolated = (_ body: (any Transaction) throws -> Answer) throws -> Result<Answer, any Error>

    /// Bounds of one batch, so that the first of a crowd is not kept waiting by the last.
    static let greatestBatch = 256
    static let longestBatch = Duration.milliseconds(20)

    private let queue = WriteQueue()

    /// - Parameter begin: Called once, on the writer's thread; what it makes never leaves that thread.
    init(begin: @escaping @Sendable () -> some BatchWriter) {
        let queue = queue
        let thread = Thread { Self.serve(queue, begin()) }
        thread.name = "store-writer"
        thread.start()
    }

    deinit { queue.close() }

    /// Runs `body` in the next batch; returns or throws after that batch is on disk.
    func write<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { (caller: CheckedContinuation<Value, any Error>) in
            let write = PendingWrite(
                run: { transaction in
                    let value = try body(transaction)
                    return { caller.resume(returning: value) }
                },
                fail: { caller.resume(throwing: $0) })
            if !queue.put(write) { caller.resume(throwing: Outage.closed) }
        }
    }

    /// Refuses new writes, finishes those that wait, and returns
    /// when the thread has let go of the database.
    func close() async {
        queue.close()
        await withCheckedContinuation { queue.whenFinished($0) }
    }

    private static func serve(_ queue: WriteQueue, _ writer: some BatchWriter) {
        while let first = queue.waitForWrites() {
            var batch = first
            var answers: [Answer] = []
            do {
                try writer.transact { isolated in
                    let start = ContinuousClock.now
                    // Whatever arrives while bodies run still comes along, up to the bounds.
                    while answers.count < batch.count {
                        answers.append(try answer(to: batch[answers.count], isolated))
                        let room = greatestBatch - batch.count
                        if answers.count == batch.count, room > 0, ContinuousClock.now - start < longestBatch {
                            batch += queue.takeWaiting(atMost: room)
                        }
                    }
                }
                for answer in answers { answer() }
            } catch {
                // Nothing of the batch is on disk, so nobody may hear that it is.
                let outage = Outage.explained(error)
                for write in batch { write.fail(outage) }
            }
        }
        // Before anybody hears that this is over: whoever closes
        // the database next must find nothing in use.
        writer.letGo()
        queue.finish()
    }

    /// An error may rest on what earlier bodies of the batch wrote,
    /// so it waits for the commit as results do.
    private static func answer(to write: PendingWrite, _ isolated: Isolated) throws -> Answer {
        switch try isolated(write.run) {
        case .success(let answer): return answer
        case .failure(let error):
            let explained = Outage.explained(error)
            return { write.fail(explained) }
        }
    }
}

/// What a committer needs of a database, on its one thread.
protocol BatchWriter: SendableMetatype {
    /// Runs a batch in one durable transaction; when this throws, nothing of it is left.
    func transact(_ batch: (GroupCommitter.Isolated) throws -> Void) throws
    /// Releases everything that belongs to the database; nothing is called after this.
    func letGo()
}
