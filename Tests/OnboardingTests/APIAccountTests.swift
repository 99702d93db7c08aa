import Basics
import Directory
import Foundation
import Onboarding
import Records
import Scratch
import TestSupport
import Testing

@Suite("API account", .timeLimit(.minutes(60)))
struct APIAccountTests {
    let usher: Onboarding
    let installation: TestInstallation

    init() async throws {
        installation = try await TestInstallation.withAcme()
        usher = installation.usher
        try await installation.account()
    }

    private var alice: Actor { get async throws { try await installation.actor("alice@acme.example") } }
    private var rita: Actor { get async throws { try await installation.actor("rita@acme.example") } }

    private func request(
        _ grants: [(cloud: String, profile: String)] = [("prod", "STD"), ("default", "STD")],
        owner: String = "alice@acme.example", by actor: Actor? = nil
    ) async throws -> RequestView {
        let requester = if let actor { actor } else { try await rita }
        return try await usher.requestAPIAccount(
            organization: "acme", owner: owner, purpose: "Nightly inventory", grants: grants, by: requester)
    }

    private func collected() async throws -> (id: APIAccountID, secret: Secret) {
        try await installation.approve(try installation.id(try await request()), [ItemDecision(cloud: "prod")])
        let id = try #require(RequestID(try await latest()))
        _ = try await usher.reject(
            id, clouds: ["default"], reason: "Not there", by: try await installation.actor("marie@provider.example"))
        let issued = try await usher.collectAPIAccount(
            token: try installation.token(of: "alice@acme.example"), by: try await alice)
        return (try #require(APIAccountID(issued.clientID)), issued.secret)
    }

    private func latest() async throws -> String {
        let page = PageRequest(limit: 1)
        let found = try await usher.requests(
            organization: "acme", mine: false, state: nil, overdue: false, page, by: installation.owner)
        return try #require(found.items.first).id
    }

    private func verify(_ secret: Secret, _ id: APIAccountID) async throws -> String {
        try await usher.verifyAPISecret(secret, of: id, by: installation.owner).reason.rawValue
    }

    @Test("is asked for, decided cloud by cloud, and collected once by its owner; its secret opens it")
    func story() async throws {
        let (id, secret) = try await collected()
        #expect(secret.exposed.count == 64)
        #expect(try await verify(secret, id) == "ok")
        let view = try await usher.apiAccount(id, by: try await alice)
        #expect(view.grants.map(\.cloud) == ["prod"] && view.owner == "alice@acme.example")
        #expect(view.account.purpose == "Nightly inventory" && view.secrets.count == 1)
        #expect(installation.mailer.templates(to: "alice@acme.example").contains("api-account-ready"))
        #expect(try await usher.replayAll().defects == [])
        await expectRefusal(.expired) {
            _ = try await usher.collectAPIAccount(
                token: try installation.token(of: "alice@acme.example"), by: try await alice)
        }
    }

    @Test("opens for nobody but its owner, with a fresh code")
    func strangersCollect() async throws {
        let id = try installation.id(try await request([("prod", "STD")]))
        try await installation.approve(id)
        let token = try installation.token(of: "alice@acme.example")
        await expectRefusal(.expired) { _ = try await usher.collectAPIAccount(token: token, by: try await rita) }
        await expectRefusal(.unauthenticated) {
            let stale = try await installation.actor("alice@acme.example", fresh: false)
            _ = try await usher.collectAPIAccount(token: token, by: stale)
        }
        #expect(try await usher.apiAccounts(organization: "acme", PageRequest(), by: try await rita).items.isEmpty)
    }

    @Test("has no profile that needs MFA, and may do nothing that does")
    func gated() async throws {
        let fault = try await refusal { _ = try await request([("prod", "OPE")]) }
        #expect(fault.codes == ["needs_mfa"])
        let (id, _) = try await collected()
        let decision = try await usher.decide("start-instance", byProgram: id, in: "acme/prod")
        #expect(decision.verdict == .deny && decision.profile == "STD")
        #expect(try await usher.decide("start-instance", byProgram: id, in: "acme/default").reason == .noGrant)
        let unknown = APIAccountID(at: installation.clock.now, random: installation.random.bytes)
        #expect(try await usher.decide("start-instance", byProgram: unknown, in: "acme/prod").reason == .noGrant)
    }

    @Test("needs a purpose, an owner of the organization with an active account, and clouds that exist")
    func faults() async throws {
        let fault = try await refusal {
            _ = try await usher.requestAPIAccount(
                organization: "acme", owner: "nobody@acme.example", purpose: " ", grants: [("none", "STD")],
                by: try await rita)
        }
        #expect(Set(fault.codes) == ["required", "unknown_cloud", "unknown_person"])
        #expect(Set(fault.fields) == ["purpose", "grants[0].cloud", "owner"])
        await expectRefusal(.notFound) { _ = try await request(by: try await alice) }
    }

    @Test("has two secrets during a rotation, warns its owner a day before the older ends, and then has one")
    func rotation() async throws {
        let (id, first) = try await collected()
        let issued = try await usher.rotateAPISecret(
            id, overlapDays: Onboarding.usualOverlapDays, by: try await alice)
        for secret in [first, issued.secret] { #expect(try await verify(secret, id) == "ok") }
        await expectRefusal(.conflict) {
            _ = try await usher.rotateAPISecret(id, overlapDays: 1, by: try await alice)
        }
        await expectRefusal(.forbidden) {
            _ = try await usher.rotateAPISecret(id, overlapDays: 1, by: try await rita)
        }
        installation.clock.skip(seconds: 6 * 86_400 - 1)
        _ = try await usher.runDue()
        #expect(!installation.mailer.templates(to: "alice@acme.example").contains("api-secret-ending"))
        installation.clock.skip(seconds: 1)
        _ = try await usher.runDue()
        let warning = try #require(
            installation.mailer.mails(to: "alice@acme.example").first { $0.template == "api-secret-ending" })
        #expect(warning.text("comment") == "\(id): Nightly inventory" && warning.text("until") != nil)
        #expect(try await verify(first, id) == "ok")
        installation.clock.skip(days: 1)
        #expect(try await verify(first, id) == "wrong")
        #expect(try await verify(issued.secret, id) == "ok")
        _ = try await usher.rotateAPISecret(id, overlapDays: 0, by: try await alice)
        #expect(try await verify(issued.secret, id) == "wrong")
    }

    /// In its own document, in the explanation of a decision, and in the feed of changes.
    private func expectNothingHeld(by id: APIAccountID) async throws {
        let owner = installation.owner
        #expect(try await usher.apiAccount(id, by: owner).grants.isEmpty)
        let why = try await usher.explain("start-instance", byProgram: id, in: "acme/prod", askedBy: owner).json
        #expect(why["explanation"]["grant"] == .null && why["explanation"]["approval"] == .null)
        #expect(why["explanation"]["known"]["account"] == "closed")
        let told = try await usher.changes(after: 0, of: "acme", limit: 1_000, by: owner).events.map(\.json)
        let programs = told.map { $0["subject"] }.filter { $0["type"] == "program" }
        #expect(!programs.isEmpty && programs.allSatisfy { $0["grants"] == .array([]) })
    }

    @Test("stops at once when it is closed, and warns of nothing any more")
    func closing() async throws {
        let (id, secret) = try await collected()
        _ = try await usher.rotateAPISecret(id, overlapDays: 7, by: try await alice)
        try await usher.closeAPIAccount(id, reason: "Retired", by: try await rita)
        #expect(try await verify(secret, id) == "wrong")
        #expect(try await usher.decide("start-instance", byProgram: id, in: "acme/prod").reason == .accountClosed)
        try await expectNothingHeld(by: id)
        await expectRefusal(.conflict) {
            try await usher.closeAPIAccount(id, reason: "Again", by: try await rita)
        }
        installation.clock.skip(days: 7)
        _ = try await usher.runDue()
        #expect(!installation.mailer.templates(to: "alice@acme.example").contains("api-secret-ending"))
    }

    @Test("goes on when its owner leaves, and its representative names another")
    func orphaned() async throws {
        let (id, secret) = try await collected()
        try await installation.account("bob@acme.example", grants: [("prod", "OPE")])
        _ = try await usher.close(try EmailAddress("alice@acme.example"), reason: "Left", by: installation.owner)
        _ = try await usher.runDue()
        #expect(installation.mailer.templates(to: "rita@acme.example").contains("api-account-orphaned"))
        #expect(try await verify(secret, id) == "ok")
        let asked = try await usher.assignAPIAccount(
            id, to: try EmailAddress("bob@acme.example"), by: try await rita)
        try await installation.approve(try #require(asked.request))
        let issued = try await usher.rotateAPISecret(
            id, overlapDays: 0, by: try await installation.actor("bob@acme.example"))
        #expect(try await verify(secret, id) == "wrong")
        #expect(try await verify(issued.secret, id) == "ok")
    }

    @Test("makes whoever guesses wait, tells a stranger nothing, and never locks the program out for good")
    func guessing() async throws {
        let (id, secret) = try await collected()
        let wrong = Secret(String(repeating: "0", count: 64))
        let unknown = APIAccountID(at: installation.clock.now, random: installation.random.bytes)
        #expect(try await verify(wrong, unknown) == "wrong")
        for _ in 1...5 { #expect(try await verify(wrong, id) == "wrong") }
        #expect(try await verify(secret, id) == "throttled")
        for _ in 1...120 {
            installation.clock.skip(hours: 2)
            #expect(try await verify(wrong, id) == "wrong")
        }
        installation.clock.skip(hours: 2)
        #expect(try await verify(secret, id) == "ok")
    }

    @Test("has its secret verified for its owner, for no colleague, and not for operators by duty")
    func verifiers() async throws {
        let (id, secret) = try await collected()
        #expect(try await usher.verifyAPISecret(secret, of: id, by: try await alice).accepted)
        for _ in 1...6 {
            await expectRefusal(.forbidden) {
                _ = try await usher.verifyAPISecret(Secret("x"), of: id, by: try await rita)
            }
        }
        // And none of it was counted against the program.
        #expect(try await usher.verifyAPISecret(secret, of: id, by: try await alice).accepted)
        try await installation.operatorByDuty()
        let olga = try await installation.actor("olga@provider.example")
        #expect(try await usher.apiAccount(id, by: olga).owner == "alice@acme.example")
        await expectRefusal(.forbidden) { _ = try await usher.verifyAPISecret(secret, of: id, by: olga) }
        await expectRefusal(.forbidden) { try await usher.closeAPIAccount(id, reason: "x", by: olga) }
        await expectRefusal(.forbidden) {
            try await usher.assignAPIAccount(id, to: try EmailAddress("rita@acme.example"), by: olga)
        }
        #expect(try await verify(secret, id) == "ok")
    }

    @Test("is not there for another organization")
    func isolation() async throws {
        let (id, _) = try await collected()
        try await installation.organization("other")
        let stranger = try await installation.actor("rita@other.example")
        await expectRefusal(.notFound) { _ = try await usher.apiAccount(id, by: stranger) }
        await expectRefusal(.notFound) {
            _ = try await usher.apiAccounts(organization: "acme", PageRequest(), by: stranger)
        }
        await expectRefusal(.notFound) { try await usher.closeAPIAccount(id, reason: "x", by: stranger) }
        await expectRefusal(.notFound) { _ = try await usher.verifyAPISecret(Secret("x"), of: id, by: stranger) }
        await expectRefusal(.notFound) {
            try await usher.assignAPIAccount(id, to: try EmailAddress("rita@other.example"), by: stranger)
        }
    }

    @Test("keeps its secrets in no file of the database and in no mail")
    func canary() async throws {
        let (id, first) = try await collected()
        let second = try await usher.rotateAPISecret(id, overlapDays: 7, by: try await alice).secret
        installation.clock.skip(days: 7)
        _ = try await usher.runDue()
        for secret in [first, second] {
            let text = String(decoding: secret.exposed, as: UTF8.self)
            for file in try FileManager.default.contentsOfDirectory(atPath: installation.folder.path) {
                let data = FileManager.default.contents(atPath: "\(installation.folder.path)/\(file)") ?? Data()
                #expect(data.range(of: Data(text.utf8)) == nil, "\(file)")
            }
            #expect(!installation.mailer.mails.contains { "\($0.fields)".contains(text) })
        }
    }
}
