import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("Another organization", .timeLimit(.minutes(60)))
struct IsolationTests {
    let world: TestInstallation
    let request: RequestID
    /// A representative who knows ids and names of an organization that is not hers.
    let stranger: Actor

    init() async throws {
        world = try await TestInstallation.withAcme()
        try await world.organization("globex")
        stranger = try await world.actor("rita@globex.example")
        try await world.account("bob@acme.example")
        request = try await world.submit()
    }

    /// The same code and, but for the name that was asked for, the same words.
    private func expectSame(
        _ real: String, _ absent: String, _ location: SourceLocation = #_sourceLocation,
        _ body: (String) async throws -> Void
    ) async throws {
        let one = try await refusal(location) { try await body(real) }
        let other = try await refusal(location) { try await body(absent) }
        #expect(one.code == other.code, sourceLocation: location)
        #expect(
            one.message.replacing(real, with: "…") == other.message.replacing(absent, with: "…"),
            sourceLocation: location)
        #expect(one.faults.isEmpty && other.faults.isEmpty, sourceLocation: location)
        #expect(one.code == .notFound, sourceLocation: location)
    }

    private func id(_ text: String) throws -> RequestID { try #require(RequestID(text)) }

    @Test("answers for its requests as for none")
    func requests() async throws {
        let usher = world.usher
        let absent = "0000000000zzzzzzzzzzzzzzzz"
        try await expectSame(request.text, absent) {
            _ = try await usher.request(try id($0), withHistory: true, by: stranger)
        }
        try await expectSame(request.text, absent) { _ = try await usher.approve(try id($0), items: [], by: stranger) }
        try await expectSame(request.text, absent) {
            _ = try await usher.reject(try id($0), clouds: [], reason: "No.", by: stranger)
        }
        try await expectSame(request.text, absent) {
            _ = try await usher.ask(try id($0), question: "Why?", by: stranger)
        }
        try await expectSame(request.text, absent) { _ = try await usher.answer(try id($0), "So.", by: stranger) }
        try await expectSame(request.text, absent) { _ = try await usher.cancel(try id($0), by: stranger) }
    }

    @Test("answers for itself, its clouds and its people as for none")
    func names() async throws {
        let usher = world.usher
        try await expectSame("acme", "nowhere") { _ = try await usher.organization($0, by: stranger) }
        try await expectSame("acme", "nowhere") {
            _ = try await usher.people(organization: $0, PageRequest(), by: stranger)
        }
        try await expectSame("acme", "nowhere") {
            _ = try await usher.requests(
                organization: $0, mine: false, state: nil, overdue: false, PageRequest(), by: stranger)
        }
        try await expectSame("acme", "nowhere") {
            _ = try await usher.submit(world.submission("new@globex.example", organization: $0), by: stranger)
        }
        let csv = Array("email,name,locale,grants,until,reason\nx@acme.example,X,en,prod=STD,,Why\n".utf8)
        try await expectSame("acme", "nowhere") {
            _ = try await usher.submitAll(
                csv: csv, organization: $0, by: stranger, allOrNothing: false, dryRun: false)
        }
        let (bob, nobody) = ("bob@acme.example", "nobody@acme.example")
        try await expectSame(bob, nobody) { _ = try await usher.person(try EmailAddress($0), by: stranger) }
        try await expectSame(bob, nobody) { _ = try await usher.mfaStatus(of: try EmailAddress($0), by: stranger) }
        try await expectSame(bob, nobody) {
            _ = try await usher.verify("123456", of: try EmailAddress($0), by: stranger)
        }
        try await expectSame(bob, nobody) {
            try await usher.suspend(try EmailAddress($0), reason: "Odd.", by: stranger)
        }
        try await expectSame(bob, nobody) { try await usher.resume(try EmailAddress($0), reason: "Ok.", by: stranger) }
        try await expectSame(bob, nobody) {
            _ = try await usher.close(try EmailAddress($0), reason: "Ok.", by: stranger)
        }
        try await expectSame(bob, nobody) {
            _ = try await usher.requestFactorReset(
                of: try EmailAddress($0), reason: "Lost.", stolen: true, by: stranger)
        }
        try await expectSame(bob, nobody) {
            _ = try await usher.delegate(
                try EmailAddress($0), to: try EmailAddress("rita@globex.example"), from: nil,
                until: world.clock.now.adding(seconds: 60), by: stranger)
        }
    }

    @Test("has clouds that a request of one's own cannot name")
    func clouds() async throws {
        _ = try await world.usher.addCloud(organization: "acme", name: "Secret", cloudSlug: "secret", by: world.owner)
        func fault(_ cloud: String) async throws -> Fault {
            let submission = world.submission("new@globex.example", organization: "globex", grants: [(cloud, "STD")])
            return try await refusal { _ = try await world.usher.submit(submission, by: stranger) }
        }
        let (real, absent) = (try await fault("secret"), try await fault("absent"))
        #expect(real.codes == ["unknown_cloud"])
        #expect(real.message.replacing("secret", with: "…") == absent.message.replacing("absent", with: "…"))
        let id = try world.id(
            try await world.usher.submit(
                world.submission("new@globex.example", organization: "globex", grants: [("prod", "STD")]), by: stranger)
        )
        let marie = try await world.actor("marie@provider.example")
        #expect(
            try await refusal {
                _ = try await world.usher.approve(id, items: [ItemDecision(cloud: "secret")], by: marie)
            }.code == .notFound)
    }

    @Test("appears in no list and no inbox")
    func lists() async throws {
        let usher = world.usher
        #expect(try await usher.inbox(PageRequest(), by: stranger).items.isEmpty)
        #expect(try await usher.organizations(PageRequest(), by: stranger).items.map(\.slug.text) == ["globex"])
        let own = try await usher.requests(
            organization: nil, mine: false, state: nil, overdue: false, PageRequest(), by: stranger)
        #expect(own.items.allSatisfy { $0.organization == "globex" })
        #expect(
            try await refusal { _ = try await usher.people(organization: nil, PageRequest(), by: stranger) }.code
                == .forbidden)
    }

    @Test("learns nothing of a stranger's account by asking what they may do")
    func decisions() async throws {
        for email in ["bob@acme.example", "alice@acme.example", "nobody@acme.example", "marie@provider.example"] {
            let decision = try await world.decide("create-snapshot", email, in: "globex/prod")
            #expect(decision.reason == .noGrant)
        }
        _ = try await world.usher.close(
            try EmailAddress("bob@acme.example"), reason: "Left.", by: try await world.actor("rita@acme.example"))
        #expect(try await world.decide("create-snapshot", "bob@acme.example", in: "globex/prod").reason == .noGrant)
        #expect(try await world.decide("create-snapshot", "bob@acme.example").reason == .accountClosed)
        for cloud in ["globex/nowhere", "nowhere/prod"] {
            #expect(try await refusal { _ = try await world.decide("create-snapshot", in: cloud) }.code == .notFound)
        }
        for cloud in ["globex", "a/b/c", ""] {
            #expect(try await refusal { _ = try await world.decide("create-snapshot", in: cloud) }.code == .invalid)
        }
        #expect(try await refusal { _ = try await world.decide("fly") }.code == .notFound)
    }

    @Test("is asked about with an age of MFA that is a sensible number only", arguments: [-1, Int64.min, Int64.max])
    func age(_ seconds: Int64) async throws {
        let fault = try await refusal {
            _ = try await world.usher.decide(
                "create-snapshot", by: try EmailAddress("bob@acme.example"), in: "acme/prod", mfaAgeSeconds: seconds)
        }
        #expect(fault.codes.isEmpty || fault.code == .invalid)
        #expect(fault.code == .invalid)
    }
}

