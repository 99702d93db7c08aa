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
            post: post, notifier: notifier, caller: caller, ring: ring, standings: standings)
    }
}

/// A store that tells how long it took: from the call to the answer, waiting for others included.
struct MeasuredStore: Store {
    let store: any Store
    let metrics: Metrics
    let outages: OutageLog

    var retries: Int { store.retries }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await measured(.write) { try await store.write { try Self.own(in: $0, body) } }
    }

    func read<Result: Sendable>(_ body: @escaping @Sendable (any Snapshot) throws -> Result) async throws -> Result {
        try await measured(.read) { try await store.read { try Self.own(in: $0, body) } }
    }

    /// Asked for each decision, and quicker than to measure it.
    func mark() async throws -> StoreMark? { try await store.mark() }
    var presentMark: StoreMark? { store.presentMark }

    /// What a rule says, be it that something is out of order: no word of the database.
    private struct Own: Error {
        let fault: Fault
    }

    private static func own<Access, Result>(in access: Access, _ body: (Access) throws -> Result) throws -> Result {
        do { return try body(access) } catch let fault as Fault { throw Own(fault: fault) }
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
        } catch let outage as Fault where outage.code == .unavailable {
            metrics.used(use, seconds: start.secondsSince, isOutage: true)
            throw outages.begin(of: use, outage)
        } catch {
            metrics.used(use, seconds: start.secondsSince, isOutage: false)
            throw (error as? Own)?.fault ?? error
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
