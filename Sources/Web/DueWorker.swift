import Basics
import Logging
import Onboarding
import ServiceLifecycle

/// Fires timers and performs effects while a server runs.
struct DueWorker: Service {
    let onboarding: Onboarding
    let metrics: Metrics
    let logger: Logger

    /// A reminder that is a few seconds late is none the worse; an invitation is sent by whoever caused it.
    private static let pause = Duration.seconds(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Counts on while the machine sleeps, so that waking up is no jump.
            let start = ContinuousClock.now
            var watch = ClockWatch(wall: onboarding.world.now(), steady: .zero)
            while !Task.isCancelled {
                var isMore = false
                let verdict = watch.look(wall: onboarding.world.now(), steady: ContinuousClock.now - start)
                metrics.hold(timers: verdict != .steady)
                if case .jumped(let seconds) = verdict {
                    metrics.jumped()
                    logger.error(
                        "the clock was set forward: timers wait until it is back, or has gone steadily for a while",
                        metadata: ["seconds": "\(seconds)", "patience": "\(ClockWatch.patience)"])
                }
                do {
                    let report = try await onboarding.runDue(firesTimers: verdict == .steady)
                    if report.failures > 0 {
                        logger.warning("due work failed", metadata: ["count": "\(report.failures)"])
                    }
                    isMore = try await onboarding.advanceBatches()
                } catch  where Task.isCancelled {
                    // What was cut off by the end stays due, and is nobody's outage.
                    return
                } catch {
                    // The database may be back in a moment; what is due stays due.
                    logger.error("due work stopped", metadata: ["why": "\(error.told)"])
                }
                // Somebody looks at a file while its rows are checked and submitted.
                if !isMore { try? await Task.sleep(for: Self.pause) }  // Cancelled is how it ends.
            }
        }
    }
}
