import Dispatch
import Records
import Synchronization

/// One caller's body, and the way back to the caller.
struct PendingWrite: Sendable {
    /// Runs the body; returns what tells the caller its result.
    let run: @Sendable (any Transaction) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
}

/// Where callers leave their writes and the writer's thread waits for them.
final class WriteQueue: Sendable {
    private struct State {
        var waiting: [PendingWrite] = []
        var isWriterAsleep = false
        var isClosed = false
        var isFinished = false
        var watchers: [CheckedContinuation<Void, Never>] = []

        mutating func take(atMost limit: Int) -> [PendingWrite] {
            if waiting.count <= limit {
                defer { waiting = [] }
                return waiting
            }
            defer { waiting.removeFirst(limit) }
            return Array(waiting.prefix(limit))
        }
    }

    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)

    /// - Returns: False after `close`.
    func put(_ write: PendingWrite) -> Bool {
        let (accepted, mustWake) = state.withLock { state -> (Bool, Bool) in
            guard !state.isClosed else { return (false, false) }
            state.waiting.append(write)
            defer { state.isWriterAsleep = false }
            return (true, state.isWriterAsleep)
        }
        if mustWake { bell.signal() }
        return accepted
    }

    /// Blocks the writer's thread until something waits; nil once closed and empty.
    func waitForWrites() -> [PendingWrite]? {
        while true {
            let (taken, isClosed) = state.withLock { state -> ([PendingWrite], Bool) in
                let taken = state.take(atMost: GroupCommitter.greatestBatch)
                state.isWriterAsleep = taken.isEmpty && !state.isClosed
                return (taken, state.isClosed)
            }
            if !taken.isEmpty { return taken }
            if isClosed { return nil }
            bell.wait()
        }
    }

    func takeWaiting(atMost limit: Int) -> [PendingWrite] {
        state.withLock { $0.take(atMost: limit) }
    }

    func close() {
        let mustWake = state.withLock { state -> Bool in
            state.isClosed = true
            defer { state.isWriterAsleep = false }
            return state.isWriterAsleep
        }
        if mustWake { bell.signal() }
    }

    func finish() {
        let watchers = state.withLock { state in
            state.isFinished = true
            return state.watchers
        }
        for watcher in watchers { watcher.resume() }
    }

    func whenFinished(_ watcher: CheckedContinuation<Void, Never>) {
        let isFinished = state.withLock { state -> Bool in
            if !state.isFinished { state.watchers.append(watcher) }
            return state.isFinished
        }
        if isFinished { watcher.resume() }
    }
}
