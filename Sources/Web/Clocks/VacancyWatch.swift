import Basics
import Logging
import Onboarding
import ServiceLifecycle

/// Puts into the log which requests nobody can answer, whichever process they became so in:
/// those that are there at its start, and each that comes.
struct VacancyWatch: Service {
    let onboarding: Onboarding
    let logger: Logger

    private static let pause = Duration.seconds(30)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var seen: Int64?
            while !Task.isCancelled {
                do {
                    let last = try await onboarding.newestChange()
                    let vacancies =
                        if let seen { try await onboarding.vacancies(after: seen) } else {
                            try await onboarding.vacancies()
                        }
                    for vacancy in vacancies {
                        logger.warning("nobody can answer a request", metadata: ["why": "\(vacancy.sentence)"])
                    }
                    seen = last
                } catch  where Task.isCancelled {
                    return
                } catch {
                    // The database may be back in a moment; what was not told is told then.
                    logger.failed("requests without an answer not looked for", error)
                }
                try? await Task.sleep(for: Self.pause)  // Cancelled is how it ends.
            }
        }
    }
}