@Suite("Who has no say", .timeLimit(.minutes(60)))
struct NoSayTests {
    /// Everything that a person could try, by name.
    private static func useCases(
        _ world: TestInstallation, _ id: RequestID
    ) -> [(name: String, call: @Sendable (Actor) async throws -> Void)] {
        let usher = world.usher
        let csv = Array("email,name,locale,grants,until,reason\nx@acme.example,X,en,prod=STD,,Why\n".utf8)
        return [
            ("submit", { _ = try await usher.submit(world.submission("new@acme.example"), by: $0) }),
            (
                "submitAll",
                {
                    _ = try await usher.submitAll(
                        csv: csv, organization: "acme", by: $0, allOrNothing: true, dryRun: false)
                }
            ),
            ("request", { _ = try await usher.request(id, withHistory: true, by: $0) }),
            ("approve", { _ = try await usher.approve(id, items: [], by: $0) }),
            ("reject", { _ = try await usher.reject(id, clouds: [], reason: "No.", by: $0) }),
            ("ask", { _ = try await usher.ask(id, question: "Why?", by: $0) }),
            ("cancel", { _ = try await usher.cancel(id, by: $0) }),
            ("organization", { _ = try await usher.organization("acme", by: $0) }),
            ("people", { _ = try await usher.people(organization: "acme", PageRequest(), by: $0) }),
            (
                "requests",
                {
                    _ = try await usher.requests(
                        organization: "acme", mine: false, state: nil, overdue: false, PageRequest(), by: $0)
                }
            ),
            ("person", { _ = try await usher.person(try EmailAddress("rita@acme.example"), by: $0) }),
            ("suspend", { try await usher.suspend(try EmailAddress("rita@acme.example"), reason: "x", by: $0) }),
            ("close", { _ = try await usher.close(try EmailAddress("rita@acme.example"), reason: "x", by: $0) }),
            ("verify", { _ = try await usher.verify("123456", of: try EmailAddress("rita@acme.example"), by: $0) }),
            (
                "addOrganization",
                {
                    _ = try await usher.addOrganization(
                        name: "New", slug: "new", representative: "n@new.example", representativeName: nil,
                        manager: nil, language: "en", by: $0)
                }
            ),
            (
                "addCloud",
                { _ = try await usher.addCloud(organization: "acme", name: "New", cloudSlug: "new", by: $0) }
            ),
            (
                "appoint",
                {
                    _ = try await usher.appoint(
                        email: "n@acme.example", name: nil, .representative, organization: "acme", language: "en",
                        by: $0)
                }
            ),
            (
                "appointFirstManager",
                { _ = try await usher.appointFirstManager(email: "n@x.example", name: nil, language: "en", by: $0) }
            ),
            ("effects", { _ = try await usher.effects(nil, PageRequest(), by: $0) }),
            ("retryEffect", { try await usher.retryEffect("x/y", reason: "x", by: $0) }),
            ("dropEffect", { try await usher.dropEffect("x/y", reason: "x", by: $0) }),
        ]
    }

