public import Records
import Synchronization

/// Applications that hear whose sign-in has ended, but those that are away; those that stall answer when told to.
public final class TestApplications: LogoutNotifier {
    private struct State {
        var calls: [String] = []
        var away: Set<String> = []
        var stalling: Set<String> = []
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// The addresses that were called, in order.
    public var calls: [String] { state.withLock { $0.calls } }

    public func notify(_ address: String, logoutToken: String) async throws(DeliveryFailure) {
        await withCheckedContinuation { call in
            let goesOn = state.withLock { state in
                state.calls.append(address)
                guard state.stalling.contains(address) else { return true }
                state.held.append(call)
                return false
            }
            if goesOn { call.resume() }
        }
        let (isAway, isSlow) = state.withLock { ($0.away.contains(address), $0.stalling.contains(address)) }
        if isAway { throw DeliveryFailure(.later, "Away.") }
        if isSlow { throw DeliveryFailure(.later, "Slow.") }
    }

    public func goAway(_ address: String) { _ = state.withLock { $0.away.insert(address) } }

    public func stall(_ address: String) { _ = state.withLock { $0.stalling.insert(address) } }

    /// Calls that wait are answered now: by a failure if the application goes on stalling.
    public func answer(_ address: String, goingOn isStalling: Bool) {
        let held = state.withLock { state in
            defer { state.held = [] }
            if !isStalling { state.stalling.remove(address) }
            return state.held
        }
        for call in held { call.resume() }
    }

    /// Returns when so many calls have come to an address.
    public func called(_ address: String, times count: Int) async throws {
        while calls.count(where: { $0 == address }) < count { try await Task.sleep(for: .milliseconds(2)) }
    }
}
