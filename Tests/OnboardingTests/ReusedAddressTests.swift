import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import Storage
import TestSupport
import Testing

@Suite("An address that is used again", .timeLimit(.minutes(60)))
struct ReusedAddressTests {
    private let alice = "alice@acme.example"
    private let rita = "rita@acme.example"
    let world: TestInstallation

    init() async throws { world = try await TestInstallation.withAcme() }

    private func submit(_ name: String) async throws -> RequestID {
        var submission = world.submission(alice)
        submission.name = name
        return try world.id(try await world.usher.submit(submission, by: try await world.actor(rita)))
    }

    private func close() async throws {
        _ = try await world.usher.close(
            try EmailAddress(alice), reason: "Left.", by: try await world.actor(rita))
    }

    @Test("is somebody new, who has nothing of who had it before, and what is past keeps its names")
    func story() async throws {
        let old = try await submit("Alice Martin")
        try await world.approve(old)
        let former = try await world.enrol(alice)
        let formerID = try await world.person(alice).id
        let session = try await world.usher.signIn(email: alice, password: Secret(former.password), from: .test)
        try await close()
        let new = try await submit("Alan Mercer")
        try await world.approve(new)
        let present = try await world.enrol(alice, password: "nine loud geese on the moor")
        let person = try await world.person(alice)
        #expect(person.id != formerID && person.name.text == "Alan Mercer")

        #expect(try await world.view(old).person?.name == "Alice Martin")
        #expect(try await world.view(new).person?.name == "Alan Mercer")
        let sheet = try await world.usher.requestSheet(old, by: world.owner)
        #expect(sheet.people[alice] == "Alice Martin" && sheet.holder == formerID)
        let shown = try await world.usher.person(try EmailAddress(alice), by: world.owner)
        #expect(shown.former.map(\.name.text) == ["Alice Martin"])
        let stranger = try await world.usher.person(formerID, by: world.owner).person
        #expect(stranger.state == .closed && stranger.email.text == alice)

        // Neither the password, nor the factor, nor a recovery code, nor a session of before is worth anything.
        await expectRefusal(.forbidden) {
            _ = try await world.usher.signIn(email: alice, password: Secret(former.password), from: .test)
        }
        await expectRefusal(.unauthenticated) { _ = try await world.usher.visitor(session.token) }
        world.clock.skip(seconds: 120)
        let code = try #require(former.totp).code(at: world.clock.now)
        #expect(try await !world.verify(code, of: alice).accepted)
        #expect(try await !world.verify(try former.recoveryCodes.at(0), of: alice).accepted)
        #expect(try await world.verify(try present.recoveryCodes.at(0), of: alice).accepted)
        let held = try await world.store.read { snapshot in
            (
                try snapshot.liveGrants(of: formerID, at: world.clock.now).count,
                try snapshot.liveGrants(of: person.id, at: world.clock.now).count
            )
        }
        #expect(held == (0, 2))
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("is so by every road: an account, a representative, an appointment; and whoever never was active, too")
    func roads() async throws {
        let owner = world.owner
        let roads: [@Sendable (TestInstallation) async throws -> Void] = [
            { _ = try await $0.submit("alice@acme.example") },
            {
                _ = try await $0.usher.proposeRepresentative(
                    RepresentativeProposal(
                        organization: "acme", email: "alice@acme.example", name: "Al", language: "en", replaces: nil,
                        reason: "So."), by: try await $0.actor("rita@acme.example"))
            },
            {
                try await $0.usher.appoint(
                    email: "alice@acme.example", name: "Al", .representative, organization: "acme", language: "en",
                    by: owner)
            },
        ]
        var seen: Set<PersonID> = []
        for road in roads + roads {
            try await road(world)
            #expect(seen.insert(try await world.person(alice).id).inserted)
            try await close()
        }
        let ids = seen
        let people = try await world.store.read { try $0.people(of: nil, PageRequest(limit: 1_000)).items }
        #expect(Set(people.filter { $0.email.text == alice }.map(\.id)) == ids)
    }

    @Test("is told of its closure to its holder, those who represent and those who manage, whoever closed it")
    func closureIsTold() async throws {
        try await world.account(alice)
        try await world.deputy()
        _ = try await world.usher.close(
            try EmailAddress(alice), reason: "Left.", by: try await world.actor("denis@provider.example"))
        for email in [alice, rita, "marie@provider.example"] {
            #expect(world.mailer.templates(to: email).last == "account-closed", "\(email)")
        }
    }
}
