import Basics
import Directory
import Foundation
import Onboarding
import OneTimePassword
import OpenSSL
import Records
import Scratch
import Storage
import TestSupport
import Testing
import Workflow

/// What `Tools/keep-release.sh` keeps of a version when it is released: a few days of an installation, played by the
/// present program.
@Suite("What is kept of a release", .timeLimit(.minutes(60)))
struct KeepingTests {
    private let world: TestInstallation
    private let marie = "marie@provider.example"
    private let rita = "rita@acme.example"

    init() throws { world = try TestInstallation() }

    private var usher: Onboarding { world.usher }

    @Test("has requests of every shipped workflow at different places, factors, programs, stand-ins, a signed trail")
    func keep() async throws {
        let alice = try await begin()
        let program = try await settle()
        try await end()
        try await ask(about: program)
        world.clock.skip(hours: 3)
        _ = try await usher.runDue()
        let code = try #require(try alice.totp?.code(at: world.clock.now))
        #expect(try await world.verify(code, of: "alice@acme.example").accepted)
        #expect(try await usher.signAudit() == [])

        let requests = try await world.store.read {
            try $0.requests(RequestFilter(), PageRequest(limit: 500)).items
        }
        let shipped = Set(
            TestInstallation.shippedWorkflows.compactMap { $0.file.split(separator: "/").last?.dropLast(".yaml".count) }
                .map(String.init))
        #expect(shipped.subtracting(requests.map(\.run.workflow)) == [])
        #expect(requests.contains { $0.run.ended == nil } && requests.contains { $0.run.ended == .refused })
        if let folder = ProcessInfo.processInfo.environment["USHER_KEEP_RELEASE"] {
            try await write(to: folder, alice, usedCode: code, program)
        }
    }

    private func write(to folder: String, _ alice: Enrolled, usedCode: String, _ program: IssuedSecret) async throws {
        let totp = try #require(alice.totp)
        let facts = Release.Facts(
            now: world.clock.now.milliseconds, factor: totp.secret.exposed.hex, usedCode: usedCode,
            program: program.clientID, programSecret: String(decoding: program.secret.exposed, as: UTF8.self),
            head: world.keeper.kept()?.line)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(facts).write(to: URL(filePath: folder).appending(path: "facts.json"))
        try await world.store.close()
        try FileManager.default.copyItem(atPath: world.folder.path("usher.db"), toPath: folder + "/usher.db")
    }

    // MARK: The days

    /// Two organizations, and people with and without a factor.
    private func begin() async throws -> Enrolled {
        try await world.manager()
        try await world.deputy()
        try await world.operatorByDuty()
        try await world.organization()
        try await world.organization("globex", manager: marie)
        world.clock.skip(hours: 1)
        let alice = try await world.account()
        for email in ["greta@acme.example", "lena@acme.example"] { try await world.account(email) }
        for email in ["henry@acme.example", "ivan@acme.example"] {
            try await world.account(email, grants: [("default", "STD")])
        }
        let month = Timestamp(seconds: world.clock.now.seconds + 30 * 86_400)
        try await world.account("tess@acme.example", grants: [("prod", "STD")], until: month.iso8601)
        world.clock.skip(hours: 2)
        return alice
    }

    /// A suspension, a factor that was lost, a program at work.
    private func settle() async throws -> IssuedSecret {
        let act = try await world.actor(marie)
        _ = try await usher.suspend(try EmailAddress("henry@acme.example"), reason: "On leave", by: act)
        _ = try await usher.close(try EmailAddress("ivan@acme.example"), reason: "Left the company", by: act)
        #expect(try await usher.signAudit() == [])
        world.clock.skip(hours: 20)
        _ = try await usher.runDue()
        try await world.approve(try await lost("greta@acme.example"))
        try await world.enrol("greta@acme.example")
        return try await world.apiAccount()
    }

    private func lost(_ email: String) async throws -> RequestID {
        try world.id(
            try await usher.requestFactorReset(
                of: try EmailAddress(email), reason: "Lost phone", stolen: false, by: try await world.actor(rita)))
    }

