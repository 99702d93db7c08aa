import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import Storage
import TestSupport
import Testing

@Suite("The reset of a factor", .timeLimit(.minutes(60)))
struct FactorResetTests {
    let world: TestInstallation
    let manager: Enrolled
    let alice: Enrolled

    init() async throws {
        world = try TestInstallation()
        manager = try await world.manager()
        try await world.organization()
        alice = try await world.account()
    }

    private func report(
        _ email: String = "alice@acme.example", stolen: Bool = false, by actor: Actor
    ) async throws -> RequestID {
        try world.id(
            try await world.usher.requestFactorReset(
                of: try EmailAddress(email), reason: "Lost.", stolen: stolen, by: actor))
    }

    @Test("needs a fresh code where the report counts as an agreement, or stops a factor")
    func freshness() async throws {
        let stale = try await world.actor("rita@acme.example", fresh: false)
        #expect(try await refusal { _ = try await report(by: stale) }.code == .unauthenticated)
        let marie = try await world.actor("marie@provider.example", fresh: false)
        #expect(try await refusal { _ = try await report(stolen: true, by: marie) }.code == .unauthenticated)
        // The holder has lost what a code would come from; two others have to agree.
        let id = try await report(by: try await world.actor("alice@acme.example", fresh: false))
        try await world.approve(id)
        #expect(try await world.view(id).state == "confirmation")
        #expect(
            try await refusal { try await world.approve(id, by: "marie@provider.example") }.code == .forbidden)
        try await world.approve(id, by: "rita@acme.example")
        #expect(try await world.view(id).state == "enrolment")
    }

    @Test("of a stolen device stops the old factor at once, whatever the answer")
    func stolen() async throws {
        let id = try await report(stolen: true, by: try await world.actor("rita@acme.example"))
        world.clock.skip(seconds: 60)
        let code = try #require(alice.totp).code(at: world.clock.now)
        #expect(try await world.verify(code, of: "alice@acme.example").reason == .none)
        _ = try await world.usher.reject(
            id, clouds: [], reason: "Found.", by: try await world.actor("marie@provider.example"))
        #expect(try await world.verify(code, of: "alice@acme.example").reason == .none)
        #expect(try await world.decide("create-snapshot").reason == .mfaNotEnrolled)
    }

    @Test("is not agreed to by its holder")
    func holder() async throws {
        let id = try await report("rita@acme.example", by: world.owner)
        try await world.approve(id)
        #expect(try await refusal { try await world.approve(id, by: "rita@acme.example") }.code == .forbidden)
    }

    @Test("of the provider's staff is reported by the operator and agreed to by another of them, never by the holder")
    func staff() async throws {
        let manuel = "manuel@provider.example"
        _ = try await world.usher.appoint(
            email: manuel, name: nil, .deliveryManager, organization: nil, language: "en", by: world.owner)
        try await world.enrol(manuel)
        let id = try await report("marie@provider.example", by: world.owner)
        #expect(try await refusal { try await world.approve(id) }.code == .forbidden)
        #expect(
            try await world.usher.inbox(PageRequest(), by: try await world.actor(manuel)).items.map(\.id) == [id.text])
        try await world.approve(id, by: manuel)
        try await world.enrol("marie@provider.example")
        #expect(try await world.view(id).state == "replaced")
        world.clock.skip(seconds: 60)
        let old = try #require(manager.totp).code(at: world.clock.now)
        #expect(try await world.verify(old, of: "marie@provider.example").reason == .wrong)
        // Staff of one customer only does not answer for the provider.
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("lifts a lock")
    func lock() async throws {
        let totp = try #require(alice.totp)
        for _ in 0..<100 {
            #expect(try await world.verify(try world.wrongCode(for: totp), of: "alice@acme.example").reason == .wrong)
            world.clock.skip(hours: 1)
        }
        #expect(try await world.verify("000000", of: "alice@acme.example").reason == .locked)
        try await world.approve(try await report(by: try await world.actor("rita@acme.example")))
        let fresh = try #require(try await world.enrol("alice@acme.example").totp)
        world.clock.skip(seconds: 60)
        #expect(try await world.verify(try fresh.code(at: world.clock.now), of: "alice@acme.example").accepted)
    }
}
