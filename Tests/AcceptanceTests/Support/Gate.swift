import Synchronization

/// Lets so many through at a time, first come first served: tests run all at once, and a machine has few processors.
final class Gate: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(width: Int) { state = Mutex(State(free: width)) }

    func pass<Result: Sendable>(
        _ body: @Sendable () async throws -> sending Result
    ) async throws -> Result {
        await enter()
        defer { leave() }
        return try await body()
    }

    func enter() async {
        await withCheckedContinuation { continuation in
            let mayGo = state.withLock { state in
                if state.free == 0 {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if mayGo { continuation.resume() }
        }
    }

    /// The place is handed on, not freed, so that nobody who comes later takes it.
    func leave() {
        let next = state.withLock { state in
            if state.waiting.isEmpty {
                state.free += 1
                return nil as CheckedContinuation<Void, Never>?
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
