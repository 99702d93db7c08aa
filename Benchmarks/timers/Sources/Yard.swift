import Basics
import Directory
import Foundation
import LifecycleRig
import Onboarding
import Records
import Storage
import Synchronization

/// A clock that the benchmark sets.
final class BenchClock: Sendable {
    private let current = Mutex(Yard.start)
    var now: Timestamp { current.withLock { $0 } }
    func set(_ instant: Timestamp) { current.withLock { $0 = instant } }
}

/// One database with so many waiting timers, and those that fall due in the rounds among them.
struct Yard {
    /// 2027-03-01 09:00 UTC, a Monday.
    static let start = Timestamp(milliseconds: 1_803_891_600_000)
    static let dueInRound = 200
    static let crowd = 10_000
    /// The reminder of an account request comes after two business days; a quarter of an hour between the rounds, and
    /// the crowd after all of them, long before a reminder is repeated.
    static func due(inRound round: Int) -> Timestamp { entered(inRound: round).adding(seconds: 2 * 86_400) }
    static var crowdDue: Timestamp { start.adding(seconds: 3 * 86_400) }
    private static var later: Timestamp { start.adding(seconds: 365 * 86_400) }
    private static func entered(inRound round: Int) -> Timestamp { start.adding(seconds: Int64(round + 1) * 900) }

    let store: SQLiteStore
    private let onboarding: Onboarding

    /// - Parameter waiting: timers that fall due long after the benchmark; three for each request that is not frozen.
    init(path: String, waiting: Int, rounds: Int, clock: BenchClock) async throws {
        let store = try SQLiteStore(path: path)
        let world = World(now: { clock.now }, random: Installation.world().random)
        let onboarding = try Installation(store: store, world: world, mailer: NullMailer()).onboarding
        self.store = store
        self.onboarding = onboarding
        clock.set(Self.start)
        let holders = try await Self.people(in: onboarding, store, world)
        // A year later, each a second after the other; those of the rounds and the crowd lie among them in the file.
        let later = (0..<waiting * 10 / 27).map { Self.later.adding(seconds: Int64($0)) }
        var due = (0..<rounds).flatMap { round in
            [Timestamp](repeating: Self.entered(inRound: round), count: Self.dueInRound)
        }
        due += [Timestamp](repeating: Self.crowdDue.adding(seconds: -2 * 86_400), count: Self.crowd)
        var entries: [Timestamp] = []
        for (index, instant) in due.enumerated() {
            let between = later.count * index / due.count..<later.count * (index + 1) / due.count
            entries += [instant] + later[between]
        }
        try await Self.fill(store, with: entries, holders, onboarding)
        // What founding and filling ordered is no part of the first round.
        clock.set(Self.start)
        _ = try await onboarding.runDue()
    }

    /// A customer, and a thousand people whose accounts are asked for.
    private static func people(
        in onboarding: Onboarding, _ store: SQLiteStore, _ world: World
    ) async throws -> [PersonID] {
        let root = Actor.operator("root")
        _ = try await onboarding.appointFirstManager(
            email: "marie@provider.example", name: "Marie Durand", language: "en", by: root)
        let organization = try await onboarding.addOrganization(
            name: "Acme", slug: "acme", representative: "rita@acme.example", representativeName: nil, manager: nil,
            language: "en", by: root)
        return try await store.write { transaction in
            try (0..<1_000).map { number in
                let id = PersonID(at: start, random: world.random)
                try transaction.insert(
                    Person(
                        id: id, organization: organization.id, email: try EmailAddress("p\(number)@acme.example"),
                        name: try DisplayName("Person \(number)"), language: .english, state: .invited,
                        createdAt: start))
                return id
            }
        }
    }

    /// Of those that wait longer than the benchmark, every tenth is frozen.
    private static func fill(
        _ store: SQLiteStore, with entries: [Timestamp], _ holders: [PersonID], _ onboarding: Onboarding
    ) async throws {
        let factory = try await RequestFactory(organization: "acme", requester: "rita@acme.example", in: onboarding)
        for chunk in stride(from: 0, to: entries.count, by: 5_000) {
            try await store.write { transaction in
                for index in chunk..<min(chunk + 5_000, entries.count) {
                    try factory.insert(
                        for: holders[index % holders.count], at: entries[index],
                        ordered: start.adding(milliseconds: Int64(index)),
                        isFrozen: entries[index] >= later && index.isMultiple(of: 10), in: transaction)
                }
            }
        }
    }

    // MARK: Measured

    /// Sends whatever else is due, such as reminders to those who were appointed.
    func settle() async throws { _ = try await onboarding.runDue() }

    /// Microseconds for a look that finds nothing.
    func idle() async throws -> Double {
        let start = ContinuousClock.now
        for _ in 0..<20 {
            guard try await onboarding.runDue().isIdle else { throw Fault(.conflict, "something was due") }
        }
        return (ContinuousClock.now - start).micros / 20
    }

    /// Microseconds for each timer of a round, found, fired and its mail handed over.
    func fire() async throws -> Double {
        let start = ContinuousClock.now
        let report = try await onboarding.runDue()
        let micros = (ContinuousClock.now - start).micros
        guard report.timers == Self.dueInRound, report.failures == 0 else {
            throw Fault(.conflict, "\(report.timers) timers fired, \(report.failures) failed")
        }
        return micros / Double(report.timers)
    }

    /// Microseconds for each of many timers that are due at once.
    func fireCrowd() async throws -> Double {
        let start = ContinuousClock.now
        let fired = try await onboarding.fireDueTimers()
        let micros = (ContinuousClock.now - start).micros
        guard fired.timers == Self.crowd, fired.failures == 0 else {
            throw Fault(.conflict, "\(fired.timers) timers fired, \(fired.failures) failed")
        }
        return micros / Double(Self.crowd)
    }
}
