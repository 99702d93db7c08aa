import Basics
import Logging
import Onboarding
import Records
import ServiceLifecycle
import Synchronization

/// Tells webhooks while a server runs, several at a time: those that fare well, and apart from them those that
/// failed, so that whoever is silent keeps nobody waiting.
struct WebhookCouriers: Service {
    let onboarding: Onboarding
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for state in [Webhook.State.well, .failing] { group.addTask { await keepTelling(state) } }
            }
        }
    }

    /// Whoever calls for webhooks of one state: how many are free, and what wakes them.
    private final class Lanes: Sendable {
        /// Calls that go on at once.
        private static let width = 8

        private let state = Mutex((busy: 0, seen: Int64(0)))
        let bells: AsyncStream<Void>
        private let bell: AsyncStream<Void>.Continuation

        init() { (bells, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }

        var free: Int { state.withLock { Self.width - $0.busy } }
        /// Where the trail ended at the last look.
        var seen: Int64 { state.withLock { $0.seen } }

        func begin(_ round: WebhookRound) {
            state.withLock { state in
                state.busy += round.bags.count
                state.seen = round.end
            }
        }

        func end() {
            state.withLock { $0.busy -= 1 }
            ring()
        }

        func ring() { bell.yield() }

        func close() { bell.finish() }
    }

    private func keepTelling(_ state: Webhook.State) async {
        let lanes = Lanes()
        await withDiscardingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    lanes.ring()
                    await pause { lanes.seen }
                }
                lanes.close()
            }
            for await _ in lanes.bells {
                let free = lanes.free
                guard free > 0, !Task.isCancelled, let round = await round(state, free) else { continue }
                lanes.begin(round)
                if round.hasMore, round.bags.count < free { lanes.ring() }
                for bag in round.bags {
                    group.addTask {
                        await tell(bag)
                        lanes.end()
                    }
                }
            }
        }
    }

    /// For what falls due without anything new.
    private static let pause = Duration.seconds(1)
    /// What is committed at the same moment is told by one look; and whoever looks has its turn meanwhile.
    private static let breath = Duration.milliseconds(100)

    /// A second, or less where something new is committed.
    private func pause(beyond position: @Sendable () -> Int64) async {
        let end = ContinuousClock.now + Self.pause
        try? await Task.sleep(for: Self.breath)  // Cancelled is how it ends.
        let position = position()
        guard await !onboarding.pulse.wait(beyond: position, for: Self.pause) else { return }
        try? await Task.sleep(until: end)  // Cancelled is how it ends.
    }

    private func round(_ state: Webhook.State, _ count: Int) async -> WebhookRound? {
        do { return try await onboarding.takeWebhooks(state, count) } catch  where Task.isCancelled {} catch {
            // The database may be back in a moment; what is due stays due.
            logger.failed("webhooks cannot be told", error)
        }
        return nil
    }

    private func tell(_ bag: WebhookBag) async {
        do {
            guard let failure = try await onboarding.tell(bag).failure else { return }
            logger.warning(
                "a webhook did not take a change", metadata: ["webhook": "\(bag.name)", "why": "\(failure)"])
        } catch  where Task.isCancelled {} catch {
            logger.failed("a webhook was not told", error, metadata: ["webhook": "\(bag.name)"])
        }
    }
}
