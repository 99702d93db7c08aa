import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import TestSupport
import Testing

/// What happens to an account is told to whom it belongs, by mail: they may be the only one who knows that it was not
/// they who did it.
@Suite("Words to the owner of an account", .timeLimit(.minutes(60)))
struct OwnerMailTests {
    private func signIn(_ world: TestInstallation, _ who: Enrolled) async throws -> SignIn {
        world.clock.skip(seconds: 60)
        let half = try await world.usher.signIn(email: who.email.text, password: Secret(who.password), from: .test)
        let code = try #require(who.totp).code(at: world.clock.now)
        return try #require(try await world.usher.prove(code, in: half.token, from: .test).0)
    }

    @Test("tell of another password, once, and of none that was refused")
    func password() async throws {
        let world = try TestInstallation()
        let marie = try await world.manager()
        let mine = try await signIn(world, marie)
        world.mailer.forget()
        await #expect(throws: Fault.self) {
            try await world.usher.changePassword(
                current: Secret("not this"), to: Secret("nine loud geese on the moor"), by: mine.visitor)
        }
        _ = try await world.usher.runDue()
        #expect(world.mailer.mails.isEmpty)
        try await world.usher.changePassword(
            current: Secret(marie.password), to: Secret("nine loud geese on the moor"), by: mine.visitor)
        _ = try await world.usher.runDue()
        _ = try await world.usher.runDue()
        #expect(world.mailer.templates(to: marie.email.text) == ["password-changed"])
        #expect(world.mailer.mails.count == 1)
    }

    @Test("tell of another authenticator, once it is proven, under a key that names it")
    func factor() async throws {
        let world = try TestInstallation()
        let marie = try await world.manager()
        let mine = try await signIn(world, marie)
        world.mailer.forget()
        let setup = try await world.usher.beginOwnFactor(password: Secret(""), by: mine.visitor)
        _ = try await world.usher.runDue()
        #expect(world.mailer.mails.isEmpty)
        let totp = TOTP(secret: setup.uri.secret, parameters: setup.parameters)
        _ = try await world.usher.proveOwnFactor(
            Secret(setup.session), code: try totp.code(at: world.clock.now), by: mine.visitor)
        _ = try await world.usher.runDue()
        let mails = world.mailer.mails
        try #require(mails.map(\.template) == ["factor-changed"])
        let status = try await world.usher.mfaStatus(of: marie.email, by: world.owner)
        let id = try #require(status.factor?.id.text)
        let key = try mails.at(0).key
        #expect(key.hasSuffix("/mail/factor-changed/\(id)") && key.hasPrefix("person/"))
    }

    @Test("tell of a lost device that somebody reported, with who and why, before anybody agreed")
    func lostDevice() async throws {
        let world = try await TestInstallation.withAcme()
        let alice = try await world.account()
        world.mailer.forget()
        let request = try await world.usher.requestFactorReset(
            of: alice.email, reason: "Left in the train.", stolen: false, by: world.owner)
        _ = try await world.usher.runDue()
        let told = world.mailer.mails(to: alice.email.text)
        try #require(told.map(\.template) == ["reset-reported"])
        let first = try told.at(0)
        #expect(first.fields["comment"] == .text("Left in the train."))
        #expect(first.fields["actorName"] == nil)
        #expect(first.text("link") == "https://usher.example/account")
        #expect(first.key.hasSuffix("/mail/reset-reported/\(request.id)"))
    }
}
