import Basics
import Directory
import Onboarding
import Records
import TestSupport
import Testing

/// Who may start, see and answer a review.
extension AccessReviewTests {
    @Test("lets nobody decide about their own grant, alone, in bulk, or by standing in for each other")
    func ownGrant() async throws {
        try await installation.approve(
            try await installation.submit("rita@acme.example", grants: [("prod", "STD")], by: "ravi@acme.example"))
        let review = try await start()
        let id = try request(of: review)
        await expectRefusal(.forbidden) {
            _ = try await usher.approve(id, items: [ItemDecision(cloud: "rita@acme.example")], by: try await rita)
        }
        _ = try await usher.delegate(
            try EmailAddress("rita@acme.example"), to: try EmailAddress("alice@acme.example"), from: nil,
            until: installation.clock.now.adding(seconds: 86_400), by: try await rita)
        // Alice has nothing but Rita's authority, so neither Rita's grant nor her own is hers to decide.
        for person in ["rita@acme.example", "alice@acme.example"] {
            await expectRefusal(.forbidden) {
                _ = try await usher.approve(
                    id, items: [ItemDecision(cloud: person)], by: try await installation.actor("alice@acme.example"))
            }
        }
        let shown = try await usher.request(id, withHistory: false, by: try await rita).shown
        let view = try await usher.approve(id, items: [], shown: shown, by: try await rita)
        #expect(view.items.map(\.state).sorted() == ["active", "active", "waiting"])
        let ended = try await usher.approve(
            id, items: [ItemDecision(cloud: "rita@acme.example")], by: try await installation.actor("ravi@acme.example")
        )
        #expect(ended.state == "reviewed")
        #expect(installation.mailer.mails(to: "marie@provider.example").allSatisfy { $0.template != "review-asked" })
    }

    @Test("asks the delivery managers at once where the only representative holds a grant")
    func onlyRepresentative() async throws {
        _ = try await usher.addOrganization(
            name: "Solo", slug: "solo", representative: "sam@solo.example", representativeName: "Sam", manager: nil,
            language: "en", by: installation.owner)
        try await installation.enrol("sam@solo.example")
        let view = try await usher.submit(
            installation.submission("sam@solo.example", organization: "solo", grants: [("default", "STD")]),
            by: try await installation.actor("marie@provider.example"))
        _ = try await usher.appoint(
            email: "max@provider.example", name: "Max", .deliveryManager, organization: "solo", language: "en",
            by: installation.owner)
        try await installation.enrol("max@provider.example")
        try await installation.approve(try installation.id(view), by: "max@provider.example")
        let review = try await usher.startReview(
            organization: "solo", until: nil, reason: "r", by: installation.owner
        ).review
        let id = try request("default", of: review)
        #expect(installation.mailer.templates(to: "max@provider.example").contains("review-asked"))
        await expectRefusal(.forbidden) {
            _ = try await usher.approve(
                id, items: [ItemDecision(cloud: "sam@solo.example")],
                by: try await installation.actor("sam@solo.example"))
        }
        let ended = try await usher.approve(
            id, items: [ItemDecision(cloud: "sam@solo.example")],
            by: try await installation.actor("max@provider.example"))
        #expect(ended.state == "reviewed")
    }

    @Test("is started by the operator and the organization's delivery managers with a fresh code, by nobody else")
    func whoStarts() async throws {
        await expectRefusal(.forbidden) { _ = try await start(by: try await rita) }
        await expectRefusal(.notFound) {
            _ = try await start(by: try await installation.actor("alice@acme.example"))
        }
        await expectRefusal(.unauthenticated) {
            _ = try await start(by: try await installation.actor("marie@provider.example", fresh: false))
        }
        let review = try await start(by: try await installation.actor("marie@provider.example"))
        // Whoever starts a review does not answer it for that.
        await expectRefusal(.forbidden) {
            _ = try await usher.reject(
                try request(of: review), clouds: [], reason: "x",
                by: try await installation.actor("marie@provider.example"))
        }
        await expectRefusal(.conflict) { _ = try await start() }
    }

    @Test("shows an organization only its own part of a campaign, and to strangers none")
    func isolation() async throws {
        try await installation.organization("other")
        let stranger = try await installation.actor("rita@other.example")
        let review = try await start()
        let campaign = try #require(CampaignID(review.campaign))
        await expectRefusal(.notFound) { _ = try await usher.review(campaign, by: stranger) }
        #expect(try await usher.reviews(organization: nil, PageRequest(), by: stranger).items.isEmpty)
        await expectRefusal(.notFound) {
            _ = try await usher.reviews(organization: "acme", PageRequest(), by: stranger)
        }
        await expectRefusal(.notFound) {
            _ = try await usher.approve(
                try request(of: review), items: [ItemDecision(cloud: "alice@acme.example")], by: stranger)
        }
        let unknown = CampaignID(at: installation.clock.now, random: installation.random.bytes)
        await expectRefusal(.notFound) { _ = try await usher.review(unknown, by: try await rita) }
        #expect(try await usher.reviews(organization: nil, PageRequest(), by: try await rita).items.count == 1)
    }

    @Test("refuses a deadline that has passed or lies beyond the workflow's own")
    func deadline() async throws {
        for until in ["2026-01-01", "2027-06-01", "tomorrow"] {
            await expectRefusal(.invalid) { _ = try await start(until) }
        }
        #expect(try await usher.reviews(organization: "acme", PageRequest(), by: installation.owner).items.isEmpty)
    }
}
