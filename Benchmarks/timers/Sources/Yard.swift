import Basics
import Directory
import Foundation
import LifecycleRig
import Onboarding
import Storage
import Synchronization
import Workflow

/// A clock that the benchmark sets.
final class BenchClock: Sendable {
    private let current = Mutex(Yard.start)
    var now: Timestamp { current.withLock { $0 } }
    func set(_ instant: Timestamp) { current.withLock { $0 = instant } }
}

/// Thrown away: delivery of mail is not measured.
struct NullMailer: Mailer {
    func deliver(_ mail: Mail) async throws(DeliveryFailure) {}
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
        let people = try await Self.people(in: onboarding, store, world)
        // A year later, each a second after the other, and each tenth of them frozen; those of the rounds and the crowd lie among them in the file.
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
        try await Self.fill(store, with: entries, people, onboarding, world)
        // What founding and filling ordered is no part of the first round.
        clock.set(Self.start)
        _ = try await onboarding.runDue()
    }

    private struct People {
        let organization: OrganizationID
        let requester: PersonID
        let clouds: [Cloud]
        let holders: [PersonID]
    }

    /// A customer, and a thousand people whose accounts are asked for.
    private static func people(in onboarding: Onboarding, _ store: SQLiteStore, _ world: World) async throws -> People {
        let root = Actor.operator("root")
        _ = try await onboarding.appointFirstManager(
            email: "marie@provider.example", name: "Marie Durand", language: "en", by: root)
        let organization = try await onboarding.addOrganization(
            name: "Acme", slug: "acme", representative: "rita@acme.example", representativeName: nil, manager: nil,
            language: "en", by: root)
        let holders = try await store.write { transaction in
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
        return try await store.read { snapshot in
            guard let rita = try snapshot.person(emailKey: "rita@acme.example") else { throw Fault(.notFound, "Rita") }
            return People(
                organization: organization.id, requester: rita.id, clouds: try snapshot.clouds(of: organization.id),
                holders: holders)
        }
    }

    /// Requests as `submit` makes them, by the engine and through the store, without mails that nobody measures.
    private static func fill(
        _ store: SQLiteStore, with entries: [Timestamp], _ people: People, _ onboarding: Onboarding, _ world: World
    ) async throws {
        guard let definition = onboarding.library.current["account-request"] else { throw Fault(.notFound, "workflow") }
        let calendar = onboarding.calendar
        try await store.write {
            try $0.register(name: definition.name, version: definition.version, source: definition.source, at: start)
        }
        for chunk in stride(from: 0, to: entries.count, by: 5_000) {
            let part = Array(entries[chunk..<min(chunk + 5_000, entries.count)])
            try await store.write { transaction in
                for (offset, entered) in part.enumerated() {
                    let holder = people.holders[(chunk + offset) % people.holders.count]
                    let begin = Event.Start(
                        items: people.clouds.map { Run.Item(id: $0.id.text, profile: "OPE", needsMFA: true) },
                        players: ["requester": [people.requester.text], "holder": [holder.text]])
                    var step = try definition.start(begin, at: entered, calendar: calendar)
                    if entered >= Self.later, (chunk + offset).isMultiple(of: 10) {
                        step = try definition.step(step.run, on: .freeze, at: entered, calendar: calendar)
                    }
                    let request = Request(
                        id: RequestID(at: start.adding(milliseconds: Int64(chunk + offset)), random: world.random),
                        organization: people.organization, holder: holder, requester: people.requester.text,
                        reason: "Joins the release team", until: nil, idempotencyKey: nil, createdAt: entered,
                        run: step.run, version: 1)
                    let history = HistoryEntry(
                        at: entered, event: .start(begin), name: "start", by: people.requester.text, onBehalfOf: nil,
                        from: nil, to: step.to, note: nil)
                    let ask = InboxEntry(
                        request: request.id, part: "approver",
                        audience: Audience(text: "delivery_manager:\(people.organization)"), dueAt: step.run.dueAt)
                    try transaction.insert(
                        request,
                        Move(
                            request: request.id, expecting: 0, before: nil, after: step.run, history: history,
                            asks: [ask], effects: [], cancelled: []))
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
