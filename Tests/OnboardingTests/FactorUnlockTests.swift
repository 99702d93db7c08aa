import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import TestSupport
import Testing

@Suite("The unlocking of a factor", .timeLimit(.minutes(60)))
struct FactorUnlockTests {
    let world: TestInstallation
    let alice: Enrolled

    init() async throws {
        world = try TestInstallation()
        try await world.manager()
        try await world.organization()
        alice = try await world.account()
        try await world.lockFactor(of: "alice@acme.example")
        world.clock.skip(seconds: 60)
    }

    private func ask(_ email: String = "alice@acme.example", by actor: Actor) async throws -> RequestID {
        try world.id(
            try await world.usher.requestFactorUnlock(
                of: try EmailAddress(email), reason: "Her clock was wrong.", by: actor))
    }

    private func code() async throws -> CodeVerification.Reason {
        try await world.verify(try #require(alice.totp).code(at: world.clock.now), of: "alice@acme.example").reason
    }

    @Test("lets the same authenticator and recovery codes work again, and every miss is forgotten")
    func unlocks() async throws {
        #expect(try await code() == .locked)
        let rita = try await world.actor("rita@acme.example")
        let id = try await ask(by: rita)
        #expect(try await code() == .locked)
        let done = try await world.approve(id)
        #expect(done.state == "unlocked")
        #expect(try await code() == .ok)
        let status = try await world.usher.mfaStatus(of: alice.email, by: rita)
        #expect(status.attempts == Attempts() && status.recoveryCodesLeft == 10)
        _ = try await world.usher.runDue()
        // Who owns the factor hears of it before and after: it may not have been them who typed the codes.
        let mails = world.mailer.templates(to: "alice@acme.example")
        #expect(mails.count { $0 == "unlock-reported" } == 1 && mails.count { $0 == "unlock-done" } == 1)
        #expect(world.mailer.templates(to: "rita@acme.example").contains("unlock-done"))
        let trail = try await world.usher.auditEntries(PageRequest(limit: 1_000), by: world.owner).entries
        #expect(trail.contains { $0.action == "factor.unlock" && $0.request == id.text })
    }

    @Test("is agreed to by two who are not the holder, each with a fresh code")
    func fourEyes() async throws {
        let id = try await ask(by: try await world.actor("alice@acme.example", fresh: false))
        let stale = try await world.actor("marie@provider.example", fresh: false)
        #expect(
            try await refusal { _ = try await world.usher.approve(id, items: [], by: stale) }.code == .unauthenticated)
        #expect(try await refusal { try await world.approve(id, by: "alice@acme.example") }.code == .forbidden)
        #expect(try await world.approve(id).state == "confirmation")
        #expect(try await code() == .locked)
        #expect(try await refusal { try await world.approve(id) }.code == .forbidden)
        #expect(try await world.approve(id, by: "rita@acme.example").state == "unlocked")
        #expect(try await code() == .ok)
    }

    @Test(
        "is asked for a factor that is locked, once, by who may see the person, with a fresh code where it counts as one of two"
    )
    func refusals() async throws {
        let rita = try await world.actor("rita@acme.example")
        let marie = try await world.actor("marie@provider.example")
        #expect(try await refusal { _ = try await ask("rita@acme.example", by: marie) }.code == .conflict)
        #expect(try await refusal { _ = try await ask("nobody@acme.example", by: marie) }.code == .notFound)
        let stale = try await world.actor("rita@acme.example", fresh: false)
        #expect(try await refusal { _ = try await ask(by: stale) }.code == .unauthenticated)
        _ = try await ask(by: rita)
        #expect(try await refusal { _ = try await ask(by: marie) }.code == .conflict)
        #expect(
            try await refusal {
                _ = try await world.usher.requestFactorReset(
                    of: alice.email, reason: "Lost.", stolen: false, by: marie)
            }.code == .conflict)
    }

    @Test("that is refused, withdrawn or forgotten leaves the factor locked")
    func ends() async throws {
        let rita = try await world.actor("rita@acme.example")
        let refused = try await ask(by: rita)
        _ = try await world.usher.reject(
            refused, clouds: [], reason: "She did not know of it.", by: try await world.actor("marie@provider.example"))
        #expect(try await world.view(refused).state == "refused")
        let cancelled = try await ask(by: rita)
        _ = try await world.usher.cancel(cancelled, by: rita)
        let lapsed = try await ask(by: rita)
        world.clock.skip(seconds: 30 * 86_400)
        _ = try await world.usher.runDue()
        #expect(try await world.view(lapsed).state == "expired")
        #expect(try await code() == .locked)
    }
}
