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

    /// How often a batch is run that loses a race.
    static let mostAttempts = 5

    private let queue = WorkQueue<any Transaction>()
    private let counter = Counter()

    /// Counted on the writer's thread, read anywhere.
    private final class Counter: Sendable {
        let retries = Atomic(0)
    }

    /// How many batches were run again.
    var retries: Int { counter.retries.load(ordering: .relaxed) }

    /// - Parameter begin: Called once, on the writer's thread; what it makes never leaves that thread.
    init(begin: @escaping @Sendable () -> some BatchWriter) {
        let (queue, counter) = (queue, counter)
        let thread = Thread { Self.serve(queue, begin(), counter) }
        thread.name = "store-writer"
        thread.start()
    }

    deinit { queue.close() }

    /// Runs `body` in the next batch; returns or throws after that batch is on disk.
    func write<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
        try await queue.perform(body)
    }

    /// Refuses new writes, finishes those that wait, and returns
    /// when the thread has let go of the database.
    func close() async { await queue.end(threads: 1) }

    private static func serve(_ queue: WorkQueue<any Transaction>, _ writer: some BatchWriter, _ counter: Counter) {
        while let first = queue.wait(atMost: greatestBatch) {
            var batch = first
            for attempt in 1... {
                do {
                    for answer in try run(&batch, queue, writer) { answer() }
                } catch  where writer.isLostRace(error) && attempt < mostAttempts {
                    // Nothing of the batch is left, so its bodies may be run again.
                    counter.retries.add(1, ordering: .relaxed)
                    continue
                } catch {
                    // Nothing of the batch is on disk, so nobody may hear that it is.
                    let outage = writer.explained(error)
                    for write in batch { write.fail(outage) }
                }
                break
            }
        }
        // Before anybody hears that this is over: whoever closes
        // the database next must find nothing in use.
        writer.letGo()
        queue.finish()
    }

    /// Has a batch committed, with what else arrives while its bodies run.
    private static func run(
        _ batch: inout [WorkQueue<any Transaction>.Work], _ queue: WorkQueue<any Transaction>,
        _ writer: some BatchWriter
    ) throws -> [Answer] {
        var answers: [Answer] = []
        try writer.transact { isolated in
            let start = ContinuousClock.now
            while answers.count < batch.count {
                answers.append(try answer(to: batch[answers.count], writer, isolated))
                let room = greatestBatch - batch.count
                if answers.count == batch.count, room > 0, ContinuousClock.now - start < longestBatch {
                    batch += queue.take(atMost: room)
                }
            }
        }
        return answers
    }

    /// An error may rest on what earlier bodies of the batch wrote,
    /// so it waits for the commit as results do.
    private static func answer(
        to write: WorkQueue<any Transaction>.Work, _ writer: some BatchWriter, _ isolated: Isolated
    ) throws -> Answer {
        switch try isolated(write.run) {
        case .success(let answer): return answer
        case .failure(let error):
            let explained = writer.explained(error)
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
    /// - Returns: A `Fault` with the cause if `error` is an outage; every other error as it is.
    func explained(_ error: any Error) -> any Error
    /// Whether what failed may well succeed when it is run once more, since others
    /// were only quicker.
    func isLostRace(_ error: any Error) -> Bool
}
