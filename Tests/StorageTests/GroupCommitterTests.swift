import Basics
import Dispatch
import Records
import StoreConformance
import Synchronization
import Testing

@testable import Storage

/// Counts batches instead of writing them.
///
/// Each waits at its gate before it is "on disk".
private final class FakeDisk: Sendable {
    struct State {
        var batches: [Int] = []
        var failing = false
    }

    let state = Mutex(State())
    let entered = DispatchSemaphore(value: 0)
    let gate = DispatchSemaphore(value: 0)
}

private struct Broken: Error {}

private struct FakeWriter: BatchWriter {
    let disk: FakeDisk
    let transaction: any Transaction

    func transact(_ batch: (GroupCommitter.Isolated) throws -> Void) throws {
        var bodies = 0
        try batch { body in
            bodies += 1
            do { return .success(try body(transaction)) } catch { return .failure(error) }
        }
        disk.entered.signal()
        disk.gate.wait()
        let failing = disk.state.withLock { state in
            state.batches.append(bodies)
            return state.failing
        }
        if failing { throw Broken() }
    }

    func letGo() {}

    func explained(_ error: any Error) -> any Error { error }

    func isLostRace(_ error: any Error) -> Bool { false }
}

/// Bodies of these tests never touch their transaction.
private struct NoConnection: SQLConnection {
    let dialect = Dialect.sqlite
    func run(_ sql: SQL, _ values: [SQLValue]) throws -> Int { throw Broken() }
    func send(_ sql: SQL, _ values: [SQLValue]) throws { throw Broken() }
    func define(_ sql: SQL) throws { throw Broken() }
    func rows<Element>(
        _ sql: SQL, _ values: [SQLValue], _ decode: (any SQLRow) throws -> Element
    ) throws -> [Element] { throw Broken() }
}

@Suite("GroupCommitter", .timeLimit(.minutes(60)))
struct GroupCommitterTests {
    private let disk = FakeDisk()

    private func committer() -> GroupCommitter {
        GroupCommitter { [disk] in
            FakeWriter(disk: disk, transaction: SQLTransaction(connection: NoConnection()))
        }
    }

    /// Waits without holding a cooperative thread.
    private func wait(for semaphore: DispatchSemaphore) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                semaphore.wait()
                continuation.resume()
            }
        }
    }

    @Test("commits together what waits while a batch is being written, and answers each with its own result")
    func gathers() async throws {
        let committer = committer()
        async let first = committer.write { _ in -1 }
        await wait(for: disk.entered)
        let queued = DispatchSemaphore(value: 0)
        let rest = Task {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        queued.signal()
                        return try await committer.write { _ in number }
                    }
                }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
        }
        for _ in 0..<100 { await wait(for: queued) }
        // A task signals just before it queues its body; any that comes late joins one of the next batches.
        for _ in 0..<200 { disk.gate.signal() }
        #expect(try await first == -1)
        #expect(try await rest.value == Set(0..<100))
        await committer.close()
        let batches = disk.state.withLock { $0.batches }
        #expect(batches.first == 1)
        #expect(batches.reduce(0, +) == 101)
        #expect(batches.count < 50)
    }

    @Test("answers nobody before the batch is on disk")
    func answersAfterCommit() async throws {
        let committer = committer()
        let answered = Mutex(false)
        async let result: Void = {
            try await committer.write { _ in }
            answered.withLock { $0 = true }
        }()
        await wait(for: disk.entered)
        #expect(!answered.withLock { $0 })
        disk.gate.signal()
        try await result
        await committer.close()
    }

    @Test("tells every caller of a batch whose commit fails, and goes on with the next")
    func failsWhole() async throws {
        let committer = committer()
        disk.state.withLock { $0.failing = true }
        for _ in 0..<20 { disk.gate.signal() }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask { await #expect(throws: Broken.self) { try await committer.write { _ in } } }
            }
        }
        disk.state.withLock { $0.failing = false }
        for _ in 0..<20 { disk.gate.signal() }
        #expect(try await committer.write { _ in 7 } == 7)
        await committer.close()
    }

    @Test("refuses writes after it was closed, and closing twice is harmless")
    func refusesAfterClose() async {
        let committer = committer()
        await committer.close()
        await committer.close()
        await expectFault(.unavailable) { try await committer.write { _ in } }
    }
}
