import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("A change of representative", .timeLimit(.minutes(60)))
struct RepresentativeChangeTests {
    let world: TestInstallation
    private let robin = "robin@acme.example"
    private let rita = "rita@acme.example"
    private let marie = "marie@provider.example"

    init() async throws { world = try await TestInstallation.withAcme() }

    private func propose(
        _ email: String = "robin@acme.example", replaces: String? = "rita@acme.example",
        in organization: String = "acme",
        by requester: String = "rita@acme.example"
    ) async throws -> RequestID {
        let proposal = RepresentativeProposal(
            organization: organization, email: email, name: "Robin Hale", language: "en", replaces: replaces,
            reason: "Rita retires.")
        return try world.id(
            try await world.usher.proposeRepresentative(proposal, by: try await world.actor(requester)))
    }

    private func representatives() async throws -> [String] {
        try await world.usher.organization("acme", by: world.owner).representatives.map(\.email.text).sorted()
    }

    @Test("takes effect when the new one has proven a factor, in one moment; until then the old one goes on")
    func invited() async throws {
        let id = try await propose()
        #expect(world.mailer.templates(to: marie).last == "representative-asked")
        #expect(world.mailer.mails(to: marie).last?.text("replacedName") == "Rita Weiss")
        #expect(try await representatives() == [rita])
        try await world.approve(id)
        #expect(try await world.view(id).state == "invitation")
        #expect(try await representatives() == [rita])
        _ = try await world.submit()
        try await world.enrol(robin)
        #expect(try await world.view(id).state == "changed")
        #expect(try await representatives() == [robin])
        #expect(try await world.person(robin).state == .active)
        for email in [rita, robin, marie] {
            #expect(world.mailer.templates(to: email).last == "representative-changed")
        }
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("moves the open asks of the old one on, who has no say in them any more")
    func openAsks() async throws {
        let asked = try await world.submit()
        try await world.account("bob@acme.example", grants: [("default", "OPE")])
        let id = try await propose("bob@acme.example")
        try await world.approve(id)
        #expect(try await world.view(id).state == "changed")
        _ = try await world.usher.ask(asked, question: "Why?", by: try await world.actor(marie))
        #expect(world.mailer.templates(to: "bob@acme.example").last == "question")
        #expect(
            try await world.usher.inbox(PageRequest(), by: try await world.actor("bob@acme.example")).items.map(\.id)
                == [asked.text])
        let old = try await world.actor(rita)
        #expect(try await world.usher.inbox(PageRequest(), by: old).items.isEmpty)
        #expect(try await refusal { _ = try await world.usher.answer(asked, "So.", by: old) }.code == .forbidden)
        #expect(try await refusal { _ = try await world.usher.cancel(asked, by: old) }.code == .forbidden)
        #expect(try await refusal { _ = try await world.submit("carol@acme.example") }.code == .notFound)
        _ = try await world.usher.answer(asked, "So.", by: try await world.actor("bob@acme.example"))
    }

    @Test("adds one more where nobody is named to stop")
    func additional() async throws {
        let id = try await propose(replaces: nil)
        try await world.approve(id)
        try await world.enrol(robin)
        #expect(try await representatives() == [rita, robin].sorted())
        #expect(try await world.person(rita).state == .active)
    }

    @Test("gives an account without a factor the duty only with one")
    func factorless() async throws {
        try await world.account("bob@acme.example", grants: [("default", "STD")])
        let id = try await propose("bob@acme.example")
        try await world.approve(id)
        #expect(try await world.view(id).state == "enrolment")
        #expect(try await representatives() == [rita])
        try await world.enrol("bob@acme.example")
        #expect(try await representatives() == ["bob@acme.example"])
    }

    @Test("leaves the old one in office when it is refused, withdrawn, or the new one never comes")
    func unsuccessful() async throws {
        let refused = try await propose()
        _ = try await world.usher.reject(
            refused, clouds: [], reason: "Call me first.", by: try await world.actor(marie))
        #expect(try await world.person(robin).state == .closed)
        let withdrawn = try await propose()
        _ = try await world.usher.cancel(withdrawn, by: try await world.actor(rita))
        let lapsed = try await propose()
        try await world.approve(lapsed)
        world.clock.skip(days: 8)
        _ = try await world.usher.runDue()
        #expect(try await world.view(lapsed).state == "expired")
        #expect(try await representatives() == [rita])
        #expect(try await world.person(robin).state == .closed)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("does not give the duty to somebody who is suspended meanwhile, nor set them free")
    func suspendedMeanwhile() async throws {
        try await world.account("bob@acme.example", grants: [("default", "OPE")])
        let id = try await propose("bob@acme.example")
        _ = try await world.usher.suspend(
            try EmailAddress("bob@acme.example"), reason: "Odd.", by: try await world.actor(rita))
        try await world.approve(id)
        #expect(try await world.view(id).state == "enrolment")
        #expect(try await representatives() == [rita])
        #expect(try await world.person("bob@acme.example").state == .suspended)
    }

    @Test("is agreed to by somebody else, with a fresh code; nobody makes themselves representative alone")
    func fourEyes() async throws {
        try await world.account("bob@acme.example", grants: [("default", "OPE")])
        #expect(try await refusal { _ = try await propose(rita) }.codes == ["own_account"])
        #expect(try await refusal { _ = try await propose(by: "bob@acme.example") }.code == .notFound)
        let recorded = try await propose("bob@acme.example", by: marie)
        #expect(try await world.view(recorded).history?.first?.note == "Recorded by staff for the organization.")
        #expect(try await refusal { try await world.approve(recorded) }.code == .forbidden)
        #expect(try await refusal { try await world.approve(recorded, by: "bob@acme.example") }.code == .forbidden)
        #expect(try await refusal { try await world.approve(recorded, by: rita) }.code == .forbidden)
        _ = try await world.usher.cancel(recorded, by: try await world.actor(rita))
        let id = try await propose()
        let stale = try await world.actor(marie, fresh: false)
        #expect(
            try await refusal { _ = try await world.usher.approve(id, items: [], by: stale) }.code == .unauthenticated)
        // A delegate of the one who asks is the one who asks.
        _ = try await world.usher.delegate(
            try EmailAddress(rita), to: try EmailAddress("bob@acme.example"), from: nil,
            until: world.clock.now.adding(seconds: 86_400), by: try await world.actor(rita))
        _ = try await world.usher.cancel(id, by: try await world.actor(rita))
        #expect(
            try await refusal { _ = try await propose("bob@acme.example", by: "bob@acme.example") }.codes
                == ["own_account"])
    }

    @Test("refuses strangers, whoever represents already, and a name that represents nobody")
    func faults() async throws {
        try await world.organization("globex")
        #expect(try await refusal { _ = try await propose("rita@globex.example") }.codes == ["unavailable"])
        #expect(
            try await refusal { _ = try await propose(replaces: "nobody@acme.example") }.codes == ["no_representative"])
        #expect(
            try await refusal { _ = try await propose(replaces: "rita@globex.example") }.codes == ["no_representative"])
        let real = try await refusal { _ = try await propose(by: "rita@globex.example") }
        let absent = try await refusal { _ = try await propose(in: "nowhere", by: "rita@globex.example") }
        #expect(real.code == .notFound && absent.code == .notFound)
        #expect(real.message.replacing("acme", with: "…") == absent.message.replacing("nowhere", with: "…"))
        _ = try await propose()
        #expect(try await refusal { _ = try await propose() }.codes == ["request_open"])
    }
}
