import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import Storage
import TestSupport
import Testing

@Suite("A recovery code", .timeLimit(.minutes(60)))
struct RecoveryCodeTests {
    let world: TestInstallation
    let rita: Enrolled

    init() async throws {
        world = try TestInstallation()
        try await world.manager()
        rita = try await world.organization()
        world.clock.skip(seconds: 60)
    }

    @Test("works once, however it is typed")
    func once() async throws {
        let code = try rita.recoveryCodes.at(0)
        #expect(try await world.verify(code.lowercased().replacing("-", with: " "), of: "rita@acme.example").accepted)
        // Told, and not held against its owner.
        #expect(try await world.verify(code, of: "rita@acme.example").reason == .replayed)
        #expect(
            try await world.usher.mfaStatus(of: rita.email, by: world.owner).attempts.misses == 0)
    }

    @Test("counts for the platform as a code of the authenticator does")
    func provesTheFactor() async throws {
        try await world.account()
        world.clock.skip(hours: 2)
        #expect(try await world.decide("start-instance").verdict == .stepUp)
        let alice = try await world.account("bea@acme.example")
        world.clock.skip(hours: 2)
        let question = { try await world.decide("start-instance", "bea@acme.example").verdict }
        #expect(try await question() == .stepUp)
        #expect(try await world.verify(try alice.recoveryCodes.at(0), of: "bea@acme.example").accepted)
        #expect(try await question() == .allow)
        let status = try await world.usher.mfaStatus(of: alice.email, by: world.owner)
        #expect(status.factor?.lastAcceptedAt == world.clock.now)
    }

    @Test("of another person is worth nothing")
    func another() async throws {
        #expect(try await world.verify(try rita.recoveryCodes.at(0), of: "marie@provider.example").reason == .wrong)
        #expect(try await world.verify(try rita.recoveryCodes.at(0), of: "rita@acme.example").accepted)
    }

    @Test("proves no enrolment")
    func enrolmentRoute() async throws {
        try await world.approve(try await world.submit())
        let setup = try #require(
            try await world.usher.startEnrolment(
                token: try world.token(of: "alice@acme.example"), password: Secret(TestInstallation.password)
            ).setup)
        let refused = try await refusal {
            _ = try await world.usher.verifyEnrolment(session: Secret(setup.session), code: rita.recoveryCodes.at(0))
        }
        #expect(refused.codes == ["not_a_code"])
        #expect(try await world.verify(try rita.recoveryCodes.at(0), of: "rita@acme.example").accepted)
    }

    @Test("is warned of by mail from three left on")
    func fewLeft() async throws {
        for code in rita.recoveryCodes.prefix(6) {
            #expect(try await world.verify(code, of: "rita@acme.example").accepted)
        }
        _ = try await world.usher.runDue()
        #expect(!world.mailer.templates(to: "rita@acme.example").contains("recovery-codes-low"))
        #expect(try await world.verify(try rita.recoveryCodes.at(6), of: "rita@acme.example").accepted)
        _ = try await world.usher.runDue()
        #expect(world.mailer.templates(to: "rita@acme.example").contains("recovery-codes-low"))
    }

    @Test("is told to its owner by mail when it was used, once, and so is a new set")
    func told() async throws {
        _ = try await world.usher.runDue()
        world.mailer.forget()
        #expect(try await world.verify(try rita.recoveryCodes.at(0), of: "rita@acme.example").accepted)
        #expect(try await world.verify(try rita.recoveryCodes.at(0), of: "rita@acme.example").reason == .replayed)
        _ = try await world.usher.runDue()
        #expect(world.mailer.templates(to: "rita@acme.example") == ["recovery-code-used"])
        _ = try await world.usher.replaceRecoveryCodes(by: try await world.actor("rita@acme.example"))
        _ = try await world.usher.runDue()
        #expect(world.mailer.templates(to: "rita@acme.example") == ["recovery-code-used", "recovery-codes-new"])
    }

    @Test("set is replaced only after a fresh code, and the old set is worthless then")
    func replace() async throws {
        let stale = try await world.actor("rita@acme.example", fresh: false)
        #expect(
            try await refusal { _ = try await world.usher.replaceRecoveryCodes(by: stale) }.code == .unauthenticated)
        let old = try await world.actor("rita@acme.example")
        world.clock.skip(seconds: 301)
        #expect(try await refusal { _ = try await world.usher.replaceRecoveryCodes(by: old) }.code == .unauthenticated)
        let codes = try await world.usher.replaceRecoveryCodes(by: try await world.actor("rita@acme.example"))
        #expect(Set(codes).count == 10)
        #expect(try await world.verify(try rita.recoveryCodes.at(1), of: "rita@acme.example").reason == .wrong)
        #expect(try await world.verify(try codes.at(1), of: "rita@acme.example").accepted)
        #expect(
            try await refusal { _ = try await world.usher.replaceRecoveryCodes(by: world.owner) }.code == .forbidden)
    }
}
