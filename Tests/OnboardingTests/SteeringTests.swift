import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("Steering a request", .timeLimit(.minutes(60)))
struct SteeringTests {
    let world: TestInstallation
    private let marie = "marie@provider.example"

    init() async throws { world = try await TestInstallation.withAcme() }

    private func freeze(_ id: RequestID, by actor: Actor? = nil) async throws {
        _ = try await world.usher.freeze(id, reason: "The contract is checked.", by: actor ?? world.owner)
    }

    private func thaw(_ id: RequestID) async throws {
        _ = try await world.usher.thaw(id, reason: "It holds.", by: world.owner)
    }

    private func move(
        _ id: RequestID, to time: String, timer: String? = nil, reason: String = "Easter.", by actor: Actor? = nil
    ) async throws -> RequestView {
        try await world.usher.moveDeadline(of: id, timer: timer, to: time, reason: reason, by: actor ?? world.owner)
    }

    @Test("is the operator's, with a reason, which the history and the audit trail keep")
    func whoMay() async throws {
        let id = try await world.submit()
        for email in [marie, "rita@acme.example"] {
            let actor = try await world.actor(email)
            #expect(try await refusal { try await freeze(id, by: actor) }.code == .forbidden)
            #expect(try await refusal { _ = try await move(id, to: "2026-12-01", by: actor) }.code == .forbidden)
            #expect(
                try await refusal { _ = try await world.usher.thaw(id, reason: "x", by: actor) }.code == .forbidden)
        }
        #expect(
            try await refusal { _ = try await world.usher.freeze(id, reason: " ", by: world.owner) }.codes
                == ["required"])
        try await freeze(id)
        let view = try await world.view(id)
        #expect(view.frozenAt == world.clock.now.iso8601)
        #expect(view.history?.last?.event == "freeze")
        #expect(view.history?.last?.by == "operator root")
        #expect(view.history?.last?.note == "The contract is checked.")
        let trail = try await world.store.read { try $0.auditEntries(after: 0, limit: 1_000) }
        let entry = try #require(trail.last)
        #expect(entry.action == "request.freeze" && entry.actor == .operator("root"))
        #expect(entry.detail?.hasSuffix("; The contract is checked.") == true)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("stops clocks and people while it is frozen, and gives both their time back")
    func frozen() async throws {
        let id = try await world.submit()
        world.clock.skip(days: 1)
        try await freeze(id)
        world.mailer.forget()
        world.clock.skip(days: 28)
        #expect(try await world.usher.runDue().isIdle)
        let fault = try await refusal { try await world.approve(id) }
        #expect(fault.code == .conflict && fault.message.contains("frozen since 2026-11-24"))
        #expect(try await refusal { try await freeze(id) }.code == .conflict)
        #expect(try await !world.view(id).overdue)
        let inbox = try await world.usher.inbox(PageRequest(), by: try await world.actor(marie)).items
        #expect(inbox.map(\.frozenAt) == ["2026-11-24T09:30:00.000Z"])
        try await thaw(id)
        // Frozen and thawed on a Tuesday: the reminder comes a business day later, on Wednesday.
        #expect(try await world.view(id).timers.first?.at == "2026-12-23T09:30:00.000Z")
        #expect(try await world.usher.runDue().isIdle)
        world.clock.skip(days: 1)
        _ = try await world.usher.runDue()
        #expect(world.mailer.templates(to: marie) == ["approval-reminder"])
        try await world.approve(id)
        #expect(try await refusal { try await thaw(id) }.code == .conflict)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("leaves a frozen invitation closed, and open as long as its timer says afterwards")
    func invitation() async throws {
        let id = try await world.submit()
        try await world.approve(id)
        world.clock.skip(days: 6)
        try await freeze(id)
        world.clock.skip(days: 30)
        let fault = try await refusal { try await world.enrol("alice@acme.example") }
        #expect(fault.code == .conflict && fault.message.contains("frozen"))
        try await thaw(id)
        world.clock.skip(hours: 23)
        try await world.enrol("alice@acme.example")
        #expect(try await world.view(id).state == "active")
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("hears of a grant that was retried while it was frozen, and invites after the thaw")
    func effectsUnderWay() async throws {
        let id = try await world.submit(grants: [("prod", "OPE")])
        let grant = try await world.parkedGrant(of: id)
        try await freeze(id)
        try await world.usher.retryEffect(grant.key, reason: "Repaired.", by: world.owner)
        _ = try await world.usher.runDue()
        #expect(try await world.view(id).items.map(\.state) == ["granted"])
        #expect(try await world.view(id).state == "provisioning")
        world.mailer.forget()
        try await thaw(id)
        #expect(try await world.view(id).state == "invitation")
        #expect(world.mailer.templates(to: "alice@acme.example") == ["invitation"])
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("does not keep a frozen request from being withdrawn, nor its holder's account from being closed")
    func leaving() async throws {
        let id = try await world.submit()
        try await freeze(id)
        _ = try await world.usher.cancel(id, by: try await world.actor("rita@acme.example"))
        #expect(try await world.view(id).state == "cancelled")
        try await world.account("bob@acme.example")
        let reset = try await world.submit("bob@acme.example", grants: [("prod", "POW")])
        _ = try await world.parkedGrant(of: reset)
        try await freeze(reset)
        _ = try await world.usher.close(
            try EmailAddress("bob@acme.example"), reason: "Left.", by: try await world.actor("rita@acme.example"))
        #expect(try await world.view(reset).state == "failed")
        #expect(try await world.person("bob@acme.example").state == .closed)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("moves the due date, inboxes with it, and the timers by name")
    func deadlines() async throws {
        let first = try await world.submit()
        let second = try await world.submit("bob@acme.example")
        // A day means its end in Paris.
        #expect(try await move(first, to: "2026-12-04").dueAt == "2026-12-04T23:00:00.000Z")
        let inbox = try await world.usher.inbox(PageRequest(), by: try await world.actor(marie)).items
        #expect(inbox.map(\.id) == [second.text, first.text])
        #expect(
            try await world.view(first).history?.last?.note
                == "due 2026-12-02T09:30:00.000Z -> 2026-12-04T23:00:00.000Z: Easter.")
        let moved = try await move(first, to: "2027-02-01T08:00:00Z", timer: "go.expired")
        #expect(moved.timers.last?.id == "go.expired" && moved.timers.last?.at == "2027-02-01T08:00:00.000Z")
        world.clock.skip(days: 40)
        _ = try await world.usher.runDue()
        #expect(try await world.view(first).state == "approval")
        #expect(try await world.view(second).state == "expired")
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("moves the timer that leaves where there is no due date, and the link of the invitation with it")
    func deadlineOfInvitation() async throws {
        let id = try await world.submit()
        try await world.approve(id)
        let moved = try await move(id, to: "2026-12-24T12:00:00Z")
        #expect(moved.timers.last?.at == "2026-12-24T12:00:00.000Z")
        world.clock.skip(days: 30)
        _ = try await world.usher.runDue()
        try await world.enrol("alice@acme.example")
        #expect(try await world.view(id).state == "active")
    }

    @Test(
        "refuses a deadline that nobody can mean",
        arguments: [
            ("tomorrow", nil, "invalid_date"), ("2026-02-30", nil, "invalid_date"), ("", nil, "invalid_date"),
            ("2026-11-23T09:30:00", nil, "invalid_date"), ("2026-11-22", nil, "in_the_past"),
            ("2026-11-23T09:30:00Z", nil, "in_the_past"), ("2028-01-01", nil, "too_far"),
            ("2027-03-01", nil, "too_late"), ("2026-12-01", "go.nowhere", "unknown_timer"),
        ] as [(String, String?, String)])
    func badDeadlines(time: String, timer: String?, code: String) async throws {
        let id = try await world.submit()
        #expect(try await refusal { _ = try await move(id, to: time, timer: timer) }.codes == [code])
        #expect(try await world.view(id).history?.count == 1)
    }

    @Test("refuses what has ended, what is frozen, and what is not there")
    func refusals() async throws {
        let id = try await world.submit()
        try await freeze(id)
        #expect(try await refusal { _ = try await move(id, to: "2026-12-01") }.code == .conflict)
        try await thaw(id)
        _ = try await world.usher.cancel(id, by: try await world.actor("rita@acme.example"))
        #expect(try await refusal { _ = try await move(id, to: "2026-12-01") }.message.contains("ended already"))
        #expect(try await refusal { try await freeze(id) }.message.contains("ended already"))
        let nobody = RequestID(at: world.clock.now, random: world.random.bytes)
        #expect(try await refusal { try await freeze(nobody) }.code == .notFound)
    }

    @Test("shows pending timers to readers, and pending effects to the operator alone")
    func shown() async throws {
        world.mailer.fail(DeliveryFailure(isPermanent: true, message: "No such mailbox."))
        let id = try await world.submit()
        let view = try await world.view(id)
        #expect(view.timers.map(\.id) == ["remind", "also_ask.deputy", "go.expired"])
        #expect(view.effects?.map(\.state) == ["parked"])
        #expect(view.effects?.first?.error == "No such mailbox.")
        let rita = try await world.actor("rita@acme.example")
        let hers = try await world.usher.request(id, withHistory: true, by: rita)
        #expect(hers.effects == nil && hers.timers.count == 3)
    }
}
