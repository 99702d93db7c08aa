import Synchronization

/// Wakes whoever waits for something to happen.
///
/// One for all copies of an `Onboarding`. A service looks at the trail once a second for all who wait and tells
/// it here; without a service nobody is woken, and whoever waits looks again by themselves.
public final class ChangePulse: Sendable {
    /// Beyond that many nobody waits: they get their answer at once.
    public static let greatestWaiters = 1_000

    private struct Waiter {
        let position: Int64
        let wake: AsyncStream<Void>.Continuation
    }

    private struct State {
        var waiters: [UInt64: Waiter] = [:]
        var next: UInt64 = 0
        /// Where the trail ended at the last look; nil while nobody looks.
        var newest: Int64?
    }

    private let state = Mutex(State())

    public init() {}

    /// The trail ends here now.
    public func beat(_ newest: Int64) {
        state.withLock { state in
            state.newest = newest
            for (id, waiter) in state.waiters where waiter.position < newest {
                waiter.wake.finish()
                state.waiters[id] = nil
            }
        }
    }

    /// The service stops, and nobody waits any more.
    public func end() {
        state.withLock { state in
            state.newest = nil
            state.waiters.values.forEach { $0.wake.finish() }
            state.waiters = [:]
        }
    }

    /// Until the trail has gone beyond a position, or the time is over, or the service stops.
    ///
    /// - Returns: whether there may be something new.
    public func wait(beyond position: Int64, for time: Duration) async -> Bool {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self)
        let id = state.withLock { state -> UInt64? in
            guard let newest = state.newest, newest <= position, state.waiters.count < Self.greatestWaiters else {
                return nil
            }
            state.next += 1
            state.waiters[state.next] = Waiter(position: position, wake: wake)
            return state.next
        }
        guard let id else { return isBeyond(position) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in wakes {} }
            group.addTask { try? await Task.sleep(for: time) }  // Cancelled is how it ends, when something happened.
            await group.next()
            group.cancelAll()
        }
        state.withLock { $0.waiters.removeValue(forKey: id)?.wake.finish() }
        return isBeyond(position)
    }

    private func isBeyond(_ position: Int64) -> Bool { state.withLock { $0.newest.map { $0 > position } ?? false } }
}
