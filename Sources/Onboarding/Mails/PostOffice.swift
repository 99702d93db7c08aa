import Synchronization

/// How mails leave this process: by couriers that wait beside it, or else at once and in a hurry.
///
/// One for all copies of an `Onboarding`.
public final class PostOffice: Sendable {
    private struct State {
        var isManned = false
        /// Sweeps of timers that go on now.
        var sweeps = 0
    }

    private let state = Mutex(State())
    /// Rings when a mail was ordered; several rings that nobody has heard yet are one.
    ///
    /// One task listens.
    public let bell: AsyncStream<Void>
    private let rope: AsyncStream<Void>.Continuation
    /// The same for words to applications, which no mail keeps waiting.
    public let logoutBell: AsyncStream<Void>
    private let logoutRope: AsyncStream<Void>.Continuation

    public init() {
        (bell, rope) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        (logoutBell, logoutRope) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// From now on couriers wait here: whoever orders a mail rings and goes on.
    public func man() { state.withLock { $0.isManned = true } }

    public func ring() {
        rope.yield()
        logoutRope.yield()
    }

    var isManned: Bool { state.withLock { $0.isManned } }

    /// While timers are swept what a file says together is still growing, and waits.
    var isGathering: Bool { state.withLock { $0.sweeps > 0 } }

    func gathering<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        state.withLock { $0.sweeps += 1 }
        defer { state.withLock { $0.sweeps -= 1 } }
        return try await body()
    }
}
