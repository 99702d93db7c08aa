import Basics
import Directory
import Records
import Scratch
import TestSupport
import Testing
import Workflow

@testable import Onboarding

/// What a temporary profile takes the place of, and how that comes back.
@Suite("A profile under a temporary one", .timeLimit(.minutes(60)))
struct ReturningGrantTests {
    let world: TestInstallation
    let alice = "alice@acme.example"
    let rita = "rita@acme.example"

    init() async throws {
        world = try await TestInstallation.withAcme()
        try await world.account()
    }

    /// Asks for a profile in `prod`, and has it approved where somebody has to.
    @discardableResult
    func give(_ profile: String, until: String? = nil) async throws -> RequestView {
        let id = try await world.submit(grants: [("prod", profile)], until: until)
        if try await world.view(id).workflow == "profile-change" { try await world.approve(id) }
        return try await world.view(id)
    }

    /// Has everything in `prod` reviewed; that request.
    private func review() async throws -> RequestID {
        let review = try await world.usher.startReview(
            organization: "acme", until: nil, reason: "Yearly review", by: world.owner
        ).review
        let cloud = try #require(review.clouds.first { $0.cloud == "prod" })
        return try #require(RequestID(cloud.request))
    }

    func at(_ text: String) throws { world.clock.set(try #require(Timestamp(iso8601: text))) }

    /// What is held in `prod`; nil for nothing.
    func held() async throws -> String? {
        let decision = try await world.decide("create-snapshot")
        return [.noGrant, .grantExpired].contains(decision.reason) ? nil : decision.profile
    }

    private func document() async throws -> JSON {
        try await world.usher.person(try EmailAddress(alice), by: world.owner).json["grants"].elements
            .first { $0["cloud"] == "acme/prod" } ?? .null
    }

    @Test("holds again in the moment in which that ends, whether the end was noticed or not")
    func returns() async throws {
        world.mailer.forget()
        #expect(try await give("POW", until: "2026-12-31").state == "changed")
        #expect(try await held() == "POW")
        #expect(try await document()["then"] == ["profile": "OPE", "until": .null])
        try at("2026-12-31T22:59:59.999Z")
        #expect(try await held() == "POW")
        try at("2026-12-31T23:00:00Z")
        // Nothing has run since.
        #expect(try await held() == "OPE")
        #expect(try await document()["profile"] == "OPE")
        #expect(try await document()["since"] == "2026-12-31T23:00:00.000Z")
        world.clock.skip(seconds: 3_600)
        while try await !world.usher.runDue().isIdle {}
        #expect(try await held() == "OPE")
        let now = try await document()
        #expect((now["since"], now["until"], now["ended"]) == ("2026-12-31T23:00:00.000Z", .null, .bool(false)))
        let trail = try await world.store.read { try $0.auditEntries(after: 0, limit: 1_000) }
        #expect(trail.map(\.action).filter { $0.hasPrefix("grant.") }.suffix(2) == ["grant.end", "grant.return"])
        #expect(try await world.store.read { try $0.auditGaps(limit: 10) }.map(\.detail) == [])
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("is named by the mails that say that it was given, will end and has ended")
    func mails() async throws {
        try await give("POW", until: "2027-01-31")
        while try await !world.usher.runDue().isIdle {}
        for day in ["2027-01-18T00:00:00Z", "2027-01-29T00:00:00Z", "2027-02-01T00:00:00Z"] {
            try at(day)
            while try await !world.usher.runDue().isIdle {}
        }
        for reader in [alice, rita] {
            let mails = world.mailer.mails(to: reader)
            for template in ["access-ending", "access-ended"] {
                let mail = try #require(mails.last { $0.template == template }, "\(template) to \(reader)")
                guard case .list(let items)? = mail.fields["items"] else { throw Missing() }
                #expect(items.map { $0["profile"] } == [.text("POW")])
                #expect(items.map { $0["next"] } == [.text("OPE")] && mail.fields["hasAccess"] == .flag(true))
            }
        }
    }

    private struct Missing: Error {}

    @Test("waits until the last of several ends, also where a shorter one stands over a longer one")
    func several() async throws {
        try await give("POW", until: "2027-01-31")
        try await give("STD", until: "2026-12-31")
        // To be less than what one has for less long is to take away: what is left is less from then on.
        #expect(try await held() == "STD")
        try await give("POW", until: "2026-12-15")
        try await give("POW", until: "2027-03-31")
        for (day, profile) in [("2026-12-16", "POW"), ("2027-01-02", "POW"), ("2027-03-31", "POW")] {
            try at("\(day)T12:00:00Z")
            #expect(try await held() == profile, "\(day)")
        }
        try at("2027-04-01T12:00:00Z")
        #expect(try await held() == nil)
    }

    @Test("is taken away with it, and lessened with it")
    func taken() async throws {
        try await give("POW", until: "2026-12-31")
        #expect(try await give("STD").workflow == "access-reduction")
        #expect(try await held() == "STD")
        try at("2027-02-01T12:00:00Z")
        #expect(try await held() == "STD")
        try await give("POW", until: "2027-03-31")
        #expect(try await give("none").workflow == "access-reduction")
        #expect(try await held() == nil)
        try at("2027-05-01T12:00:00Z")
        while try await !world.usher.runDue().isIdle {}
        #expect(try await held() == nil)
    }

    @Test("keeps its end where another cloud of the same reduction has one")
    func mixedEnds() async throws {
        try await give("POW", until: "2026-12-31")
        let id = try await world.submit(grants: [("prod", "OPE"), ("default", "none")])
        #expect(try await world.view(id).workflow == "access-reduction")
        try at("2027-02-01T12:00:00Z")
        #expect(try await held() == "OPE")
    }

    @Test("is told to whoever reviews the temporary one, and withdrawn with it")
    func reviewed() async throws {
        try await give("POW", until: "2026-12-31")
        let id = try await review()
        let reviewer = try await world.actor(rita)
        let item = try #require(try await world.usher.deliberation(id, by: reviewer).items.first)
        #expect((item.asked?.code, item.next?.code) == ("POW", "OPE"))
        _ = try await world.usher.reject(id, clouds: [alice], reason: "Left the team", by: reviewer)
        #expect(try await held() == nil)
        try at("2027-01-05T12:00:00Z")
        while try await !world.usher.runDue().isIdle {}
        #expect(try await held() == nil)
    }

    @Test("is raised behind it where what is asked lasts longer and lets do less, once somebody has agreed")
    func raised() async throws {
        try await give("none")
        try await give("STD")
        try await give("POW", until: "2026-12-31")
        let id = try await world.submit(grants: [("prod", "OPE")])
        #expect(try await world.view(id).workflow == "profile-change")
        let marie = try await world.actor("marie@provider.example")
        let item = try #require(try await world.usher.deliberation(id, by: marie).items.first)
        #expect((item.before?.code, item.next?.code) == ("POW", nil))
        #expect(item.privileges?.lost.isEmpty == true && item.privileges?.gained.isEmpty == false)
        world.mailer.forget()
        try await world.approve(id)
        while try await !world.usher.runDue().isIdle {}
        #expect(try await held() == "POW")
        #expect(try await document()["then"] == ["profile": "OPE", "until": .null])
        let mail = try #require(world.mailer.mails(to: alice).first { $0.fields["items"] != nil })
        guard case .list(let items)? = mail.fields["items"] else { throw Missing() }
        #expect(items.map { $0["before"] } == [.text("POW")] && items.map { $0["profile"] } == [.text("OPE")])
        try at("2027-01-02T12:00:00Z")
        #expect(try await held() == "OPE")
        while try await !world.usher.runDue().isIdle {}
        #expect(try await held() == "OPE")
        #expect(try await world.store.read { try $0.auditGaps(limit: 10) }.map(\.detail) == [])
    }

    @Test("is not said to be given where its end has passed before somebody agreed")
    func late() async throws {
        let id = try await world.submit(grants: [("prod", "POW")], until: "2026-12-02")
        try at("2026-12-03T12:00:00Z")
        let fault = try await refusal { _ = try await world.approve(id) }
        #expect(fault.code == .conflict && fault.message.contains("has passed"))
        #expect(try await held() == "OPE")
        _ = try await world.usher.reject(
            id, clouds: ["prod"], reason: "Too late", by: try await world.actor("marie@provider.example"))
    }

    @Test("stays under review once the temporary one that was to be reviewed has ended")
    func reviewedLater() async throws {
        try await give("POW", until: "2026-12-02")
        let id = try await review()
        try at("2026-12-04T12:00:00Z")
        while try await !world.usher.runDue().isIdle {}
        #expect(try await held() == "OPE")
        _ = try await world.usher.reject(id, clouds: [alice], reason: "Left", by: try await world.actor(rita))
        #expect(try await held() == nil)
    }

    @Test("is bound to what whoever decides was shown: until when it holds, and what comes after it")
    func shown() async throws {
        let id = try await world.submit(grants: [("prod", "POW")], until: "2027-05-31")
        let marie = try await world.actor("marie@provider.example")
        let seen = try await world.usher.deliberation(id, by: marie).seen
        #expect(try await give("OPE", until: "2027-03-31").workflow == "access-reduction")
        let now = try await world.usher.deliberation(id, by: marie).seen
        #expect(seen.filter { $0.kind == "held" } != now.filter { $0.kind == "held" })
    }

    @Test("is what the decision page says before it, whatever is asked beside it and whatever is lowered")
    func said() async throws {
        let marie = try await world.actor("marie@provider.example")
        // Raised in one cloud and lowered for a time in the other: what was asked as less is taken away.
        let id = try await world.submit(grants: [("prod", "STD"), ("default", "OPE")], until: "2027-01-31")
        #expect(try await world.view(id).workflow == "profile-change")
        let items = try await world.usher.deliberation(id, by: marie).items
        #expect(items.map { $0.next?.code } == [nil, "STD"])
        try await world.approve(id)
        let grants = try await world.usher.person(try EmailAddress(alice), by: world.owner).grants
        let next = Dictionary(grants.map { ($0.cloud.slug.text, $0.grant.later.map(\.profile)) }) { first, _ in first }
        #expect(next == ["prod": [], "default": ["STD"]])
    }

    @Test("goes on where what was put behind or before it is taken back")
    func takenBack() async throws {
        try await give("none")
        try await give("STD")
        try await give("POW", until: "2026-12-31")
        let id = try await world.submit(grants: [("prod", "OPE")], until: "2027-01-31")
        try await world.approve(id)
        let person = try await world.person(alice)
        let request = try #require(try await world.store.read { try $0.request(id) })
        let cloud = try #require(request.run.items.first.flatMap { CloudID($0.id) })
        let line = {
            try await self.world.store.read { try $0.liveGrant(of: person.id, in: cloud, at: self.world.clock.now) }
        }
        #expect(try await line()?.spans.map(\.profile) == ["POW", "OPE", "STD"])
        // Behind, and then before: in the middle of the time in which its end is not on record yet.
        _ = try await world.usher.writing(by: .usher) { try $0.grants.takeBack(request, of: person.id, in: cloud) }
        #expect(try await line()?.spans.map(\.profile) == ["POW", "STD"])
        let power = try #require(try await line()?.request)
        let giver = try #require(try await world.store.read { try $0.request(power) })
        _ = try await world.usher.writing(by: .usher) { try $0.grants.takeBack(giver, of: person.id, in: cloud) }
        #expect(try await line()?.spans.map(\.profile) == ["STD"])
        #expect(
            try await world.usher.writing(by: .usher) { try $0.grants.takeBack(giver, of: person.id, in: cloud) } == nil
        )
        #expect(try await world.store.read { try $0.auditGaps(limit: 10) }.map(\.detail) == [])
    }
}
