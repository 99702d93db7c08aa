import Basics
import Logging
import Onboarding
import ServiceLifecycle

/// Fires timers and performs effects on Usher's own data while a server runs; mails are
/// couriers' work, and files have a clock of their own.
struct DueWorker: Service {
    let onboarding: Onboarding
    let metrics: Metrics
    let logger: Logger

    /// A reminder that is a few seconds late is none the worse; an
    /// invitation is sent by whoever caused it.
    private static let pause = Duration.seconds(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Counts on while the machine sleeps, so that waking up is no jump.
            let start = ContinuousClock.now
            var watch = ClockWatch(wall: onboarding.world.now(), steady: .zero)
            while !Task.isCancelled {
                let verdict = watch.look(wall: onboarding.world.now(), steady: ContinuousClock.now - start)
                metrics.hold(timers: verdict != .steady)
                if case .jumped(let seconds) = verdict {
                    metrics.jumped()
                    logger.error(
                        "the clock was set forward: timers wait until it is back, or has gone steadily for a while",
                        metadata: ["seconds": "\(seconds)", "patience": "\(ClockWatch.patience)"])
                }
                do {
                    let report = try await onboarding.keepTime(firesTimers: verdict == .steady)
                    if report.failures > 0 {
                        logger.warning("due work failed", metadata: ["count": "\(report.failures)"])
                    }
                } catch  where Task.isCancelled {
                    // What was cut off by the end stays due, and is nobody's outage.
                    return
                } catch {
                    // The database may be back in a moment; what is due stays due.
                    logger.failed("due work stopped", error)
                }
                try? await Task.sleep(for: Self.pause)  // Cancelled is how it ends.
            }
        }
    }
}

/// Checks and submits the rows of files while a server runs.
struct BatchClerk: Service {
    let onboarding: Onboarding
    let logger: Logger

    private static let pause = Duration.seconds(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var isMore = false
                do {
                    isMore = try await onboarding.advanceBatches()
                } catch  where Task.isCancelled {
                    return
                } catch {
                    logger.failed("files stopped", error)
                }
                // Somebody looks at a file while its rows are checked and submitted.
                if !isMore { try? await Task.sleep(for: Self.pause) }  // Cancelled is how it ends.
            }
        }
    }
}

/// Hands over mails while a server runs, several at a time, so that nothing
/// and nobody else waits for a mail server.
///
/// On SIGTERM what is under way is given up; it stays due.
struct Couriers: Service {
    let onboarding: Onboarding
    let logger: Logger

    /// For what falls due without anybody ringing.
    private static let pause = Duration.seconds(5)
    /// That applications are told in at the same time.
    private static let greatestRounds = 4

    func run() async throws {
        onboarding.post.man()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        onboarding.post.ring()
                        try? await Task.sleep(for: Self.pause)  // Cancelled is how it ends.
                    }
                }
                group.addTask {
                    await tellApplications()
                }
                for await _ in onboarding.post.bell {
                    await deliver("mails") { try await onboarding.deliverDue() }
                    if Task.isCancelled { break }
                }
                group.cancelAll()
            }
        }
    }

    /// A round that waits for one application that is slow keeps the next from nobody.
    private func tellApplications() async {
        await withTaskGroup(of: Void.self) { group in
            var rounds = 0
            for await _ in onboarding.post.logoutBell where !Task.isCancelled {
                if rounds == Self.greatestRounds {
                    await group.next()
                    rounds -= 1
                }
                rounds += 1
                group.addTask {
                    await deliver("words to applications") { try await onboarding.deliverLogouts() }
                }
            }
        }
    }

    private func deliver(_ what: String, _ round: () async throws -> WorkReport) async {
        do {
            let report = try await round()
            if report.failures > 0 {
                logger.warning("\(what) did not leave", metadata: ["count": "\(report.failures)"])
            }
        } catch  where Task.isCancelled {
        } catch {
            logger.failed("\(what) stopped", error)
        }
    }
}
