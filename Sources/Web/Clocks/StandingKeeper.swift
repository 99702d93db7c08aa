import Basics
import Logging
import Onboarding
import ServiceLifecycle

/// Holds in memory how everybody stands, so that decisions need not ask the database; until it does, they ask it.
///
/// What was committed is followed at each question. Once a second it is followed without one, so that none has much
/// to catch up with.
struct StandingKeeper: Service {
    let onboarding: Onboarding
    let logger: Logger

    private static let pause = Duration.seconds(1)
    /// After a failure: the database may be back in a moment.
    private static let patience = Duration.seconds(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var pause = Self.pause
                do {
                    let wasHeld = onboarding.standings.extent != nil
                    let isLevel = try await onboarding.holdStandings()
                    guard let extent = onboarding.standings.extent else {
                        if wasHeld { continue }
                        // This database does not tell what was committed: a file that nobody can write.
                        return
                    }
                    if !wasHeld { tell(extent) }
                    if !isLevel { pause = .zero }
                } catch  where Task.isCancelled {
                    break
                } catch {
                    logger.failed("decisions are not held in memory", error)
                    pause = Self.patience
                }
                try? await Task.sleep(for: pause)  // Cancelled is how it ends.
            }
        }
        onboarding.standings.letGo()
    }

    private func tell(_ extent: HeldStandings.Extent) {
        logger.info(
            "decisions are held in memory",
            metadata: [
                "people": "\(extent.people)", "clouds": "\(extent.clouds)", "grants": "\(extent.grants)",
                "bytes": "\(extent.bytes)",
            ])
    }
}
