import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

/// Nobody left to answer, by the use cases and with the mails that people get.
@Suite("Requests that nobody can answer", .timeLimit(.minutes(60)))
struct VacancyTests {
    let world: TestInstallation
    private let marie = "marie@provider.example"
    private let rita = "rita@acme.example"

    init() async throws { world = try await TestInstallation.withAcme() }

    private func templates(to email: String) async throws -> [String] {
        _ = try await world.usher.runDue()
        return world.mailer.templates(to: email)
    }

    private func inbox(_ email: String) async throws -> [String] {
        try await world.usher.inbox(PageRequest(), by: try await world.actor(email)).items.map(\.id)
    }

    @Test("are told at the submission to those who can fill the gap, and to whoever asks")
    func submission() async throws {
        // Marie is the only manager, and recorded it herself.
        let id = try await world.submit(by: marie)
        let view = try await world.view(id)
        #expect(view.vacant && view.waitingFor.map(\.people) == [[]])
        #expect(try await templates(to: marie).filter { $0 == "nobody-answers" }.count == 1)
        #expect(!world.mailer.templates(to: marie).contains("approval-asked"))
        #expect(try await inbox(marie) == [])
        #expect(try await world.usher.vacancies().map(\.request) == [id])
        let trail = try await world.store.read { try $0.auditEntries(after: 0, limit: 1_000) }
        #expect(trail.count { $0.action == "request.vacant" && $0.request == id.text } == 1)
    }

