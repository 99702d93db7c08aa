import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("A change of address", .timeLimit(.minutes(60)))
struct AddressChangeTests {
    private let alice = "alice@acme.example"
    private let new = "alice@health.example"
    private let rita = "rita@acme.example"
    private let marie = "marie@provider.example"
    let world: TestInstallation

    init() async throws {
        world = try await TestInstallation.withAcme()
        try await world.account(alice)
    }

    private func ask(_ email: String? = nil, _ address: String? = nil, by actor: String? = nil) async throws
        -> RequestID
    {
        let email = email ?? alice
        return try world.id(
            try await world.usher.requestAddressChange(
                of: try EmailAddress(email), to: address ?? new, by: try await world.actor(actor ?? email)))
    }

    private func code(_ address: String? = nil) throws -> Secret {
        let mail = try #require(world.mailer.mails(to: address ?? new).last { $0.template == "address-proof" })
        return Secret(try #require(mail.text("addressCode")))
    }

    @Test("is proven at the new address, told to the old one, and agreed to; the person stays who they are")
    func story() async throws {
        let person = try await world.person(alice)
        let signedIn = try await world.usher.signIn(
            email: alice, password: Secret(TestInstallation.password), from: .test)
        let id = try await ask()
        #expect(world.mailer.templates(to: new) == ["address-proof"])
        #expect(world.mailer.templates(to: alice).last == "address-told")
        await expectRefusal(.invalid) {
            _ = try await world.usher.proveAddress(Secret("00"), by: try await world.actor(alice))
        }
        _ = try await world.usher.proveAddress(try code(), by: try await world.actor(alice))
        #expect(world.mailer.templates(to: rita).last == "address-asked")
        for other in [alice, marie] {
            #expect(try await refusal { try await world.approve(id, by: other) }.code == .forbidden)
        }
        try await world.approve(id, by: rita)
        let moved = try await world.person(new)
        #expect(moved.id == person.id && moved.name == person.name)
        #expect(try await world.store.read { try $0.person(emailKey: "alice@acme.example") } == nil)
        await expectRefusal(.unauthenticated) { _ = try await world.usher.visitor(signedIn.token) }
        for email in [alice, new, rita] { #expect(world.mailer.templates(to: email).last == "address-changed") }
        let trail = try await world.usher.auditEntries(PageRequest(limit: 1_000), by: world.owner).entries
        #expect(trail.contains { $0.action == "person.address" && $0.detail == "\(alice) -> \(new)" })
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("is refused in the same words for an address that somebody has, is invited to, or is to get")
    func taken() async throws {
        try await world.account("bob@acme.example", grants: [("prod", "OPE")])
        _ = try await world.submit("carol@acme.example")
        _ = try await ask("bob@acme.example", "taken@acme.example")
        for address in [rita, marie, "CAROL@acme.example", "taken@acme.example", "Taken@ACME.example", alice] {
            let fault = try await refusal { _ = try await ask(alice, address) }
            #expect(fault.codes == ["unavailable"], "\(address)")
            #expect(fault.faults.map(\.message) == ["This address cannot be used here. Choose another one."])
        }
    }

    @Test("is not made when the address was given to somebody meanwhile")
    func takenMeanwhile() async throws {
        let id = try await ask(nil, "new@acme.example")
        _ = try await world.usher.proveAddress(try code("new@acme.example"), by: try await world.actor(alice))
        _ = try await world.submit("new@acme.example")
        #expect(try await refusal { try await world.approve(id, by: rita) }.code == .conflict)
        #expect(try await world.person(alice).state == .active)
    }

    @Test("wants a fresh code, and nobody asks for whom they do not look after")
    func mayAsk() async throws {
        try await world.organization("other")
        let stale = try await world.actor(alice, fresh: false)
        let address = try EmailAddress(alice)
        await expectRefusal(.unauthenticated) {
            _ = try await world.usher.requestAddressChange(of: address, to: new, by: stale)
        }
        await expectRefusal(.notFound) { _ = try await ask(alice, new, by: "rita@other.example") }
        try await world.account("bob@acme.example", grants: [("prod", "OPE")])
        await expectRefusal(.notFound) { _ = try await ask(alice, new, by: "bob@acme.example") }
        // A representative asks, and hence does not agree.
        let id = try await ask(alice, new, by: rita)
        await expectRefusal(.notFound) {
            _ = try await world.usher.proveAddress(try code(), by: try await world.actor(rita))
        }
        _ = try await world.usher.proveAddress(try code(), by: try await world.actor(alice))
        #expect(try await refusal { try await world.approve(id, by: rita) }.code == .forbidden)
        try await world.approve(id, by: marie)
        #expect(try await world.view(id).state == "changed")
    }

    @Test("ends with ten wrong codes, with time, and when its owner takes it back")
    func ends() async throws {
        let failed = try await ask()
        for _ in 1...10 {
            _ = try? await world.usher.proveAddress(Secret("00"), by: try await world.actor(alice))  // Refused.
        }
        #expect(try await world.view(failed).state == "failed")
        let lapsed = try await ask()
        world.clock.skip(days: 4)
        _ = try await world.usher.runDue()
        #expect(try await world.view(lapsed).state == "expired")
        let taken = try await ask()
        _ = try await world.usher.cancel(taken, by: try await world.actor(alice))
        #expect(try await world.view(taken).state == "cancelled")
        #expect(try await world.person(alice).state == .active)
    }
}
