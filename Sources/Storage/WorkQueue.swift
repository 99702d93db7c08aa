import Basics
import Dispatch
import Synchronization

/// Where callers leave what they want done with a transaction or a view, and threads wait for it.
final class WorkQueue<Access>: Sendable {
    /// One caller's body, and the way back to the caller.
    struct Work: Sendable {
        /// Runs the body; returns what tells the caller its result.
        let run: @Sendable (Access) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting: [Work] = []
        var sleepers = 0
        var isClosed = false
        var finished = 0
        var watchers: [(threads: Int, caller: CheckedContinuation<Void, Never>)] = []

        mutating func take(atMost limit: Int) -> [Work] {
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

    /// Has a thread run `body`; returns or throws when that thread answers.
    func perform<Value: Sendable>(_ body: @escaping @Sendable (Access) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { (caller: CheckedContinuation<Value, any Error>) in
            let work = Work(
                run: { access in
                    let value = try body(access)
                    return { caller.resume(returning: value) }
                },
                fail: { caller.resume(throwing: $0) })
            if !put(work) { caller.resume(throwing: Fault.databaseIsClosed) }
        }
    }

    /// - Returns: False after `close`.
    private func put(_ work: Work) -> Bool {
        let (accepted, mustWake) = state.withLock { state -> (Bool, Bool) in
            guard !state.isClosed else { return (false, false) }
            state.waiting.append(work)
            guard state.sleepers > 0 else { return (true, false) }
            state.sleepers -= 1
            return (true, true)
        }
        if mustWake { bell.signal() }
        return accepted
    }

    /// Blocks a thread until something waits; nil once closed and empty.
    func wait(atMost limit: Int) -> [Work]? {
        while true {
            let (taken, isClosed) = state.withLock { state -> ([Work], Bool) in
                let taken = state.take(atMost: limit)
                if taken.isEmpty, !state.isClosed { state.sleepers += 1 }
                return (taken, state.isClosed)
            }
            if !taken.isEmpty { return taken }
            if isClosed { return nil }
            bell.wait()
        }
    }

    /// What waits right now.
    func take(atMost limit: Int) -> [Work] { state.withLock { $0.take(atMost: limit) } }

    func close() {
        let sleepers = state.withLock { state -> Int in
            state.isClosed = true
            defer { state.sleepers = 0 }
            return state.sleepers
        }
        for _ in 0..<sleepers { bell.signal() }
    }

    /// Told by a thread that takes no more.
    func finish() {
        let callers = state.withLock { state in
            state.finished += 1
            defer { state.watchers.removeAll { $0.threads <= state.finished } }
            return state.watchers.filter { $0.threads <= state.finished }.map(\.caller)
        }
        for caller in callers { caller.resume() }
    }

    /// Takes nothing more, and returns once so many threads have finished what waits.
    func end(threads: Int) async {
        close()
        await withCheckedContinuation { whenFinished(threads, $0) }
    }

    private func whenFinished(_ threads: Int, _ caller: CheckedContinuation<Void, Never>) {
        let isFinished = state.withLock { state -> Bool in
            let isFinished = state.finished >= threads
            if !isFinished { state.watchers.append((threads, caller)) }
            return isFinished
        }
        if isFinished { caller.resume() }
    }
}
