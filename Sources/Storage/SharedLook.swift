import Synchronization

/// One look at what many want to know at the same time.
///
/// Whoever comes while one is under way waits for the next, which begins after they came: so nobody is told what was
/// before they asked.
final class SharedLook<Value: Sendable>: Sendable {
    private enum Turn {
        /// To look, for all who wait by then.
        case lead
        case told(Result<Value, any Error>)
    }

    private struct State {
        var isUnderWay = false
        var waiting: [CheckedContinuation<Turn, Never>] = []
    }

    private let state = Mutex(State())

    /// How many wait for a look that has not begun.
    var waiting: Int { state.withLock { $0.waiting.count } }

    func value(_ look: () async throws -> Value) async throws -> Value {
        switch await turn() {
        case .told(let found): return try found.get()
        case .lead:
            let others = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            let found: Result<Value, any Error>
            do { found = .success(try await look()) } catch { found = .failure(error) }
            for other in others { other.resume(returning: .told(found)) }
            handOn()
            return try found.get()
        }
    }

    private func turn() async -> Turn {
        await withCheckedContinuation { caller in
            let mayLead = state.withLock { state in
                if state.isUnderWay {
                    state.waiting.append(caller)
                    return false
                }
                state.isUnderWay = true
                return true
            }
            if mayLead { caller.resume(returning: .lead) }
        }
    }

    /// The first of those who came meanwhile looks next.
    private func handOn() {
        let next = state.withLock { state -> CheckedContinuation<Turn, Never>? in
            state.isUnderWay = !state.waiting.isEmpty
            return state.isUnderWay ? state.waiting.removeFirst() : nil
        }
        next?.resume(returning: .lead)
    }
}
