import Basics
import Directory
import Foundation
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("Access review", .timeLimit(.minutes(60)))
struct AccessReviewTests {
    let usher: Onboarding
    let installation: TestInstallation

    /// Alice is Operator in prod and Standard in default, Bob is Operator in prod; Rita has a colleague, Ravi.
    init() async throws {
        installation = try await TestInstallation.withAcme()
        usher = installation.usher
        try await installation.account()
        try await installation.account("bob@acme.example", grants: [("prod", "OPE")])
        _ = try await usher.appoint(
            email: "ravi@acme.example", name: "Ravi", .representative, organization: "acme", language: "fr",
            by: installation.owner)
        try await installation.enrol("ravi@acme.example")
        installation.mailer.forget()
    }

    func start(_ until: String? = nil, by actor: Actor? = nil) async throws -> ReviewView {
        try await usher.startReview(
            organization: "acme", until: until, reason: "Yearly review", by: actor ?? installation.owner
        ).review
    }

    func cloud(_ name: String = "prod", of review: ReviewView) async throws -> CloudReview {
        let campaign = try #require(CampaignID(review.campaign))
        let found = try await usher.review(campaign, by: installation.owner)
        return try #require(found.clouds.first { $0.cloud == name })
    }

    func request(_ name: String = "prod", of review: ReviewView) throws -> RequestID {
        let cloud = try #require(review.clouds.first { $0.cloud == name })
        return try #require(RequestID(cloud.request))
    }

    func verdicts(_ cloud: CloudReview) -> [String: String] {
        Dictionary((cloud.items ?? []).map { ($0.person, $0.verdict.rawValue) }) { "\($0), \($1)" }
    }

    func rows(of mail: Mail) throws -> [[String: MailField]] {
        guard case .list(let rows)? = mail.fields["items"] else { return [] }
        return rows
    }

    var rita: Actor { get async throws { try await installation.actor("rita@acme.example") } }