    /// One refused, one withdrawn.
    private func end() async throws {
        let rejected = try await world.submit("nina@acme.example")
        _ = try await usher.reject(rejected, clouds: [], reason: "Not on the team", by: try await world.actor(marie))
        let cancelled = try await world.submit("oscar@acme.example")
        _ = try await usher.cancel(cancelled, by: try await world.actor(rita))
    }

    /// What goes on.
    private func ask(about program: IssuedSecret) async throws {
        try await askForAccounts()
        try await askForPeople(program)
        let act = try await world.actor(rita)
        _ = try await usher.requestAPIAccount(
            organization: "acme", owner: "alice@acme.example", purpose: "Weekly report", grants: [("default", "STD")],
            by: act)
        _ = try await usher.requestCloud(
            organization: "acme", name: "Testing", cloudSlug: "test", reason: "A place to try things", by: act)
        try await askForAccess()
        _ = try await usher.startReview(
            organization: "acme", until: nil, reason: "Every quarter", by: try await world.actor(marie))
        _ = try await usher.delegate(
            try EmailAddress(marie), to: try EmailAddress("denis@provider.example"), from: nil,
            until: world.clock.now.adding(seconds: 40 * 86_400), by: try await world.actor(marie))
    }

    /// Somebody asks for what they were denied.
    private func askForAccess() async throws {
        try await world.account("gil@acme.example", grants: [("default", "STD")])
        _ = try await usher.askForAccess(
            OwnAccessSubmission(
                action: "create-instance", cloud: "acme/default", reason: "To start machines", until: nil, key: nil),
            by: try await world.actor("gil@acme.example"))
    }

    private func askForAccounts() async throws {
        _ = try await world.submit("bob@acme.example")
        let asked = try await world.submit("dora@acme.example")
        _ = try await usher.ask(asked, question: "Which team is this for?", by: try await world.actor(marie))
        for email in ["carl@acme.example", "emma@acme.example"] {
            try await world.approve(try await world.submit(email))
        }
        _ = try await usher.startEnrolment(
            token: try world.token(of: "emma@acme.example"), password: Secret(TestInstallation.password),
            wantsFactor: false)
        let frozen = try await world.submit("fred@acme.example")
        _ = try await usher.freeze(frozen, reason: "Wait for the contract", by: world.owner)
        _ = try await world.submit("alice@acme.example", grants: [("default", "OPE")])
        _ = try await world.submit("tess@acme.example", grants: [("prod", "none")])
        let file = "email,name,locale,grants,until,reason\numa@acme.example,Uma Lind,en,default=STD,,Joins\n"
        _ = try await usher.submitAll(
            csv: Array(file.utf8), organization: "acme", by: try await world.actor(rita), allOrNothing: false,
            dryRun: false)
    }

    private func askForPeople(_ program: IssuedSecret) async throws {
        _ = try await usher.appoint(
            email: "paul@provider.example", name: "Paul Blanc", .deliveryManager, organization: nil, language: "fr",
            by: world.owner)
        _ = try await usher.appoint(
            email: "ravi@acme.example", name: "Ravi Sen", .representative, organization: "acme", language: "en",
            by: try await world.actor("olga@provider.example"))
        _ = try await usher.proposeRepresentative(
            RepresentativeProposal(
                organization: "globex", email: "rose@globex.example", name: "Rose Klein", language: "en",
                replaces: nil, reason: "One more"), by: try await world.actor("rita@globex.example"))
        _ = try await lost("greta@acme.example")
        try await world.lockFactor(of: "lena@acme.example")
        world.clock.skip(seconds: 60)
        _ = try await usher.requestFactorUnlock(
            of: try EmailAddress("lena@acme.example"), reason: "Her clock was wrong", by: try await world.actor(rita))
        _ = try await usher.requestAddressChange(
            of: try EmailAddress("alice@acme.example"), to: "alice.martin@acme.example",
            by: try await world.actor("alice@acme.example"))
        let id = try #require(APIAccountID(program.clientID))
        _ = try await usher.assignAPIAccount(
            id, to: try EmailAddress("greta@acme.example"), by: try await world.actor("alice@acme.example"))
    }
}
