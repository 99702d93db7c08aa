import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("A mail", .timeLimit(.minutes(60)))
struct MailOutageTests {
    let world: TestInstallation
    private let marie = "marie@provider.example"

    init() async throws { world = try await TestInstallation.withAcme() }

    private func mails(_ state: Effect.State) async throws -> [Effect] {
        try await world.usher.effects(state, PageRequest(), by: world.owner).items.filter(\.isMail)
    }

    private func load() async throws -> Workload { try await world.usher.workload(upTo: 1_000) }

    @Test("waits for a server that is away, with growing pauses and one probe at a time, and arrives once it is back")
    func outage() async throws {
        world.mailer.forget()
        world.mailer.fail(DeliveryFailure(.server, "Connection refused."))
        for name in ["alice", "bob", "carol"] { _ = try await world.submit("\(name)@acme.example") }
        let began = world.clock.now
        #expect(world.mailer.tries >= 1)
        #expect(try await load().mailOutage?.since == began)
        #expect(try await load().mailOutage?.why == "Connection refused.")
        #expect(try await load().mailsWaiting == 3)
        var pauses: [Int64] = []
        while world.clock.now < began.adding(seconds: 86_400) {
            let outage = try #require(try await load().mailOutage)
            pauses.append(outage.probeAt.milliseconds - world.clock.now.milliseconds)
            world.clock.set(outage.probeAt.adding(milliseconds: -1))
            let tries = world.mailer.tries
            #expect(try await world.usher.deliverDue().isIdle)
            world.clock.set(outage.probeAt)
            #expect(try await world.usher.deliverDue().failures == 1)
            #expect(world.mailer.tries == tries + 1)
        }
        // 10 s, 20 s, … ten minutes, each up to a quarter longer.
        for (index, pause) in pauses.enumerated() {
            let base: Int64 = min(10_000 << Int64(min(index, 20)), 600_000)
            #expect((base...base * 5 / 4).contains(pause))
        }
        #expect(Set(pauses.map { $0 % 1_000 }).count > 1)
        #expect(try await mails(.parked).isEmpty)
        world.mailer.fail(nil)
        world.clock.set(try #require(try await load().mailOutage).probeAt)
        #expect(try await world.usher.deliverDue().effects == 3)
        #expect(world.mailer.templates(to: marie) == ["approval-asked", "approval-asked", "approval-asked"])
        #expect(Set(world.mailer.mails.map(\.key)).count == 3)
        #expect(try await load().mailOutage == nil)
        #expect(try await load().mailsWaiting == 0)
    }

    @Test("is given up after five days of an outage, whether it was tried or only waited; all are retried at once")
    func givesUp() async throws {
        world.mailer.fail(DeliveryFailure(.server, "Connection refused."))
        let requests = ["alice", "bob", "carol"]
        for name in requests { _ = try await world.submit("\(name)@acme.example") }
        world.clock.skip(seconds: 5 * 86_400 - 1)
        _ = try await world.usher.deliverDue(isProbing: true)
        #expect(try await mails(.parked).isEmpty)
        world.clock.skip(seconds: 3_600)
        _ = try await world.usher.deliverDue(isProbing: true)
        #expect(try await mails(.parked).map(\.error) == Array(repeating: "Connection refused.", count: 3))
        world.mailer.fail(nil)
        world.mailer.forget()
        let none = try await world.usher.retryEffects(error: "Relay", reason: "No.", by: world.owner)
        #expect(none == 0)
        let count = try await world.usher.retryEffects(error: "refused", reason: "Mended.", by: world.owner)
        #expect(count == 3)
        _ = try await world.usher.deliverDue()
        // The asks, unless a reminder has told the same meanwhile: each reader hears once of each request.
        #expect(world.mailer.mails(to: marie).count == 3)
        let trail = try await world.store.read { try $0.auditEntries(after: 0, limit: 1_000) }
        #expect(trail.filter { $0.action == "effect.retry" && $0.detail == "Mended." }.count == 3)
    }

    @Test("that its reader's server puts off waits alone, and is no outage")
    func greylisting() async throws {
        world.mailer.forget()
        world.mailer.fail(DeliveryFailure(.later, "450 4.2.0 Greylisted."), to: marie)
        _ = try await world.submit()
        #expect(try await load().mailOutage == nil)
        #expect(try await mails(.due).map(\.cause) == [.later])
        _ = try await world.usher.endSessions(of: try EmailAddress("rita@acme.example"), by: world.owner)
        #expect(world.mailer.templates(to: "rita@acme.example") == ["sessions-ended"])
        world.clock.skip(seconds: 3_600)
        #expect(try await world.usher.deliverDue().failures == 1)
        world.mailer.fail(nil, to: marie)
        world.clock.skip(seconds: 3_600)
        #expect(try await world.usher.deliverDue().effects == 1)
        #expect(world.mailer.templates(to: marie) == ["approval-asked"])
    }

    @Test("that is cut off in the middle stays due and untried, and tells nothing about the server")
    func cutOff() async throws {
        world.mailer.fail(DeliveryFailure(.later, "450"), to: marie)
        _ = try await world.submit()
        world.clock.skip(seconds: 60)
        world.mailer.stall(true)
        let tries = world.mailer.tries
        let courier = Task { try await world.usher.deliverDue() }
        while world.mailer.tries == tries { await Task.yield() }
        courier.cancel()
        #expect(try await courier.value.isIdle)
        world.mailer.stall(false)
        #expect(try await load().mailOutage == nil)
        world.mailer.fail(nil, to: marie)
        #expect(try await world.usher.deliverDue().effects == 1)
    }

    @Test("is left to couriers where they wait: who orders it gets an answer though the server stalls")
    func manned() async throws {
        world.usher.post.man()
        world.mailer.stall(true)
        let tries = world.mailer.tries
        let id = try await world.submit()
        #expect(try await world.view(id).state == "approval")
        #expect(world.mailer.tries == tries)
        world.mailer.stall(false)
        #expect(try await world.usher.deliverDue().effects == 1)
    }

    @Test("keeps no timer waiting, whatever the server does")
    func timers() async throws {
        world.mailer.stall(true)
        world.usher.post.man()
        let id = try await world.submit()
        world.clock.skip(days: 40)
        _ = try await world.usher.keepTime()
        #expect(try await world.view(id).state == "expired")
    }

    @Test("that was given up for a request that has ended is dropped with all others of the kind")
    func dropEnded() async throws {
        world.mailer.fail(DeliveryFailure(.content, "554 No."), to: marie)
        let id = try await world.submit()
        let open = try await world.submit("bob@acme.example")
        #expect(try await mails(.parked).count == 2)
        world.mailer.fail(nil, to: marie)
        _ = try await world.usher.cancel(id, by: try await world.actor("rita@acme.example"))
        #expect(try await world.usher.dropEndedEffects(reason: "Over.", by: world.owner) == 1)
        #expect(try await mails(.parked).map(\.request) == [open])
        let rita = try await world.actor("rita@acme.example")
        #expect(
            try await refusal {
                _ = try await world.usher.dropEndedEffects(reason: "Over.", by: rita)
            }.code == .forbidden)
        #expect(try await world.usher.replayAll().defects == [])
    }
}
