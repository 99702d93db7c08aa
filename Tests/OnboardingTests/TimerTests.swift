import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("Time", .timeLimit(.minutes(60)))
struct TimerTests {
    let world: TestInstallation
    private let marie = "marie@provider.example"
    private let denis = "denis@provider.example"

    init() async throws {
        world = try await TestInstallation.withAcme()
        try await world.deputy()
    }

    private func at(_ text: String) throws { world.clock.set(try #require(Timestamp(iso8601: text))) }

    private func run() async throws -> WorkReport { try await world.usher.runDue() }

    @Test("reminds after two business days, over a weekend, once each")
    func reminders() async throws {
        // A Thursday: two business days later is Monday.
        try at("2026-11-26T09:30:00Z")
        _ = try await world.submit()
        world.mailer.forget()
        try at("2026-11-29T23:00:00Z")
        #expect(try await run().isIdle)
        try at("2026-11-30T09:29:59Z")
        #expect(try await run().isIdle)
        try at("2026-11-30T09:30:00Z")
        _ = try await run()
        #expect(world.mailer.templates(to: marie) == ["approval-reminder"])
        #expect(try await run().isIdle)
        #expect(world.mailer.mails.count == 1)
        try at("2026-12-02T09:30:00Z")
        _ = try await run()
        #expect(world.mailer.templates(to: marie) == ["approval-reminder", "approval-reminder"])
        #expect(Set(world.mailer.mails.map(\.key)).count == 2)
    }

    @Test("hands over to the deputy after five business days, who may approve from then on")
    func handOver() async throws {
        let id = try await world.submit()
        #expect(try await refusal { try await world.approve(id, by: denis) }.code == .forbidden)
        #expect(try await world.usher.inbox(PageRequest(), by: try await world.actor(denis)).items.isEmpty)
        try at("2026-11-30T09:29:59Z")
        _ = try await run()
        #expect(try await refusal { try await world.approve(id, by: denis) }.code == .forbidden)
        try at("2026-11-30T09:30:00Z")
        _ = try await run()
        #expect(world.mailer.templates(to: denis).last == "approval-asked")
        #expect(
            try await world.usher.inbox(PageRequest(), by: try await world.actor(denis)).items.map(\.id) == [id.text])
        #expect(
            try await world.usher.inbox(PageRequest(), by: try await world.actor(marie)).items.map(\.id) == [id.text])
        try await world.approve(id, by: denis)
        #expect(try await world.usher.inbox(PageRequest(), by: try await world.actor(denis)).items.isEmpty)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("shows what is overdue, and moves nothing by that")
    func overdue() async throws {
        let id = try await world.submit()
        try at("2026-12-02T09:30:00Z")
        #expect(try await !world.view(id).overdue)
        try at("2026-12-02T09:30:01Z")
        #expect(try await world.view(id).overdue)
        let listed = try await world.usher.requests(
            organization: nil, mine: false, state: nil, overdue: true, PageRequest(), by: world.owner)
        #expect(listed.items.map(\.id).contains(id.text))
        #expect(try await world.view(id).state == "approval")
    }

    @Test("lets a silent request expire, and closes the account that never was")
    func expiry() async throws {
        let id = try await world.submit()
        try at("2026-12-11T09:30:00Z")
        _ = try await run()
        #expect(try await world.view(id).state == "expired")
        #expect(try await world.person("alice@acme.example").state == .closed)
        #expect(world.mailer.templates(to: "rita@acme.example").last == "lapsed")
        #expect(try await refusal { try await world.approve(id) }.code == .conflict)
    }

    @Test("takes back what was granted when the invitation is never opened")
    func undo() async throws {
        let id = try await world.submit()
        try await world.approve(id)
        let person = try await world.person("alice@acme.example")
        #expect(try await world.store.read { try $0.liveGrants(of: person.id, at: world.clock.now) }.count == 2)
        world.clock.skip(days: 7)
        _ = try await run()
        #expect(try await world.view(id).state == "expired")
        #expect(try await world.store.read { try $0.liveGrants(of: person.id, at: world.clock.now) }.isEmpty)
        #expect(try await world.view(id).items.allSatisfy { $0.state == "withdrawn" })
        #expect(world.mailer.templates(to: "alice@acme.example").filter { $0 == "invitation-reminder" }.count <= 3)
        #expect(try await run().isIdle)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("fires each timer once and sends each mail once, however many workers run", .timeLimit(.minutes(5)))
    func manyWorkers() async throws {
        for name in ["alice", "bob", "carol", "dan"] { _ = try await world.submit("\(name)@acme.example") }
        world.mailer.forget()
        world.clock.skip(days: 2)
        let other = try world.opened()
        let timers = try await withThrowingTaskGroup(of: Int.self) { group in
            for turn in 0..<8 {
                group.addTask { try await (turn.isMultiple(of: 2) ? world : other).usher.runDue().timers }
            }
            return try await group.reduce(0, +)
        }
        #expect(timers == 4)
        #expect(world.mailer.mails.count == 4)
        #expect(Set(world.mailer.mails.map(\.key)).count == 4)
    }
}
