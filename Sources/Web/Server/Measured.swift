import Basics
import Logging
import Onboarding
import Records

extension Onboarding {
    /// The same use cases, with the database and the mail watched.
    func measured(by metrics: Metrics, _ logger: Logger) -> Onboarding {
        Onboarding(
            store: MeasuredStore(store: store, metrics: metrics, outages: OutageLog(logger: logger)), world: world,
            catalogue: catalogue, library: library,
            calendars: calendars, keys: keys, passwords: passwords, hasher: hasher,
            mailer: MeasuredMailer(mailer: mailer, metrics: metrics), heads: heads, settings: settings,
            post: post)
    }
}

/// A store that tells how long it took: from the call to the answer, waiting for others included.
struct MeasuredStore: Store {
    let store: any Store
    let metrics: Metrics
    let outages: OutageLog

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await measured(.write) { try await store.write(body) }
    }

    func read<Result: Sendable>(_ body: @escaping @Sendable (any Snapshot) throws -> Result) async throws -> Result {
        try await measured(.read) { try await store.read(body) }
    }

    /// A refusal of a rule is a good answer; only an outage is counted as one.
    private func measured<Result: Sendable>(
        _ use: Metrics.DatabaseUse, _ body: () async throws -> Result
    ) async throws -> Result {
        let start = ContinuousClock.now
        do {
            let result = try await body()
            metrics.used(use, seconds: start.secondsSince, isOutage: false)
            outages.end(of: use)
            return result
        } catch {
            // Who was cut off by the end of the service asks for nothing any more.
            let isOutage = (error as? Fault).map { $0.code == .unavailable } ?? !(error is CancellationError)
            metrics.used(use, seconds: start.secondsSince, isOutage: isOutage)
            throw isOutage ? outages.begin(of: use, error) : error
        }
    }
}

/// A mailer that counts what becomes of mails.
struct MeasuredMailer: Mailer {
    let mailer: any Mailer
    let metrics: Metrics

    var server: String? { mailer.server }
    var longestTrySeconds: Int64 { mailer.longestTrySeconds }
    var width: Int { mailer.width }

    func deliver(_ mail: Mail) async throws(DeliveryFailure) {
        do throws(DeliveryFailure) {
            try await mailer.deliver(mail)
        } catch {
            metrics.mailed(error.isPermanent ? .refused : .failed)
            throw error
        }
        metrics.mailed(.sent)
    }
}

extension ContinuousClock.Instant {
    /// Until now.
    var secondsSince: Double { (ContinuousClock.now - self) / .seconds(1) }
}
