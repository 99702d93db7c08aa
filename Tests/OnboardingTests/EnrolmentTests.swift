import Basics
import Directory
import Onboarding
import OneTimePassword
import Storage
import TestSupport
import Testing

@Suite("Enrolment", .timeLimit(.minutes(60)))
struct EnrolmentTests {
    let world: TestInstallation
    let request: RequestID
    private let alice = "alice@acme.example"

    init() async throws {
        world = try await TestInstallation.withAcme()
        request = try await world.submit()
        try await world.approve(request)
    }

    private func start(_ password: String = TestInstallation.password) async throws -> EnrolmentStart.Setup {
        try #require(
            try await world.usher.startEnrolment(token: try world.token(of: alice), password: Secret(password)).setup)
    }

    private func code(_ setup: EnrolmentStart.Setup) throws -> String {
        try TOTP(secret: setup.uri.secret, parameters: setup.parameters).code(at: world.clock.now)
    }

    private func verify(_ setup: EnrolmentStart.Setup, _ code: String) async throws -> EnrolmentEnd {
        try await world.usher.verifyEnrolment(session: Secret(setup.session), code: code)
    }

    @Test("gives a new secret each time it is opened; the abandoned one and its session are dead")
    func abandoned() async throws {
        let first = try await start()
        let second = try await start()
        #expect(first.secret != second.secret)
        #expect(first.session != second.session)
        #expect(try await refusal { _ = try await verify(first, try code(first)) }.code == .expired)
        #expect(try await refusal { _ = try await verify(first, try code(second)) }.code == .expired)
        #expect(try await refusal { _ = try await verify(second, try code(first)) }.codes == ["wrong_code"])
        #expect(try await verify(second, try code(second)).state == "active")
        #expect(try await refusal { _ = try await verify(second, try code(second)) }.code == .expired)
    }

    @Test("session ends after an hour")
    func session() async throws {
        let setup = try await start()
        world.clock.skip(seconds: 3_600)
        #expect(try await refusal { _ = try await verify(setup, try code(setup)) }.code == .expired)
    }

    @Test("needs the chosen password when the link is opened again, and keeps the first one")
    func secondPassword() async throws {
        _ = try await start()
        let refused = try await refusal { _ = try await start("another password entirely") }
        #expect(refused.code == .forbidden)
        let long = try await refusal { _ = try await start(String(repeating: "x", count: 1_000_000)) }
        #expect(long.code == .forbidden)
        _ = try await start()
    }

    @Test("looks up a link any number of times and uses nothing up")
    func opening() async throws {
        let token = try world.token(of: alice)
        for _ in 0..<30 { #expect(try await !world.usher.invitation(token: token).offersFactor) }
        #expect(try await world.view(request).state == "invitation")
        _ = try await start()
    }

    @Test("opens nothing for a token that is not, of another person, or of an ended request: one answer")
    func foreignTokens() async throws {
        let unknown = try await refusal {
            _ = try await world.usher.startEnrolment(
                token: Secret(String(repeating: "0", count: 64)), password: Secret(TestInstallation.password))
        }
        let token = try world.token(of: alice)
        _ = try await world.usher.cancel(request, by: try await world.actor("rita@acme.example"))
        let cancelled = try await refusal {
            _ = try await world.usher.startEnrolment(token: token, password: Secret(TestInstallation.password))
        }
        // Rita's own link of her appointment, used up long ago.
        let ended = try await refusal {
            _ = try await world.usher.startEnrolment(
                token: try world.token(of: "rita@acme.example"), password: Secret(TestInstallation.password))
        }
        #expect([unknown.code, cancelled.code, ended.code] == [.notFound, .notFound, .notFound])
        #expect(Set([unknown.message, cancelled.message, ended.message]).count == 1)
    }

    @Test("binds a token to its person: another's link enrols that other person only")
    func boundToken() async throws {
        try await world.approve(try await world.submit("bob@acme.example"))
        let setup = try #require(
            try await world.usher.startEnrolment(
                token: try world.token(of: "bob@acme.example"), password: Secret(TestInstallation.password)
            ).setup)
        _ = try await verify(setup, try code(setup))
        #expect(try await world.person("bob@acme.example").state == .active)
        #expect(try await world.person(alice).state == .invited)
    }

    @Test("opens in the last moment before the link expires, and not one second later")
    func expiry() async throws {
        let token = try world.token(of: alice)
        let end = TestClock.start.adding(seconds: 7 * 86_400)
        world.clock.set(end)
        let late = try await refusal {
            _ = try await world.usher.startEnrolment(token: token, password: Secret(TestInstallation.password))
        }
        #expect(late.code == .expired)
        world.clock.set(end.adding(seconds: 1))
        let later = try await refusal {
            _ = try await world.usher.startEnrolment(token: token, password: Secret(TestInstallation.password))
        }
        #expect(later.code == .expired)
        world.clock.set(end.adding(seconds: -1))
        _ = try await start()
    }

    @Test("opened too often, opens no more until another link is sent; the request stays as it is")
    func tooOften() async throws {
        for _ in 0..<20 { _ = try await start() }
        let refused = try await refusal { _ = try await start() }
        #expect(refused.code == .conflict && refused.message.contains("Ask whoever invited you for a new link"))
        #expect(try await world.view(request).state == "enrolment")
        world.clock.skip(hours: 1)
        _ = try await world.usher.renewInvitation(of: request, by: try await world.actor("rita@acme.example"))
        #expect(try await world.view(request).history?.last { $0.event == "renew" } != nil)
        _ = try await world.enrol(alice)
        #expect(try await world.view(request).state == "active")
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("fails after ten wrong codes")
    func wrongCodes() async throws {
        let setup = try await start()
        let totp = TOTP(secret: setup.uri.secret, parameters: setup.parameters)
        for turn in 0..<10 {
            #expect(try await world.view(request).state == "enrolment")
            let wrong = try world.wrongCode(for: totp)
            #expect(try await refusal { _ = try await verify(setup, wrong) }.codes == ["wrong_code"])
            if turn >= 4 { world.clock.skip(seconds: 30 << Int64(turn - 4)) }
        }
        #expect(try await world.view(request).state == "failed")
    }

    @Test("activates nothing for somebody whose account was closed meanwhile")
    func closedMeanwhile() async throws {
        let setup = try await start()
        _ = try await world.usher.close(
            try EmailAddress(alice), reason: "Left.", by: try await world.actor("marie@provider.example"))
        #expect(try await refusal { _ = try await verify(setup, try code(setup)) }.code == .expired)
        #expect(try await world.person(alice).state == .closed)
    }

    @Test("of a new factor ends for somebody who is suspended meanwhile")
    func suspendedMeanwhile() async throws {
        try await world.enrol(alice)
        let reset = try world.id(
            try await world.usher.requestFactorReset(
                of: try EmailAddress(alice), reason: "Lost.", stolen: false,
                by: try await world.actor("rita@acme.example")))
        try await world.approve(reset)
        let setup = try await start()
        try await world.usher.suspend(
            try EmailAddress(alice), reason: "Odd.", by: try await world.actor("rita@acme.example"))
        #expect(try await refusal { _ = try await verify(setup, try code(setup)) }.code == .expired)
        #expect(try await refusal { _ = try await start() }.code == .notFound)
    }

    @Test("replaces a lost factor after two agreed; the old one works until then and not after")
    func reset() async throws {
        let old = try #require(try await world.enrol(alice).totp)
        let reset = try world.id(
            try await world.usher.requestFactorReset(
                of: try EmailAddress(alice), reason: "Lost.", stolen: false,
                by: try await world.actor("rita@acme.example")))
        try await world.approve(reset)
        let setup = try await start()
        world.clock.skip(seconds: 60)
        #expect(try await world.verify(try old.code(at: world.clock.now), of: alice).accepted)
        _ = try await verify(setup, try code(setup))
        world.clock.skip(seconds: 60)
        #expect(try await world.verify(try old.code(at: world.clock.now), of: alice).reason == .wrong)
        #expect(try await world.verify(try code(setup), of: alice).accepted)
    }
}