    @Test("makes one run for each cloud in which somebody holds a grant, and asks every representative")
    func starts() async throws {
        _ = try await usher.addCloud(organization: "acme", name: "Empty", cloudSlug: "empty", by: installation.owner)
        let review = try await start("2026-12-11")
        #expect(review.clouds.map(\.cloud).sorted() == ["default", "prod"])
        #expect(review.counts == ReviewCounts(waiting: 3))
        #expect(review.isOpen)
        for representative in ["rita@acme.example", "ravi@acme.example"] {
            #expect(installation.mailer.templates(to: representative) == ["review-asked", "review-asked"])
        }
        #expect(installation.mailer.mails(to: "marie@provider.example") == [])
        let mail = try #require(
            installation.mailer.mails(to: "rita@acme.example").first { $0.text("cloud") == "Production (prod)" })
        // The end of the day that was named.
        #expect(mail.text("expiresAt")?.hasPrefix("12 December 2026") == true)
        #expect(mail.text("waitingCount") == "2")
        #expect(try await usher.inbox(PageRequest(), by: try await rita).items.count == 2)
    }

    @Test("keeps what is confirmed and ends what is withdrawn at once, telling its holder why")
    func decides() async throws {
        let review = try await start()
        let id = try request(of: review)
        let view = try await usher.approve(id, items: [ItemDecision(cloud: "alice@acme.example")], by: try await rita)
        #expect(view.state == "review")
        _ = try await usher.reject(id, clouds: ["BOB@acme.example"], reason: "Left the team", by: try await rita)
        let bob = try await installation.person("bob@acme.example")
        #expect(try await installation.store.read { try $0.liveGrants(of: bob.id, at: installation.clock.now) } == [])
        #expect(try await installation.decide("start-instance", "bob@acme.example").verdict == .deny)
        #expect(try await installation.decide("start-instance").verdict == .allow)
        let told = try #require(installation.mailer.mails(to: "bob@acme.example").first)
        #expect(told.template == "access-withdrawn" && told.text("comment") == "Left the team")
        #expect(told.text("actorName") == "Rita Weiss")
        let rows = try rows(of: told)
        // Of the others' access it says nothing.
        #expect(rows.count == 1 && rows.first?["itemPerson"] == .text("Alice Martin <bob@acme.example>"))
        #expect(installation.mailer.mails(to: "alice@acme.example") == [])
        let cloud = try await cloud(of: review)
        #expect(cloud.state == "reviewed" && cloud.counts == ReviewCounts(confirmed: 1, withdrawn: 1))
        #expect(cloud.items?.allSatisfy { $0.by == "rita@acme.example" && $0.at != nil } == true)
    }

    @Test("ends at the deadline what nobody confirmed, tells the holders, and reports to who answers")
    func silence() async throws {
        let review = try await start("2026-11-30")
        let id = try request(of: review)
        _ = try await usher.approve(id, items: [ItemDecision(cloud: "alice@acme.example")], by: try await rita)
        installation.mailer.forget()
        installation.clock.skip(days: 3)
        _ = try await usher.runDue()
        #expect(installation.mailer.templates(to: "rita@acme.example").contains("review-reminder"))
        #expect(try await cloud(of: review).isOpen)
        installation.clock.set(try #require(Timestamp(iso8601: "2026-11-30T23:00:00Z")))
        _ = try await usher.runDue()
        #expect(
            verdicts(try await cloud(of: review)) == [
                "alice@acme.example": "confirmed", "bob@acme.example": "bySilence",
            ])
        #expect(verdicts(try await cloud("default", of: review)) == ["alice@acme.example": "bySilence"])
        #expect(try await installation.decide("start-instance").verdict != .deny)
        #expect(try await installation.decide("start-instance", "bob@acme.example").verdict == .deny)
        #expect(installation.mailer.templates(to: "bob@acme.example") == ["access-lapsed"])
        let reports = installation.mailer.mails.filter {
            $0.template == "review-report" && $0.text("cloud") == "Production (prod)"
        }
        #expect(
            reports.map(\.recipient.text).sorted()
                == ["marie@provider.example", "ravi@acme.example", "rita@acme.example"])
        let rows = try rows(of: #require(reports.first))
        #expect(
            rows.contains {
                $0["confirmed"] == .flag(true) && $0["decidedBy"] == .text("Rita Weiss <rita@acme.example>")
            })
        #expect(rows.contains { $0["bySilence"] == .flag(true) && $0["decidedBy"] == nil })
        // What ended so is not given back by asking the worker again.
        _ = try await usher.runDue()
        #expect(
            try await usher.auditEntries(PageRequest(limit: 1000), by: installation.owner).entries.count {
                $0.action == "grant.withdraw"
            } == 2)
    }

    @Test("asks the delivery managers too when the representatives keep silent, and lets them answer")
    func escalates() async throws {
        let review = try await start()
        let id = try request(of: review)
        let marie = try await installation.actor("marie@provider.example")
        await expectRefusal(.forbidden) { _ = try await usher.reject(id, clouds: [], reason: "x", by: marie) }
        installation.clock.skip(days: 15)
        _ = try await usher.runDue()
        #expect(installation.mailer.templates(to: "marie@provider.example").contains("review-asked"))
        let view = try await usher.reject(
            id, clouds: [], reason: "Nobody answered", by: try await installation.actor("marie@provider.example"))
        #expect(view.items.allSatisfy { $0.state == "refused" })
    }

    @Test("binds a bulk confirmation to what was shown, and refuses one that is bound to nothing")
    func bulk() async throws {
        let review = try await start()
        let id = try request(of: review)
        await expectRefusal(.invalid) { _ = try await usher.approve(id, items: [], by: try await rita) }
        let shown = try await usher.request(id, withHistory: false, by: try await rita).shown
        _ = try await usher.approve(id, items: [ItemDecision(cloud: "bob@acme.example")], by: try await rita)
        await expectRefusal(.conflict) {
            _ = try await usher.approve(id, items: [], shown: shown, by: try await rita)
        }
        let again = try await usher.request(id, withHistory: false, by: try await rita).shown
        let view = try await usher.approve(id, items: [], shown: again, by: try await rita)
        #expect(view.state == "reviewed")
    }

    @Test("drops what ended or changed meanwhile, and touches no grant that came during the review")
    func moot() async throws {
        let review = try await start()
        let id = try request(of: review)
        // Alice gets another profile, Bob's account is closed, and Carol comes.
        try await installation.approve(try await installation.submit(grants: [("prod", "POW")]))
        try await installation.account("carol@acme.example", grants: [("prod", "OPE")])
        let before = try await usher.request(id, withHistory: false, by: try await rita)
        #expect(before.items.first { $0.person == "alice@acme.example" }?.state == "moot")
        #expect(before.items.allSatisfy { $0.person != "carol@acme.example" })
        await expectRefusal(.conflict) {
            _ = try await usher.reject(id, clouds: ["alice@acme.example"], reason: "x", by: try await rita)
        }
        // What was shown as moot is what counts: the bulk decision is about Bob alone.
        let view = try await usher.approve(id, items: [], shown: before.shown, by: try await rita)
        #expect(view.state == "reviewed")
        #expect(
            verdicts(try await cloud(of: review)) == ["alice@acme.example": "moot", "bob@acme.example": "confirmed"])
        installation.clock.skip(days: 40)
        _ = try await usher.runDue()
        #expect(try await installation.decide("create-instance").profile == "POW")
        #expect(try await installation.decide("start-instance", "carol@acme.example").verdict != .deny)
        #expect(installation.mailer.templates(to: "alice@acme.example").contains("access-lapsed"))  // In default only.
    }

    @Test("ends a review by itself at the next reminder when every grant of it has ended")
    func allMoot() async throws {
        let review = try await start()
        for person in ["alice@acme.example", "bob@acme.example"] {
            _ = try await usher.close(try EmailAddress(person), reason: "Left", by: installation.owner)
        }
        installation.clock.skip(days: 2)
        _ = try await usher.runDue()
        let cloud = try await cloud(of: review)
        #expect(cloud.state == "reviewed" && cloud.counts == ReviewCounts(moot: 2))
        #expect(
            try await usher.auditEntries(PageRequest(limit: 1000), by: installation.owner).entries.allSatisfy {
                $0.action != "grant.withdraw"
            })
    }

    @Test("leaves every grant that is not decided yet when it is called off")
    func cancelled() async throws {
        let review = try await start()
        let id = try request(of: review)
        _ = try await usher.approve(id, items: [ItemDecision(cloud: "alice@acme.example")], by: try await rita)
        _ = try await usher.cancel(id, by: try await installation.actor("marie@provider.example"))
        #expect(
            verdicts(try await cloud(of: review)) == [
                "alice@acme.example": "confirmed", "bob@acme.example": "untouched",
            ])
        #expect(try await installation.decide("start-instance", "bob@acme.example").verdict != .deny)
        #expect(installation.mailer.templates(to: "rita@acme.example").contains("review-cancelled"))
        // The cloud can be reviewed again.
        #expect(
            try await usher.startReview(organization: "acme", until: nil, reason: "r", by: installation.owner).skipped
                == ["acme/default"])
    }

    @Test("replays byte for byte")
    func replays() async throws {
        let review = try await start("2026-12-01")
        let id = try request(of: review)
        _ = try await usher.approve(id, items: [ItemDecision(cloud: "alice@acme.example")], by: try await rita)
        _ = try await usher.close(try EmailAddress("bob@acme.example"), reason: "Left", by: installation.owner)
        installation.clock.skip(days: 10)
        _ = try await usher.runDue()
        #expect(try await usher.replayAll().defects == [])
    }
}