    @Test("are asked of whoever fills the gap, at once and by one mail")
    func filled() async throws {
        let ids = [try await world.submit(by: marie), try await world.submit("bob@acme.example", by: marie)]
        _ = try await templates(to: marie)
        _ = try await world.usher.appoint(
            email: "manuel@provider.example", name: nil, .deliveryManager, organization: "acme", language: "en",
            by: world.owner)
        #expect(try await templates(to: "manuel@provider.example").filter { $0 == "waiting-for-you" }.count == 1)
        #expect(world.mailer.mails(to: "manuel@provider.example").last?.text("waitingCount") == "2")
        for id in ids { #expect(try await !world.view(id).vacant) }
        try await world.enrol("manuel@provider.example")
        try await world.approve(ids[0], by: "manuel@provider.example")
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("are told when the last who could answer is suspended, and asked again of who comes back")
    func suspended() async throws {
        try await world.deputy()
        let id = try await world.submit()
        #expect(try await !world.view(id).vacant)
        try await world.sendAway(marie)
        #expect(try await templates(to: "denis@provider.example").last == "nobody-answers")
        #expect(try await world.view(id).vacant)
        world.mailer.forget()
        _ = try await world.usher.resume(try EmailAddress(marie), reason: "Back", by: world.owner)
        #expect(try await templates(to: marie).contains("waiting-for-you"))
        #expect(try await !world.view(id).vacant)
    }

    @Test("are told when the last who could answer is closed")
    func closed() async throws {
        try await world.operatorByDuty()
        let id = try await world.submit()
        _ = try await world.usher.close(try EmailAddress(marie), reason: "Left", by: world.owner)
        #expect(try await templates(to: "olga@provider.example").contains("nobody-answers"))
        #expect(try await world.view(id).vacant)
        let gaps = try await world.usher.gaps(after: try await world.view(id))
        #expect(
            gaps == ["acme has no service delivery manager: its requests wait for nobody. Use: usher person appoint"])
    }

    @Test("tell who stands in at once and at the beginning, and ask and remind them beside the absent")
    func standIn() async throws {
        try await world.deputy()
        let denis = "denis@provider.example"
        let before = try await world.submit()
        _ = try await templates(to: denis)
        world.mailer.forget()
        try await world.lend(marie, to: denis)
        let first = try #require(try await templates(to: denis).first)
        #expect(first == "standing-in" && world.mailer.mails(to: denis).first?.text("waitingCount") == "1")
        let waiting = try await world.view(before).waitingFor
        #expect(waiting.map(\.people) == [[marie]])
        #expect(waiting.flatMap(\.standIns).map { "\($0.email) for \($0.absent)" } == ["\(denis) for \(marie)"])
        _ = try await world.submit("bob@acme.example")
        #expect(try await templates(to: denis).last == "approval-asked")
        #expect(world.mailer.mails(to: denis).last?.text("standsInFor") == "Marie Durand")
        #expect(world.mailer.templates(to: marie).last == "approval-asked")
        world.mailer.forget()
        world.clock.skip(days: 2)
        #expect(try await templates(to: denis) == ["approval-reminder", "approval-reminder"])
        #expect(world.mailer.templates(to: marie) == ["approval-reminder", "approval-reminder"])
    }

    @Test("tell who will stand in twice, and not of what was taken back before it began")
    func later() async throws {
        try await world.deputy()
        let denis = "denis@provider.example"
        let (from, until) = (world.clock.now.adding(seconds: 86_400), world.clock.now.adding(seconds: 864_000))
        _ = try await world.usher.delegate(
            try EmailAddress(marie), to: try EmailAddress(denis), from: from, until: until,
            by: try await world.actor(marie))
        world.mailer.forget()
        #expect(try await templates(to: denis).isEmpty || world.mailer.mails(to: denis).first?.text("from") != nil)
        world.clock.skip(days: 1)
        #expect(try await templates(to: denis).last == "standing-in")
        #expect(world.mailer.mails(to: denis).last?.text("from") == nil)
        let other = (world.clock.now.adding(seconds: 864_000), world.clock.now.adding(seconds: 1_728_000))
        _ = try await world.usher.delegate(
            try EmailAddress(marie), to: try EmailAddress(denis), from: other.0, until: other.1,
            by: try await world.actor(marie))
        _ = try await templates(to: denis)
        world.mailer.forget()
        _ = try await world.usher.endDelegation(
            of: try EmailAddress(marie), to: try EmailAddress(denis), from: other.0, by: try await world.actor(marie))
        world.clock.skip(days: 11)
        #expect(try await templates(to: denis).isEmpty)
    }

    @Test("say who did what and what is possible where a choice came too late")
    func tooLate() async throws {
        let id = try await world.submit()
        try await world.approve(id)
        world.clock.skip(seconds: 60)
        let late = try await refusal { try await world.approve(id) }
        #expect(late.code == .conflict)
        #expect(late.message == "Marie Durand approved this request a minute ago. It waits for Alice Martin now.")
        let mine = try await refusal { _ = try await world.usher.answer(id, "Yes.", by: try await world.actor(rita)) }
        #expect(mine.message == "Marie Durand approved this request a minute ago. You may take it back.")
        _ = try await world.usher.cancel(id, by: try await world.actor(rita))
        let over = try await refusal { try await world.approve(id) }
        #expect(over.message == "Rita Weiss took back this request a moment ago. It has ended.")
    }

    @Test("are asked a question no more often than their workflow allows, and refuse nothing by it")
    func questions() async throws {
        let id = try await world.submit()
        for _ in 0..<3 {
            _ = try await world.usher.ask(id, question: "Which team?", by: try await world.actor(marie))
            _ = try await world.usher.answer(id, "The second.", by: try await world.actor(rita))
        }
        let refused = try await refusal {
            _ = try await world.usher.ask(id, question: "Which one?", by: try await world.actor(marie))
        }
        #expect(refused.code == .conflict)
        #expect(
            refused.message
                == "Questions were asked 3 times, which is all that this request allows. You may decide about it.")
        #expect(try await world.view(id).state == "approval")
        let sheet = try await world.usher.requestSheet(id, by: try await world.actor(marie))
        #expect(sheet.offers.contains(.decide) && !sheet.offers.contains(.question))
        let shown = try await world.usher.deliberation(id, by: try await world.actor(marie))
        #expect(shown.offers.map(\.choice) == ["decide"])
        try await world.approve(id)
    }
}
