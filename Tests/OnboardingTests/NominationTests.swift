import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("An appointment by an operator", .timeLimit(.minutes(60)))
struct NominationTests {
    private let olga = "olga@provider.example"
    private let rita = "rita@acme.example"
    private let marie = "marie@provider.example"
    private let ana = "ana@acme.example"
    let world: TestInstallation

    init() async throws {
        world = try await TestInstallation.withAcme()
        try await world.operatorByDuty(olga)
    }

    private func nominate(
        _ email: String, _ duty: Duty = .representative, _ organization: String? = "acme"
    ) async throws -> RequestID {
        let appointed = try await world.usher.appoint(
            email: email, name: "Ana", duty, organization: organization, language: "en",
            by: try await world.actor(olga))
        return try #require(appointed.request)
    }

    private func duties(of email: String) async throws -> [Duty] {
        let id = try await world.person(email).id
        return try await world.store.read { try $0.duties(of: id).map(\.duty) }
    }

    @Test("waits for somebody who has the duty, and for a proven factor; everybody who has it is told")
    func agreed() async throws {
        let id = try await nominate(ana)
        #expect(try await duties(of: ana) == [])
        #expect(world.mailer.templates(to: rita).last == "nomination-asked")
        #expect(try await world.view(id).waitingFor.map(\.people) == [[rita]])
        for other in [olga, marie, ana] {
            #expect(try await refusal { try await world.approve(id, by: other) }.code == .forbidden)
        }
        let waits = try await world.usher.inbox(PageRequest(), by: try await world.actor(rita))
        #expect(waits.items.map(\.id) == [id.text])
        try await world.approve(id, by: rita)
        #expect(try await world.view(id).state == "invitation")
        #expect(try await duties(of: ana) == [])
        try await world.enrol(ana)
        #expect(try await duties(of: ana) == [.representative])
        for email in [ana, rita, olga] { #expect(world.mailer.templates(to: email).last == "duty-given") }
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("gives nothing when it is refused, withdrawn or forgotten, and the address stays free")
    func notAgreed() async throws {
        let refused = try await nominate(ana)
        _ = try await world.usher.reject(refused, clouds: [], reason: "No.", by: try await world.actor(rita))
        #expect(try await world.person(ana).state == .closed)
        let withdrawn = try await nominate(ana)
        _ = try await world.usher.cancel(withdrawn, by: try await world.actor(olga))
        let forgotten = try await nominate(ana)
        world.clock.skip(days: 30)
        _ = try await world.usher.runDue()
        #expect(try await world.view(forgotten).state == "expired")
        #expect(try await duties(of: ana) == [])
    }

    @Test("asks those who have the duty, then who watches over them, then the owner of the data folder")
    func lines() async throws {
        try await world.deputy()
        _ = try await world.usher.appoint(
            email: "gina@provider.example", name: nil, .deliveryManager, organization: "acme", language: "en",
            by: world.owner)
        try await world.enrol("gina@provider.example")
        _ = try await world.usher.appoint(
            email: "late@provider.example", name: nil, .deliveryManager, organization: "acme", language: "en",
            by: world.owner)
        func asked(_ duty: Duty, _ organization: String?, _ email: String) async throws -> Set<String> {
            let id = try await nominate(email, duty, organization)
            let people = try await world.view(id).waitingFor.flatMap(\.people)
            _ = try await world.usher.cancel(id, by: try await world.actor(olga))
            return Set(people)
        }
        let staff = "new@provider.example"
        let (gina, denis) = ("gina@provider.example", "denis@provider.example")
        #expect(try await asked(.representative, "acme", ana) == [rita])
        #expect(try await asked(.deliveryManager, "acme", staff) == [marie, gina])
        #expect(try await asked(.deliveryManager, nil, staff) == [marie])
        #expect(try await asked(.dutyManager, nil, staff) == [marie, denis])
        // Whom it is about is never asked, nor who has not enrolled yet.
        #expect(try await asked(.dutyManager, nil, gina) == [marie, denis])
        try await world.usher.suspend(try EmailAddress(rita), reason: "Away.", by: world.owner)
        #expect(try await asked(.representative, "acme", ana) == [marie, gina])
        for email in [marie, gina] {
            try await world.usher.suspend(try EmailAddress(email), reason: "Away.", by: world.owner)
        }
        #expect(try await asked(.representative, "acme", ana) == [denis])
        #expect(try await asked(.deliveryManager, nil, staff) == [denis])
        try await world.usher.suspend(try EmailAddress(denis), reason: "Away.", by: world.owner)
        let id = try await nominate(ana)
        #expect(try await world.view(id).waitingFor.map(\.people) == [[]])
        _ = try await world.usher.approve(id, items: [], by: world.owner)
        #expect(try await world.view(id).state == "invitation")
    }

    @Test("is not agreed to by who stands in for one of the two sides")
    func delegation() async throws {
        try await world.account("bob@acme.example", grants: [("prod", "OPE")])
        _ = try await world.usher.delegate(
            try EmailAddress(rita), to: try EmailAddress("bob@acme.example"), from: nil,
            until: world.clock.now.adding(seconds: 86_400), by: try await world.actor(rita))
        let id = try await nominate("bob@acme.example")
        #expect(try await refusal { try await world.approve(id, by: "bob@acme.example") }.code == .forbidden)
        try await world.approve(id, by: rita)
        #expect(try await duties(of: "bob@acme.example") == [.representative])
    }

    @Test("by the owner of the data folder counts at once, and those who have the duty are told")
    func owner() async throws {
        let appointed = try await world.usher.appoint(
            email: ana, name: nil, .representative, organization: "acme", language: "en", by: world.owner)
        #expect(appointed.request == nil)
        #expect(try await duties(of: ana) == [.representative])
        let mail = try #require(world.mailer.mails(to: rita).last)
        #expect(mail.template == "duty-given" && mail.text("personEmail") == ana)
    }

    @Test("leaves a new organization without anybody who may do something in it")
    func organization() async throws {
        _ = try await world.usher.addOrganization(
            name: "Shell", slug: "shell", representative: "eve@shell.example", representativeName: nil,
            manager: "mole@provider.example", language: "en", by: try await world.actor(olga))
        let shell = try await world.usher.organization("shell", by: world.owner)
        #expect(shell.representatives.isEmpty && shell.managers.isEmpty)
        #expect(world.mailer.templates(to: marie).filter { $0 == "nomination-asked" }.count == 2)
    }
}

@Suite("A program's owner", .timeLimit(.minutes(60)))
struct ProgramOwnerTests {
    private let rita = "rita@acme.example"
    private let rob = "rob@acme.example"
    private let uma = "uma@acme.example"
    let world: TestInstallation

    init() async throws {
        world = try await TestInstallation.withAcme()
        for email in [uma, rob] { try await world.account(email, grants: [("prod", "OPE")]) }
        _ = try await world.usher.appoint(
            email: rob, name: nil, .representative, organization: "acme", language: "en", by: world.owner)
    }

    private func assign(_ id: APIAccountID, to owner: String, by email: String) async throws -> ProgramAssignment {
        try await world.usher.assignAPIAccount(id, to: try EmailAddress(owner), by: try await world.actor(email))
    }

    @Test("is not changed by a colleague alone, who sees no secret before somebody agreed")
    func takenOver() async throws {
        let issued = try await world.apiAccount(of: uma)
        let id = try #require(APIAccountID(issued.clientID))
        let asked = try await assign(id, to: rob, by: rob)
        let request = try #require(asked.request)
        #expect(asked.account.owner == uma)
        for email in [uma, rita] { #expect(world.mailer.templates(to: email).last == "program-owner-asked") }
        await expectRefusal(.forbidden) {
            _ = try await world.usher.rotateAPISecret(id, overlapDays: 0, by: try await world.actor(rob))
        }
        #expect(try await refusal { try await world.approve(request, by: rob) }.code == .forbidden)
        // One at a time, whoever asks.
        await expectRefusal(.conflict) { _ = try await assign(id, to: rita, by: rita) }
        #expect(try await world.usher.verifyAPISecret(issued.secret, of: id, by: world.owner).accepted)
        try await world.approve(request, by: uma)
        #expect(try await world.usher.apiAccount(id, by: world.owner).owner == rob)
        for email in [uma, rita, rob] { #expect(world.mailer.templates(to: email).last == "program-owner-changed") }
        #expect(try await world.usher.verifyAPISecret(issued.secret, of: id, by: world.owner).accepted)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("does not give the program away alone either, nor does who is to get it agree")
    func givenAway() async throws {
        let id = try #require(APIAccountID(try await world.apiAccount(of: uma).clientID))
        let request = try #require(try await assign(id, to: rob, by: uma).request)
        for email in [uma, rob] {
            #expect(try await refusal { try await world.approve(request, by: email) }.code == .forbidden)
        }
        try await world.approve(request, by: rita)
        #expect(try await world.usher.apiAccount(id, by: world.owner).owner == rob)
    }

    @Test("stays when the program, its owner or the next one changed before somebody agreed")
    func changedMeanwhile() async throws {
        let id = try #require(APIAccountID(try await world.apiAccount(of: uma).clientID))
        let request = try #require(try await assign(id, to: rob, by: rita).request)
        _ = try await world.usher.close(try EmailAddress(rob), reason: "Left.", by: world.owner)
        #expect(try await refusal { try await world.approve(request, by: uma) }.code == .conflict)
        #expect(try await world.usher.apiAccount(id, by: world.owner).owner == uma)
    }

    @Test("is changed at once by the owner of the data folder, and everybody is told")
    func owner() async throws {
        let id = try #require(APIAccountID(try await world.apiAccount(of: uma).clientID))
        let changed = try await world.usher.assignAPIAccount(id, to: try EmailAddress(rob), by: world.owner)
        #expect(changed.request == nil && changed.account.owner == rob)
        for email in [uma, rob, rita] {
            let mail = try #require(world.mailer.mails(to: email).last)
            #expect(mail.template == "program-owner-changed" && mail.text("personEmail") == rob)
        }
    }
}
