import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("The main job", .timeLimit(.minutes(60)))
struct MainJobTests {
    @Test("leads from a request to an active account that the platform believes")
    func mainJob() async throws {
        let world = try await TestInstallation.withAcme()
        #expect(try await world.decide("create-snapshot").reason == .noGrant)
        let id = try await world.submit()
        #expect(try await world.view(id).state == "approval")
        #expect(try await world.decide("create-snapshot").reason == .accountNotActive)

        let decided = try await world.approve(
            id, [ItemDecision(cloud: "prod", lowered: "DTM"), ItemDecision(cloud: "default")])
        #expect(decided.items.map(\.profile).sorted() == ["DTM", "STD"])
        #expect(try await world.view(id).state == "invitation")
        #expect(try await world.decide("create-snapshot").reason == .accountNotActive)

        let alice = try await world.enrol("alice@acme.example")
        let done = try await world.view(id)
        #expect(done.state == "active")
        #expect(done.items.allSatisfy { $0.state == "active" })
        #expect(alice.recoveryCodes.count == 10)
        #expect(try await world.decide("create-snapshot").verdict == .allow)
        #expect(try await world.decide("start-instance").reason == .profileTooLow)
        #expect(try await world.decide("create-snapshot", in: "acme/default").reason == .profileTooLow)
        world.clock.skip(hours: 13)
        #expect(try await world.decide("create-snapshot").verdict == .stepUp)
    }

    @Test("writes to everybody concerned, in their language, and links only to who is invited")
    func mails() async throws {
        let world = try await TestInstallation.withAcme()
        world.mailer.forget()
        _ = try await world.usher.submit(
            world.submission(language: "fr"), by: try await world.actor("rita@acme.example"))
        let asked = world.mailer.mails
        #expect(asked.map(\.template) == ["approval-asked"])
        #expect(asked.map(\.recipient.text) == ["marie@provider.example"])
        #expect(asked.map(\.language) == [.french])
        let id = try #require(asked.first?.text("requestId").flatMap { RequestID($0) })
        #expect(asked.first?.text("link") == "https://usher.example/requests/\(id)/decide")
        world.mailer.forget()
        try await world.approve(id)
        #expect(world.mailer.mails.map(\.template) == ["invitation"])
        #expect(world.mailer.mails.map(\.language) == [.french])
        #expect(world.mailer.mails.first?.text("link")?.hasPrefix("https://usher.example/welcome#") == true)
        try await world.enrol("alice@acme.example")
        let told = world.mailer.mails.dropFirst()
        #expect(Set(told.map(\.recipient.text)) == ["alice@acme.example", "rita@acme.example"])
        #expect(told.allSatisfy { $0.template == "welcome" && $0.text("token") == nil })
        #expect(Set(told.map(\.key)).count == 2)
        #expect(told.allSatisfy { $0.text("link") == "https://usher.example/requests/\(id)" })
        #expect(told.allSatisfy { $0.fields["hasItems"] == .flag(true) && $0.text("requesterEmail") != nil })
        #expect(told.allSatisfy { $0.fields["isHolder"] == .flag($0.recipient.text == "alice@acme.example") })
    }

    @Test("tells whom the operator appoints that there is no list of clouds and no requester's address")
    func appointmentMail() async throws {
        let world = try await TestInstallation.withAcme()
        world.mailer.forget()
        _ = try await world.usher.appoint(
            email: "mona@provider.example", name: "Mona", .deliveryManager, organization: nil, language: "en",
            by: world.owner)
        let mail = try #require(world.mailer.mails.first)
        #expect(mail.template == "invitation" && mail.text("organization") == mail.text("product"))
        #expect(mail.fields["hasItems"] == .flag(false) && mail.fields["isHolder"] == .flag(true))
        #expect(mail.text("requesterEmail") == nil && mail.text("requesterName") == mail.text("product"))
    }

    @Test("leaves a history that names who did what, replays to the stored bytes, and an audit that verifies")
    func records() async throws {
        let world = try await TestInstallation.withAcme()
        let id = try await world.submit()
        try await world.approve(id)
        try await world.enrol("alice@acme.example")
        let history = try #require(try await world.view(id).history)
        #expect(history.first?.event == "start")
        #expect(history.first?.by == "rita@acme.example")
        #expect(history.contains { $0.event == "decide" && $0.by == "marie@provider.example" })
        #expect(history.contains { $0.event == "choose_password" && $0.by == "alice@acme.example" })
        #expect(history.last?.to == "active")
        let replay = try await world.usher.replayAll()
        #expect(replay.requests == 3)
        #expect(replay.defects == [])
        try await world.usher.signAudit()
        let verdict = try await world.usher.verifyAudit()
        #expect(verdict.defect == nil)
        #expect(verdict.entries > 10)
        #expect(verdict.signedUpTo == verdict.entries)
    }

    @Test("makes an account that needs no factor active with the password alone")
    func withoutFactor() async throws {
        let world = try await TestInstallation.withAcme()
        try await world.approve(try await world.submit(grants: [("default", "STD")]))
        let token = try world.token(of: "alice@acme.example")
        #expect(try await world.usher.invitation(token: token).offersFactor)
        let short = try await refusal {
            _ = try await world.usher.startEnrolment(token: token, password: Secret("fourteen chars"))
        }
        #expect(short.codes == ["too_short"])
        let alice = try await world.enrol("alice@acme.example")
        #expect(alice.totp == nil)
        #expect(try await world.person("alice@acme.example").state == .active)
    }

    @Test("enrols a factor that is offered and not demanded, if it is wanted")
    func wantedFactor() async throws {
        let world = try await TestInstallation.withAcme()
        try await world.approve(try await world.submit(grants: [("default", "STD")]))
        let alice = try await world.enrol("alice@acme.example", password: "short 1 but ok", wantsFactor: true)
        #expect(alice.totp != nil)
        #expect(try await world.person("alice@acme.example").state == .active)
    }

    @Test("gives what is approved and refuses the rest, across several answers")
    func partial() async throws {
        let world = try await TestInstallation.withAcme()
        let id = try await world.submit()
        let first = try await world.approve(id, [ItemDecision(cloud: "default")])
        #expect(first.state == "approval")
        let second = try await world.usher.reject(
            id, clouds: ["prod"], reason: "Not yet.", by: try await world.actor("marie@provider.example"))
        #expect(second.items.first { $0.cloud == "prod" }?.state == "refused")
        try await world.enrol("alice@acme.example")
        #expect(try await world.decide("create-snapshot").reason == .noGrant)
        #expect(try await world.view(id).items.first { $0.cloud == "default" }?.state == "active")
    }
}
