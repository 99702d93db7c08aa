import Basics
import Logging
import Onboarding
import Records
import ServiceLifecycle

/// Tells the installation that this process serves, as long as it does.
struct Heartbeat: Service {
    let onboarding: Onboarding
    let facts: ProcessFacts
    let logger: Logger

    func run() async throws {
        let world = onboarding.world
        let id = NodeID(at: world.now(), random: world.random)
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await attempt("this node could not tell of itself") {
                    try await onboarding.tell(
                        ofNode: id, host: facts.machine, version: facts.version,
                        since: facts.startedAt)
                }
                try? await Task.sleep(for: .seconds(Node.pauseSeconds))  // Cancelled is how it ends.
            }
        }
        await attempt("this node could not take its leave") { try await onboarding.forgetNode(id) }
    }

    private func attempt(_ message: Logger.Message, _ body: () async throws -> Void) async {
        do { try await body() } catch  where Task.isCancelled {} catch { logger.failed(message, error) }
    }
}
