import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import Storage
import TestSupport
import Testing

@Suite("A forgotten password", .timeLimit(.minutes(60)))
struct ForgottenPasswordTests {
    let world: TestInstallation
    private let better = Secret("nine loud geese on the roof")

    init() async throws {
        world = try await TestInstallation.withAcme()
        world.clock.skip(seconds: 60)
    }

    /// The token of the newest link; nil if none was sent.
    private func link(for email: String) async throws -> Secret? {
        try await world.usher.forgotPassword(of: email)
        _ = try await world.usher.runDue()
        return world.mailer.mails(to: email).last { $0.template == "password-forgotten" }?.text("token").map {
            Secret($0)
        }
    }

    private func code(of who: Enrolled) throws -> String {
        world.clock.skip(seconds: 60)
        return try #require(who.totp).code(at: world.clock.now)
    }

    private func signsIn(_ email: EmailAddress, _ password: Secret) async -> Bool {
        (try? await world.usher.signIn(email: email.text, password: password, from: .test)) != nil
    }

    @Test("of an account with an authenticator takes the link and a code, and ends every session")
    func withFactor() async throws {
        let alice = try await world.account()
        let session = try await world.usher.signIn(
            email: alice.email.text, password: Secret(alice.password), from: .test)
        let token = try #require(try await link(for: alice.email.text))
        #expect(try await world.usher.passwordChoice(token: token).wantsCode)
        for bad in ["", "abc", try world.wrongCode(for: try #require(alice.totp))] {
            let refused = try await refusal { try await world.usher.choosePassword(better, token: token, code: bad) }
            #expect(refused.faults.map(\.field) == ["code"])
        }
        #expect(await !signsIn(alice.email, better))
        try await world.usher.choosePassword(better, token: token, code: try code(of: alice))
        #expect(await signsIn(alice.email, better))
        #expect(await !signsIn(alice.email, Secret(alice.password)))
        await #expect(throws: Fault.self) { try await world.usher.visitor(session.token) }
        // It is used up.
        let over = try await refusal {
            try await world.usher.choosePassword(better, token: token, code: try code(of: alice))
        }
        #expect(over.code == .notFound)
        _ = try await world.usher.runDue()
        #expect(world.mailer.templates(to: alice.email.text).last == "password-changed")
    }

    @Test("takes a recovery code in place of a code")
    func recoveryCode() async throws {
        let alice = try await world.account()
        let token = try #require(try await link(for: alice.email.text))
        try await world.usher.choosePassword(better, token: token, code: alice.recoveryCodes.at(0))
        #expect(await signsIn(alice.email, better))
    }

    @Test("lets whoever reads the mailbox guess slowly, and lock nothing")
    func guessing() async throws {
        let alice = try await world.account()
        let token = try #require(try await link(for: alice.email.text))
        let wrong = try world.wrongCode(for: try #require(alice.totp))
        for _ in 0..<5 {
            let refused = try await refusal { try await world.usher.choosePassword(better, token: token, code: wrong) }
            #expect(refused.codes == ["wrong_code"])
        }
        let waits = try await refusal { try await world.usher.choosePassword(better, token: token, code: wrong) }
        #expect(waits.code == .tooMany)
        #expect(try await world.usher.mfaStatus(of: alice.email, by: world.owner).attempts == Attempts())
        #expect(try await world.verify(try code(of: alice), of: alice.email.text).accepted)
    }

    @Test("of an account that never had an authenticator takes the link alone")
    func withoutFactor() async throws {
        let alice = try await world.account(grants: [("default", "STD")])
        let token = try #require(try await link(for: alice.email.text))
        #expect(try await !world.usher.passwordChoice(token: token).wantsCode)
        let short = try await refusal {
            try await world.usher.choosePassword(Secret("short"), token: token, code: "")
        }
        #expect(short.faults.map(\.field) == ["password"])
        try await world.usher.choosePassword(better, token: token, code: "")
        #expect(await signsIn(alice.email, better))
    }

    @Test("of an account whose authenticator was taken is no matter of a mailbox")
    func retired() async throws {
        let alice = try await world.account()
        let token = try #require(try await link(for: alice.email.text))
        _ = try await world.usher.requestFactorReset(
            of: alice.email, reason: "Stolen", stolen: true, by: try await world.actor("rita@acme.example"))
        let refused = try await refusal { try await world.usher.choosePassword(better, token: token, code: "") }
        #expect(refused.code == .conflict)
        #expect(await !signsIn(alice.email, better))
    }

    @Test("sends one link in ten minutes, which opens for an hour and only until the next")
    func links() async throws {
        let alice = try await world.account(grants: [("default", "STD")])
        let first = try #require(try await link(for: alice.email.text))
        world.clock.skip(seconds: 599)
        #expect(try await link(for: alice.email.text)?.exposed == first.exposed)
        world.clock.skip(seconds: 1)
        let second = try #require(try await link(for: alice.email.text))
        #expect(second.exposed != first.exposed)
        #expect(try await refusal { _ = try await world.usher.passwordChoice(token: first) }.code == .notFound)
        world.clock.skip(seconds: 3_599)
        _ = try await world.usher.passwordChoice(token: second)
        world.clock.skip(seconds: 1)
        #expect(try await refusal { _ = try await world.usher.passwordChoice(token: second) }.code == .expired)
    }

    @Test("of nobody, and of an account that may do nothing, sends nothing and says nothing")
    func nobody() async throws {
        let alice = try await world.account()
        try await world.usher.suspend(alice.email, reason: "Away", by: world.owner)
        for email in [alice.email.text, "nobody@acme.example", "no address"] {
            try await world.usher.forgotPassword(of: email)
        }
        _ = try await world.usher.runDue()
        #expect(!world.mailer.mails.contains { $0.template == "password-forgotten" })
    }

    @Test("in the middle of an enrolment is chosen anew with a new link, and with no older one")
    func enrolment() async throws {
        try await world.approve(try await world.submit())
        let old = try world.token(of: "alice@acme.example")
        _ = try await world.usher.startEnrolment(token: old, password: Secret(TestInstallation.password))
        let refused = try await refusal {
            _ = try await world.usher.startEnrolment(token: old, password: better, choosesAnew: true)
        }
        #expect(refused.code == .forbidden)
        world.clock.skip(seconds: 600)
        // Whoever forgets the password says so where everybody does.
        try await world.usher.forgotPassword(of: "alice@acme.example")
        _ = try await world.usher.runDue()
        let new = try world.token(of: "alice@acme.example")
        #expect(try await world.usher.invitation(token: new).mayChooseAnew)
        let setup = try #require(
            try await world.usher.startEnrolment(token: new, password: better, choosesAnew: true).setup)
        let totp = TOTP(secret: setup.uri.secret, parameters: setup.parameters)
        _ = try await world.usher.verifyEnrolment(
            session: Secret(setup.session), code: try totp.code(at: world.clock.now))
        #expect(await signsIn(try EmailAddress("alice@acme.example"), better))
    }

    @Test("lost together with the authenticator is chosen anew by the link that two people agreed to")
    func bothLost() async throws {
        let alice = try await world.account()
        let id = try world.id(
            try await world.usher.requestFactorReset(
                of: alice.email, reason: "Both lost", stolen: false, by: try await world.actor("rita@acme.example")))
        try await world.approve(id)
        let setup = try #require(
            try await world.usher.startEnrolment(
                token: try world.token(of: alice.email.text), password: better, choosesAnew: true
            ).setup)
        let totp = TOTP(secret: setup.uri.secret, parameters: setup.parameters)
        _ = try await world.usher.verifyEnrolment(
            session: Secret(setup.session), code: try totp.code(at: world.clock.now))
        #expect(await signsIn(alice.email, better))
    }
}
