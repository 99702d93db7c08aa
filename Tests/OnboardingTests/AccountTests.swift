import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import Storage
import TestSupport
import Testing

@Suite("An account", .timeLimit(.minutes(60)))
struct AccountTests {
    let world: TestInstallation
    private let alice = "alice@acme.example"

    init() async throws { world = try await TestInstallation.withAcme() }

    private var address: EmailAddress { get throws { try EmailAddress(alice) } }
    private func rita() async throws -> Actor { try await world.actor("rita@acme.example") }

    @Test("that is suspended is denied at once, accepts no code, and gets everything back when resumed")
    func suspension() async throws {
        let totp = try #require(try await world.account().totp)
        #expect(try await world.decide("create-snapshot").verdict == .allow)
        try await world.usher.suspend(try address, reason: "Odd.", by: try await rita())
        #expect(try await world.decide("create-snapshot").reason == .accountSuspended)
        world.clock.skip(seconds: 60)
        #expect(try await world.verify(try totp.code(at: world.clock.now), of: alice).reason == .none)
        let act = try await refusal {
            _ = try await world.usher.act(
                as: try address, operatorName: "root", code: try totp.code(at: world.clock.now))
        }
        #expect(act.code == .forbidden)
        #expect(
            try await refusal { try await world.usher.suspend(try address, reason: "x", by: world.owner) }.code
                == .conflict)
        try await world.usher.resume(try address, reason: "Fine.", by: try await rita())
        #expect(try await world.verify(try totp.code(at: world.clock.now), of: alice).accepted)
        #expect(try await world.decide("create-snapshot").verdict == .allow)
    }

    @Test("that is closed is denied at once, has no grant and no factor, and its open requests are cancelled")
    func closure() async throws {
        let totp = try #require(try await world.account().totp)
        let change = try await world.submit(grants: [("prod", "POW")])
        let view = try await world.usher.close(try address, reason: "Left.", by: try await rita())
        #expect(view.state == "closed")
        #expect(try await world.decide("create-snapshot").reason == .accountClosed)
        #expect(try await world.view(change).state == "cancelled")
        let person = try await world.person(alice)
        #expect(try await world.store.read { try $0.liveGrants(of: person.id, at: world.clock.now) }.isEmpty)
        #expect(try await world.store.read { try $0.factor(of: person.id, .active) } == nil)
        world.clock.skip(seconds: 60)
        #expect(try await world.verify(try totp.code(at: world.clock.now), of: alice).reason == .none)
        #expect(world.mailer.templates(to: alice).last == "account-closed")
        #expect(
            try await refusal { _ = try await world.usher.close(try address, reason: "x", by: world.owner) }.code
                == .conflict)
        #expect(
            try await refusal { try await world.usher.resume(try address, reason: "x", by: world.owner) }.code
                == .conflict)
    }

    @Test("can be closed by who approved a request about it that is still open")
    func closureByApprover() async throws {
        let id = try await world.submit()
        try await world.approve(id)
        _ = try await world.usher.close(
            try address, reason: "A mistake.", by: try await world.actor("marie@provider.example"))
        #expect(try await world.view(id).state == "cancelled")
        #expect(try await world.person(alice).state == .closed)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("cannot be suspended or closed by its holder, or without a fresh code")
    func care() async throws {
        let rita = try await rita()
        let own = try EmailAddress("rita@acme.example")
        #expect(try await refusal { try await world.usher.suspend(own, reason: "x", by: rita) }.code == .forbidden)
        #expect(try await refusal { _ = try await world.usher.close(own, reason: "x", by: rita) }.code == .forbidden)
        try await world.account()
        let stale = try await world.actor("rita@acme.example", fresh: false)
        #expect(
            try await refusal { try await world.usher.suspend(try address, reason: "x", by: stale) }.code
                == .unauthenticated)
        #expect(
            try await refusal { try await world.usher.suspend(try address, reason: " ", by: rita) }.code == .invalid)
    }

    @Test("that was closed can be requested again, starts with nothing, and gets a new factor")
    func reopening() async throws {
        let old = try #require(try await world.account().totp)
        _ = try await world.usher.close(try address, reason: "Left.", by: try await rita())
        try await world.approve(try await world.submit(grants: [("prod", "STD")]))
        #expect(try await world.decide("create-snapshot").reason == .accountNotActive)
        let again = try await world.enrol(alice, wantsFactor: true)
        world.clock.skip(seconds: 60)
        #expect(try await world.verify(try old.code(at: world.clock.now), of: alice).reason == .wrong)
        #expect(try await world.verify(try #require(again.totp).code(at: world.clock.now), of: alice).accepted)
        #expect(try await world.decide("create-snapshot").reason == .profileTooLow)
        #expect(try await world.decide("create-snapshot", in: "acme/default").reason == .noGrant)
    }

    @Test("keeps a temporary profile up to its end, and not a millisecond longer")
    func temporary() async throws {
        try await world.account(until: "2026-11-30")
        // The day ends in Paris.
        let end = try #require(Timestamp(iso8601: "2026-11-30T23:00:00Z"))
        func decision(at now: Timestamp) async throws -> Decision {
            world.clock.set(now)
            return try await world.usher.decide(
                "create-snapshot", by: try address, in: "acme/prod", mfaAgeSeconds: 10)
        }
        #expect(try await decision(at: end.adding(milliseconds: -1)).verdict == .allow)
        #expect(try await decision(at: end).reason == .grantExpired)
    }

    @Test("gets another profile in place of the old one, in that cloud only")
    func profileChange() async throws {
        try await world.account(grants: [("prod", "DTM"), ("default", "STD")])
        let id = try await world.submit(grants: [("prod", "POW")])
        #expect(try await world.view(id).workflow == "profile-change")
        #expect(try await world.decide("create-instance").reason == .profileTooLow)
        try await world.approve(id)
        #expect(try await world.view(id).state == "changed")
        #expect(try await world.decide("create-instance").verdict == .allow)
        let person = try await world.person(alice)
        let grants = try await world.store.read { try $0.liveGrants(of: person.id, at: world.clock.now) }
        #expect(grants.map(\.profile).sorted() == ["POW", "STD"])
    }

    @Test("gets no stronger profile before it has a factor")
    func profileChangeWithoutFactor() async throws {
        try await world.account(grants: [("prod", "STD")])
        let id = try await world.submit(grants: [("prod", "OPE")])
        try await world.approve(id)
        #expect(try await world.view(id).state == "enrolment")
        #expect(try await world.decide("create-snapshot").reason == .profileTooLow)
        try await world.enrol(alice)
        #expect(try await world.view(id).state == "changed")
        #expect(try await world.decide("create-snapshot").verdict == .allow)
    }

    @Test("loses its duties with the account, also when an invitation lapsed; the operator appoints anew")
    func dutyReturns() async throws {
        let robin = "robin@acme.example"
        func appoint() async throws {
            _ = try await world.usher.appoint(
                email: robin, name: "Robin", .representative, organization: "acme", language: "en", by: world.owner)
        }
        try await appoint()
        world.clock.skip(days: 8)
        _ = try await world.usher.runDue()
        #expect(try await world.person(robin).state == .closed)
        #expect(try await world.usher.person(EmailAddress(robin), by: world.owner).duties.isEmpty)
        try await appoint()
        #expect(try await world.person(robin).state == .invited)
        try await world.enrol(robin)
        _ = try await world.submit(by: robin)
        _ = try await world.usher.close(EmailAddress(robin), reason: "Left.", by: world.owner)
        #expect(try await world.usher.person(EmailAddress(robin), by: world.owner).duties.isEmpty)
    }
}
