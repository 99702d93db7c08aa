import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("Renewed invitations", .timeLimit(.minutes(60)))
struct InvitationRenewalTests {
    private static let alice = "alice@acme.example"

    private func invited() async throws -> (TestInstallation, RequestID, Secret) {
        let world = try await TestInstallation.withAcme()
        let id = try await world.submit()
        try await world.approve(id)
        return (world, id, try world.token(of: Self.alice))
    }

    private func opens(_ token: Secret, _ world: TestInstallation) async -> Bool {
        // Whatever refuses it: it opens nothing.
        (try? await world.usher.invitation(token: token)) != nil
    }

    @Test("a new link goes to the stored address and replaces the old one, retries and reminders included")
    func renewed() async throws {
        let (world, _, old) = try await invited()
        try await world.usher.renewInvitation(for: "ALICE@acme.example")
        #expect(await opens(old, world) == false)
        world.mailer.fail(DeliveryFailure(isPermanent: false, message: "down"))
        _ = try await world.usher.runDue()
        world.mailer.fail(nil)
        world.clock.skip(seconds: 60)
        _ = try await world.usher.runDue()
        let new = try world.token(of: Self.alice)
        #expect(new.exposed != old.exposed)
        #expect(await opens(new, world))
        world.clock.skip(seconds: 2 * 86_400)
        _ = try await world.usher.runDue()
        #expect(try world.token(of: Self.alice).exposed == new.exposed)
        #expect(world.mailer.templates(to: Self.alice).suffix(2) == ["invitation", "invitation-reminder"])
        try await world.enrol(Self.alice)
    }

    @Test("the address decides who is written to, at most every ten minutes, and a stranger's changes nothing")
    func throttled() async throws {
        let (world, _, old) = try await invited()
        world.mailer.forget()
        for email in ["nobody@acme.example", "rita@acme.example", "no address", ""] {
            try await world.usher.renewInvitation(for: email)
        }
        _ = try await world.usher.runDue()
        #expect(world.mailer.mails.isEmpty)
        #expect(await opens(old, world))
        for _ in 0..<5 { try await world.usher.renewInvitation(for: Self.alice) }
        _ = try await world.usher.runDue()
        #expect(world.mailer.templates(to: Self.alice) == ["invitation"])
        world.clock.skip(seconds: 601)
        try await world.usher.renewInvitation(for: Self.alice)
        _ = try await world.usher.runDue()
        #expect(world.mailer.templates(to: Self.alice).count == 2)
        #expect(Set(world.mailer.mails.map(\.recipient.text)) == [Self.alice])
    }

    @Test("once the request has lapsed, whoever asked for the account is told, once a day")
    func lapsed() async throws {
        let (world, id, old) = try await invited()
        world.clock.skip(seconds: 8 * 86_400)
        _ = try await world.usher.runDue()
        #expect(try await world.view(id).state == "expired")
        world.mailer.forget()
        for _ in 0..<3 { try await world.usher.renewInvitation(for: Self.alice) }
        _ = try await world.usher.runDue()
        #expect(world.mailer.templates(to: "rita@acme.example") == ["lapsed"])
        #expect(world.mailer.mails.count == 1)
        #expect(await opens(old, world) == false)
    }

    @Test("sent anew by whoever asked, a link lives three days at least, and the invitation thirty at most")
    func prolonged() async throws {
        let (world, id, _) = try await invited()
        let rita = try await world.actor("rita@acme.example")
        let begun = world.clock.now
        world.clock.skip(seconds: 7 * 86_400 - 3_600)
        _ = try await world.usher.renewInvitation(of: id, by: rita)
        world.clock.skip(days: 2)
        _ = try await world.usher.runDue()
        #expect(await opens(try world.token(of: Self.alice), world))
        #expect(try await world.view(id).history?.contains { $0.note?.contains("A new link") == true } == true)
        while try await world.view(id).state == "invitation" {
            _ = try? await world.usher.renewInvitation(of: id, by: rita)  // Refused once it is over.
            world.clock.skip(days: 2)
            _ = try await world.usher.runDue()
        }
        #expect(world.clock.now <= begun.adding(seconds: 32 * 86_400))
        #expect(world.clock.now >= begun.adding(seconds: 29 * 86_400))
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("asked for by its owner or a stranger, a link lives no longer than the one before")
    func notProlonged() async throws {
        let (world, id, _) = try await invited()
        world.clock.skip(seconds: 7 * 86_400 - 3_600)
        try await world.usher.renewInvitation(for: Self.alice)
        world.clock.skip(seconds: 3_600)
        _ = try await world.usher.runDue()
        #expect(try await world.view(id).state == "expired")
    }

    @Test("the representative and the manager send it anew; others may not, and not when nobody is invited")
    func byOthers() async throws {
        let (world, id, old) = try await invited()
        let usher = world.usher
        _ = try await usher.renewInvitation(of: id, by: try await world.actor("rita@acme.example"))
        #expect(await opens(old, world) == false)
        let soon = await #expect(throws: Fault.self) {
            try await usher.renewInvitation(of: id, by: try await world.actor("marie@provider.example"))
        }
        #expect(soon?.code == .tooMany)
        world.clock.skip(seconds: 601)
        _ = try await usher.renewInvitation(of: id, by: try await world.actor("marie@provider.example"))
        let holder = await #expect(throws: Fault.self) {
            try await usher.renewInvitation(of: id, by: try await world.actor(Self.alice))
        }
        #expect(holder?.code == .forbidden)
        try await world.organization("other")
        let stranger = await #expect(throws: Fault.self) {
            try await usher.renewInvitation(of: id, by: try await world.actor("rita@other.example"))
        }
        #expect(stranger?.code == .notFound)
        try await world.enrol(Self.alice)
        let late = await #expect(throws: Fault.self) {
            try await usher.renewInvitation(of: id, by: try await world.actor("rita@acme.example"))
        }
        #expect(late?.code == .conflict)
    }
}
