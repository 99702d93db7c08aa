import Basics
import Logging
import Onboarding
import Records
import ServiceLifecycle
import Synchronization

/// What the boundary refuses, on its way to the database: merged while it waits, so that a
/// flood costs a few writes a second, and never the time of an answer.
final class SecurityRecorder: Service {
    /// So many kinds of sightings wait at most; what is more is counted together.
    private static let greatestNumber = 500
    private static let pause = Duration.milliseconds(250)

    private let onboarding: Onboarding
    private let logger: Logger
    private let waiting = Mutex<[Key: Sighting]>([:])

    private struct Key: Hashable {
        let kind: SecurityEvent.Kind
        let network: String
        let who: String
    }

    init(onboarding: Onboarding, logger: Logger) {
        self.onboarding = onboarding
        self.logger = logger
    }

    func add(_ sighting: Sighting) {
        let key = Key(kind: sighting.kind, network: sighting.origin.network, who: sighting.who)
        waiting.withLock { waiting in
            let isCrowd = waiting.count >= Self.greatestNumber && waiting[key] == nil
            let key = isCrowd ? Key(kind: sighting.kind, network: "*", who: "*") : key
            if waiting[key] != nil {
                waiting[key]?.count += sighting.count
            } else {
                waiting[key] =
                    isCrowd ? Sighting(sighting.kind, from: Origin(route: sighting.origin.route)) : sighting
            }
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.flush()
                try? await Task.sleep(for: Self.pause)  // Cancelled is how it ends.
            }
        }
        if let error = await flush() { logger.failed("security events lost", error) }
    }

    /// - Returns: Why nothing was written: it waits for the next time.
    @discardableResult
    func flush() async -> (any Error)? {
        let sightings = waiting.withLock { waiting in
            let all = Array(waiting.values)
            waiting = [:]
            return all
        }
        do { try await onboarding.record(sightings) } catch {
            for sighting in sightings { add(sighting) }
            return error
        }
        return nil
    }
}

/// Forgets what nobody needs any more and tells operators of unusual numbers, while a server runs.
struct SecurityWatch: Service {
    let onboarding: Onboarding
    let logger: Logger

    private static let pause = Duration.seconds(60)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await onboarding.forgetSecurityEvents()
                    try await onboarding.forgetEnded()
                    for (kind, count) in try await onboarding.alarm() {
                        logger.warning(
                            "security alarm", metadata: ["kind": "\(kind.rawValue)", "lastHour": "\(count)"])
                    }
                } catch  where Task.isCancelled {} catch {
                    // The next round tries again.
                    logger.failed("security events not watched", error)
                }
                try? await Task.sleep(for: Self.pause)  // Cancelled is how it ends.
            }
        }
    }
}
