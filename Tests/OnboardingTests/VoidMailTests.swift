import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("A mail that nobody needs any more", .timeLimit(.minutes(60)))
struct VoidMailTests {
    let world: TestInstallation
    private let marie = "marie@provider.example"
    private let rita = "rita@acme.example"
    private let alice = "alice@acme.example"

    init() async throws {
        world = try await TestInstallation.withAcme()
        try await world.deputy()
        world.mailer.forget()
    }

    private func goAway() { world.mailer.fail(DeliveryFailure(.server, "away")) }

    private func comeBack() async throws {
        world.mailer.fail(nil)
        _ = try await world.usher.runDue()
    }

    @Test("is not sent: no question after a withdrawal, and the record says why")
    func withdrawal() async throws {
        goAway()
        let id = try await world.submit()
        _ = try await world.usher.cancel(id, by: try await world.actor(rita))
        try await comeBack()
        #expect(world.mailer.templates(to: marie) == ["withdrawn"])
        let void = try await world.usher.effects(.cancelled, PageRequest(), by: world.owner).items
        #expect(void.map(\.order.template) == ["approval-asked"])
        #expect(void.first?.error == "no longer needed: the request has left approval")
    }

    @Test("is not sent by a retry either")
    func retried() async throws {
        world.mailer.fail(DeliveryFailure(.content, "554"), to: marie)
        let id = try await world.submit()
        world.mailer.fail(nil, to: marie)
        _ = try await world.usher.cancel(id, by: try await world.actor(rita))
        _ = try await world.usher.retryEffects(error: nil, reason: "Mended.", by: world.owner)
        try await comeBack()
        #expect(world.mailer.templates(to: marie) == ["withdrawn"])
    }

    @Test("after a month without work only what still matters speaks: the end")
    func month() async throws {
        _ = try await world.submit()
        world.mailer.forget()
        world.clock.skip(days: 40)
        _ = try await world.usher.runDue()
        #expect(world.mailer.templates(to: marie) == ["lapsed"])
        #expect(world.mailer.templates(to: rita) == ["lapsed"])
        #expect(world.mailer.mails(to: "denis@provider.example").isEmpty)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("an invitee hears nothing after the end, and of an ask and its reminders only the ask")
    func invitee() async throws {
        let id = try await world.submit()
        goAway()
        try await world.approve(id)
        for _ in 0..<3 {
            world.clock.skip(days: 2)
            _ = try await world.usher.runDue()
        }
        let other = try await world.submit("bob@acme.example")
        try await world.approve(other)
        world.clock.skip(days: 3)
        _ = try await world.usher.runDue()
        #expect(try await world.view(id).state == "expired")
        #expect(try await world.view(other).state == "invitation")
        try await comeBack()
        #expect(world.mailer.mails(to: alice).isEmpty)
        #expect(world.mailer.templates(to: "bob@acme.example") == ["invitation"])
        #expect(world.mailer.mails(to: "bob@acme.example").allSatisfy { $0.text("token") != nil })
    }

    @Test("a question that was asked again is asked once")
    func again() async throws {
        goAway()
        let id = try await world.submit()
        world.clock.skip(seconds: 5)
        _ = try await world.usher.ask(id, question: "Why?", by: try await world.actor(marie))
        world.clock.skip(seconds: 5)
        _ = try await world.usher.answer(id, "Because.", by: try await world.actor(rita))
        try await comeBack()
        #expect(world.mailer.templates(to: marie) == ["approval-asked"])
        #expect(world.mailer.mails(to: rita).isEmpty)
    }

    @Test("the requests of a file lapse with one mail to each reader, which counts them")
    func lapse() async throws {
        let header = "email,name,locale,grants,until,reason\n"
        let rows = (0..<25).map { "p\($0)@acme.example,Person \($0),en,prod=OPE,,Joins\n" }.joined()
        let verdict = try await world.usher.submitAll(
            csv: Array((header + rows).utf8), organization: "acme", by: try await world.actor(rita),
            allOrNothing: false, dryRun: false)
        _ = try await world.usher.runDue()
        world.mailer.forget()
        world.clock.skip(days: 40)
        _ = try await world.usher.runDue()
        for reader in [marie, rita] {
            #expect(world.mailer.templates(to: reader) == ["lapsed"])
            let mail = try #require(world.mailer.mails(to: reader).first)
            #expect(mail.fields["inFile"] == .flag(true) && mail.text("waitingCount") == "25")
        }
        let link = world.mailer.mails(to: rita).first?.text("link")
        #expect(link == "https://usher.example/requests/import/\(verdict.batch)")
        #expect(try await world.usher.replayAll().defects == [])
    }
}
