import Basics
import Logging
import Onboarding
import ServiceLifecycle

/// Signs the audit trail while a server runs: at its start, every hour,
/// whatever else there is to do, and at its end.
struct AuditSigner: Service {
    let onboarding: Onboarding
    let logger: Logger

    private static let pause = Duration.seconds(3_600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await sign()
                try? await Task.sleep(for: Self.pause)  // Cancelled is how it ends; whoever closes the folder signs.
            }
        }
    }

    /// Once an hour there is time to prove all of it.
    private func sign() async {
        do {
            for failure in try await onboarding.signAudit(proving: .whole) {
                logger.warning("audit head not sent", metadata: ["why": "\(failure)"])
            }
        } catch  where Task.isCancelled {} catch {
            // Nothing stops: what is recorded meanwhile waits
            // for whoever mends the trail or accepts it.
            logger.failed("audit trail not signed", error)
        }
    }
}
