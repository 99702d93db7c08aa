import Basics
import Onboarding
import Records
import Synchronization
import TestSupport
import Testing

@Suite("Couriers", .timeLimit(.minutes(60)))
struct CourierOutageTests {
    let world: TestInstallation

    init() async throws { world = try await TestInstallation.withAcme() }

    @Test("write down what a server took once the database is back, and hand nothing over twice")
    func writtenDown() async throws {
        world.usher.post.man()
        world.mailer.forget()
        _ = try await world.submit()
        let usher = shaken()
        #expect(try await usher.deliverDue().effects == 1)
        world.clock.skip(days: 1)
        #expect(try await usher.deliverDue().isIdle)
        #expect(world.mailer.mails.map(\.template) == ["approval-asked"])
    }

    @Test("of a command do not wait for the database, and the mail is handed over again, with the same key")
    func inAHurry() async throws {
        world.usher.post.man()
        world.mailer.forget()
        _ = try await world.submit()
        // For good: other couriers ask what there is to take, and would use up a few refusals.
        let usher = shaken(PostOffice(), refusals: .max)
        await #expect(throws: Fault.self) { try await usher.deliverDue() }
        world.clock.skip(days: 1)
        #expect(try await world.usher.deliverDue().effects == 1)
        #expect(world.mailer.mails.count == 2 && Set(world.mailer.mails.map(\.key)).count == 1)
    }

    /// The same installation on a database that refuses so many writes whenever a mail was just taken.
    private func shaken(_ post: PostOffice? = nil, refusals: Int = 2) -> Onboarding {
        let usher = world.usher
        let store = ShakyStore(usher.store)
        return Onboarding(
            store: store, world: usher.world, catalogue: usher.catalogue, library: usher.library,
            calendars: usher.calendars, keys: usher.keys, passwords: usher.passwords, hasher: usher.hasher,
            mailer: ShakingMailer(mailer: world.mailer, store: store, refusals: refusals), heads: usher.heads,
            settings: usher.settings,
            post: post ?? usher.post)
    }
}

/// Refuses as many writes as it is told, as a database that cannot be reached.
private final class ShakyStore: Store {
    private let store: any Store
    private let refusals = Atomic<Int>(0)

    init(_ store: any Store) { self.store = store }

    func refuse(_ count: Int) { refusals.store(count, ordering: .relaxed) }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        if refusals.load(ordering: .relaxed) > 0 {
            refusals.wrappingSubtract(1, ordering: .relaxed)
            throw Fault(.unavailable, "The database server cannot be reached.")
        }
        return try await store.write(body)
    }

    func read<Result: Sendable>(_ body: @escaping @Sendable (any Snapshot) throws -> Result) async throws -> Result {
        try await store.read(body)
    }
}

private struct ShakingMailer: Mailer {
    let mailer: TestMailer
    let store: ShakyStore
    let refusals: Int

    func deliver(_ mail: Mail) async throws(DeliveryFailure) {
        try await mailer.deliver(mail)
        store.refuse(refusals)
    }
}