    private func expectNothing(_ world: TestInstallation, _ id: RequestID, _ actor: Actor) async throws {
        for (name, call) in Self.useCases(world, id) {
            let fault = await #expect(throws: Fault.self, "\(name) must be refused") { try await call(actor) }
            #expect(fault?.code == .forbidden || fault?.code == .notFound, "\(name)")
        }
    }

    @Test("an account without any duty can do nothing for others")
    func noDuty() async throws {
        let world = try await TestInstallation.withAcme()
        let id = try await world.submit()
        try await world.account("bob@acme.example")
        try await expectNothing(world, id, try await world.actor("bob@acme.example"))
    }

    @Test("nobody at all can do nothing, and sees nothing")
    func nobody() async throws {
        let world = try await TestInstallation.withAcme()
        let id = try await world.submit()
        let nobody = Actor(person: nil, operatorName: nil, verifiedAt: world.clock.now)
        try await expectNothing(world, id, nobody)
        let lists: [(Actor) async throws -> Void] = [
            { _ = try await world.usher.organizations(PageRequest(), by: $0) },
            { _ = try await world.usher.inbox(PageRequest(), by: $0) },
            {
                _ = try await world.usher.requests(
                    organization: nil, mine: false, state: nil, overdue: false, PageRequest(), by: $0)
            },
        ]
        for list in lists { #expect(try await refusal { try await list(nobody) }.code == .forbidden) }
    }

    @Test("whoever is suspended or closed in mid-session can do nothing from that moment on", arguments: [true, false])
    func midSession(_ isClosed: Bool) async throws {
        let world = try await TestInstallation.withAcme()
        let id = try await world.submit()
        _ = try await world.usher.appoint(
            email: "robin@acme.example", name: "Robin", .representative, organization: "acme", language: "en",
            by: world.owner)
        try await world.enrol("robin@acme.example")
        let address = try EmailAddress("robin@acme.example")
        let session = try await world.actor("robin@acme.example")
        _ = try await world.usher.request(id, withHistory: false, by: session)
        if isClosed {
            _ = try await world.usher.close(address, reason: "Left.", by: world.owner)
        } else {
            try await world.usher.suspend(address, reason: "Odd.", by: world.owner)
        }
        try await expectNothing(world, id, session)
        let own: [(Actor) async throws -> Void] = [
            { _ = try await world.usher.inbox(PageRequest(), by: $0) },
            { _ = try await world.usher.organizations(PageRequest(), by: $0) },
            { _ = try await world.usher.person(address, by: $0) },
            { _ = try await world.usher.replaceRecoveryCodes(by: $0) },
            {
                _ = try await world.usher.delegate(
                    address, to: try EmailAddress("rita@acme.example"), from: nil,
                    until: world.clock.now.adding(seconds: 60), by: $0)
            },
        ]
        for call in own { #expect(try await refusal { try await call(session) }.code == .forbidden) }
        #expect(
            try await refusal { _ = try await world.usher.act(as: address, operatorName: "root", code: nil) }.code
                == .forbidden)
        // Nobody writes to them about others' requests either.
        world.mailer.forget()
        _ = try await world.usher.ask(id, question: "Why?", by: try await world.actor("marie@provider.example"))
        #expect(Set(world.mailer.mails.map(\.recipient.text)) == ["rita@acme.example"])
    }
}
