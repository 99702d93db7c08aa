import Basics
import Logging
import Onboarding
import ServiceLifecycle
import Synchronization

/// Tells open pages that something changed.
///
/// One look at the store a second for the whole process, however many pages are open; what
/// other processes wrote is seen as well. Only *changed* is said: the page asks for
/// itself, and gets what its reader may see.
final class EventHub: Service {
    /// How many pages may listen: in one session, and in this process.
    static let greatestOfSession = 6
    static let greatest = 2_000
    /// Between two signs of life, which also find out that a browser has gone, or a session ended.
    static let beatSeconds = 15

    private static let pause = Duration.seconds(1)
    private static let batch = 500
    /// What is remembered for pages that were made a moment before they listen.
    private static let remembered = 500

    /// One open page; forgotten with it, also where its answer was never begun.
    final class Listener: Sendable {
        let id: UInt64
        /// Wakes for a change or a sign of life, which `take` tells apart; ends when it must.
        let wakes: AsyncStream<Void>
        private let hub: EventHub

        init(id: UInt64, wakes: AsyncStream<Void>, hub: EventHub) {
            self.id = id
            self.wakes = wakes
            self.hub = hub
        }

        deinit { hub.leave(id) }
    }

    private struct Entry {
        var watch: Watch
        var isConcerned: Bool
        let wake: AsyncStream<Void>.Continuation
    }

    private struct State {
        var next: UInt64 = 0
        var entries: [UInt64: Entry] = [:]
        var recent: [Change] = []
        var newest: Int64?
        var isStopping = false

        /// The number of the newest change that is no longer remembered.
        var forgotten: Int64 { recent.first.map { $0.sequence - 1 } ?? newest ?? 0 }
    }

    private let onboarding: Onboarding
    private let logger: Logger
    private let state = Mutex(State())

    init(onboarding: Onboarding, logger: Logger) {
        self.onboarding = onboarding
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var ticks = 0
            while !Task.isCancelled {
                do { try await self.look() } catch  where Task.isCancelled {} catch {
                    // The database may be back in a moment; nothing is forgotten meanwhile.
                    self.logger.failed("changes cannot be read", error)
                }
                ticks += 1
                if ticks % Self.beatSeconds == 0 { self.beat() }
                try? await Task.sleep(for: Self.pause)  // Cancelled is how it ends.
            }
        }
        stop()
    }

    /// Reads what happened since the last look, and wakes whom it concerns.
    func look() async throws {
        guard let newest = state.withLock({ $0.newest }) else {
            let newest = try await onboarding.newestChange()
            state.withLock { $0.newest = newest }
            return onboarding.pulse.beat(newest)
        }
        var after = newest
        while true {
            let changes = try await onboarding.changes(after: after, limit: Self.batch)
            guard let last = changes.last else { return }
            after = last.sequence
            onboarding.pulse.beat(last.sequence)
            state.withLock { state in
                state.newest = last.sequence
                state.recent = (state.recent + changes).suffix(Self.remembered)
                for (id, entry) in state.entries where changes.contains(where: entry.watch.isConcerned) {
                    state.entries[id]?.isConcerned = true
                    entry.wake.yield()
                }
            }
            if changes.count < Self.batch { return }
        }
    }

    private func beat() {
        state.withLock { state in state.entries.values.forEach { $0.wake.yield() } }
    }

    private func stop() {
        onboarding.pulse.end()
        state.withLock { state in
            state.isStopping = true
            state.entries.values.forEach { $0.wake.finish() }
            state.entries = [:]
        }
    }

    // MARK: Listening

    /// The number of the newest change that was looked at; 0 before the first look.
    var newest: Int64 { state.withLock { $0.newest ?? 0 } }

    /// - Parameter since: `newest` before the page was made; what happened
    ///   from then on wakes it at once. By number, not by time: another
    ///   process that writes may have another clock.
    /// - Throws: `Fault.Code.tooMany` beyond the limits, `.unavailable` while the server stops.
    func listen(_ watch: Watch, since: Int64?) throws -> Listener {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        return try state.withLock { state in
            guard !state.isStopping else { throw Fault(.unavailable, "The server is being stopped.") }
            let own = state.entries.values.count { $0.watch.session == watch.session }
            guard own < Self.greatestOfSession, state.entries.count < Self.greatest else {
                throw Fault(
                    .tooMany, "Too many pages wait for news. Close some, or reload to see what is new.",
                    retryAfterSeconds: 60)
            }
            let id = state.next
            state.next += 1
            let isConcerned = since.map { since in
                // What is older than all that is remembered may have
                // concerned them: they look once too often.
                since < state.forgotten || state.recent.contains { $0.sequence > since && watch.isConcerned(by: $0) }
            }
            state.entries[id] = Entry(watch: watch, isConcerned: isConcerned ?? false, wake: wake)
            if isConcerned == true { wake.yield() }
            return Listener(id: id, wakes: wakes, hub: self)
        }
    }

    /// Whether the page has to look again; from now on by what concerns its reader now.
    func take(_ id: UInt64, _ watch: Watch) -> Bool {
        state.withLock { state in
            guard let entry = state.entries[id] else { return false }
            state.entries[id]?.watch = watch
            state.entries[id]?.isConcerned = false
            return entry.isConcerned
        }
    }

    func leave(_ id: UInt64) {
        state.withLock { $0.entries.removeValue(forKey: id)?.wake.finish() }
    }
}
