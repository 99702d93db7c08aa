import Basics
import Directory
import Onboarding
import Records
import TestSupport
import Testing

/// Max manages every organization; acme has a manager of its own, Marie.
@Suite("A manager of every organization", .timeLimit(.minutes(60)))
struct EverybodysManagerTests {
    private static let (marie, max) = ("marie@provider.example", "max@provider.example")

    let world: TestInstallation

    init() async throws {
        world = try await TestInstallation.withAcme()
        _ = try await world.usher.appoint(
            email: Self.max, name: "Max Roth", .deliveryManager, organization: nil, language: "en", by: world.owner)
        try await world.enrol(Self.max)
        world.mailer.forget()
    }

    private func inbox(of email: String) async throws -> [String] {
        try await world.usher.inbox(PageRequest(), by: try await world.actor(email)).items.map(\.id)
    }

    @Test("finds in the inbox what waits for an organization's own, whose mail it stays, and settles it for both")
    func shares() async throws {
        let id = try await world.submit()
        #expect(try await inbox(of: Self.max) == [id.text])
        #expect(try await inbox(of: Self.marie) == [id.text])
        #expect(world.mailer.templates(to: Self.marie) == ["approval-asked"])
        #expect(world.mailer.mails(to: Self.max).isEmpty)
        try await world.approve(id, by: Self.max)
        #expect(try await inbox(of: Self.max).isEmpty)
        #expect(try await inbox(of: Self.marie).isEmpty)
    }

    @Test("is asked by mail while an organization has no manager of its own who may act")
    func standsIn() async throws {
        try await world.usher.suspend(
            try await world.person(Self.marie).email, reason: "On leave.", by: world.owner)
        world.mailer.forget()
        _ = try await world.submit()
        #expect(world.mailer.templates(to: Self.max) == ["approval-asked"])
        #expect(world.mailer.mails(to: Self.marie).isEmpty)
    }
}
