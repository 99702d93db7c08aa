import Foundation
import LifecycleRig
import Onboarding
import Records
import Storage

/// The same lifecycles on SQLite and on a PostgreSQL server, in turn.
struct Databases {
    let folder: String
    let server: PostgreSQLAddress
    let lifecycles: Int

    /// Prints lifecycles per second.
    ///
    /// - Precondition: the database of the server is empty.
    func compare() async throws {
        let file = try SQLiteStore(path: folder + "/usher.db")
        print("SQLite      \(try await rate(on: file))/s")
        print("PostgreSQL  \(try await rate(on: PostgreSQLStore(server)))/s")
    }

    private func rate(on store: any DurableStore) async throws -> String {
        let onboarding = try Installation(store: store, world: Installation.world(), mailer: NullMailer()).onboarding
        var customers: [Customer] = []
        for number in 0..<Round.customers { customers.append(try await Customer.found(number, in: onboarding)) }
        let round = Round(callers: BenchmarkLifecycle.callers, lifecycles: lifecycles, durability: .full)
        let start = ContinuousClock.now
        _ = try await round.run(onboarding, customers)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        try await store.close()
        return String(format: "%.0f", Double(lifecycles) / seconds)
    }
}
