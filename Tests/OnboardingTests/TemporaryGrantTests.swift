import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("A temporary grant", .timeLimit(.minutes(60)))
struct TemporaryGrantTests {
    let world: TestInstallation
    private let alice = "alice@acme.example"
    private let rita = "rita@acme.example"

    init() async throws { world = try await TestInstallation.withAcme() }

    /// Until the end of this day in Paris.
    private func account(until: String) async throws {
        try await world.account(until: until)
        world.mailer.forget()
    }

    private func at(_ text: String) async throws {
        world.clock.set(try #require(Timestamp(iso8601: text)))
        _ = try await world.usher.runDue()
    }

    private func watches() async throws -> [RequestView] {
        try await world.usher.requests(
            organization: "acme", mine: false, state: nil, overdue: false, PageRequest(), by: world.owner
        ).items.filter { $0.workflow == "grant-end" }
    }

    @Test(
        "is announced to its holder and the representative 14 and 3 days before its end, once each, and when it ended")
    func warnings() async throws {
        try await account(until: "2027-01-31")
        try await at("2027-01-17T22:59:59Z")
        #expect(world.mailer.mails.isEmpty)
        try await at("2027-01-17T23:00:00Z")
        #expect(world.mailer.templates(to: alice) == ["access-ending"])
        #expect(world.mailer.templates(to: rita) == ["access-ending"])
        #expect(world.mailer.mails(to: alice).first?.text("until") == "31 January 2027")
        // Another process after a restart knows what was said.
        _ = try await world.opened().usher.runDue()
        try await at("2027-01-20T12:00:00Z")
        #expect(world.mailer.mails.count == 2)
        try await at("2027-01-28T23:00:00Z")
        try await at("2027-01-31T22:59:59Z")
        #expect(world.mailer.templates(to: alice) == ["access-ending", "access-ending"])
        try await at("2027-01-31T23:00:00Z")
        #expect(world.mailer.templates(to: alice).last == "access-ended")
        #expect(world.mailer.templates(to: rita).last == "access-ended")
        #expect(world.mailer.mails(to: rita).last?.fields["hasAccess"] == .flag(false))
        #expect(try await world.decide("create-snapshot").reason == .grantExpired)
        #expect(try await world.usher.person(try EmailAddress(alice), by: world.owner).grants.allSatisfy(\.hasEnded))
        let trail = try await world.store.read { try $0.auditEntries(after: 0, limit: 1_000) }
        #expect(trail.filter { $0.action == "grant.end" }.count == 2)
        #expect(try await watches().map(\.state) == ["ended"])
        #expect(try await world.usher.runDue().isIdle)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("is announced once, by what is most urgent, after an outage", arguments: [true, false])
    func outage(_ isOver: Bool) async throws {
        try await account(until: "2027-01-31")
        try await at(isOver ? "2027-02-03T00:00:00Z" : "2027-01-29T12:00:00Z")
        #expect(world.mailer.templates(to: alice) == [isOver ? "access-ended" : "access-ending"])
        #expect(world.mailer.templates(to: rita) == [isOver ? "access-ended" : "access-ending"])
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("names in its warning only what is left of it")
    func partly() async throws {
        try await account(until: "2027-01-31")
        _ = try await world.submit(grants: [("prod", "none")])
        world.mailer.forget()
        try await at("2027-01-17T23:00:00Z")
        guard case .list(let rows)? = world.mailer.mails(to: alice).first?.fields["items"] else {
            Issue.record("no items")
            return
        }
        #expect(rows.map { $0["cloud"] } == [.text("Default")])
    }

    @Test("that was extended is announced with its new end only")
    func extended() async throws {
        try await account(until: "2027-01-31")
        let extending = try await world.submit(until: "2027-06-30")
        #expect(try await world.view(extending).workflow == "profile-change")
        try await world.approve(extending)
        #expect(try await world.view(extending).state == "changed")
        #expect(try await watches().map(\.state).sorted() == ["running", "superseded"])
        world.mailer.forget()
        try await at("2027-02-02T00:00:00Z")
        #expect(world.mailer.mails.isEmpty)
        #expect(try await world.decide("create-snapshot").reason != .grantExpired)
        try await at("2027-06-17T00:00:00Z")
        #expect(world.mailer.templates(to: alice) == ["access-ending"])
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("is not announced any more once it was replaced for good or the account is closed", arguments: [true, false])
    func goneMeanwhile(_ isClosed: Bool) async throws {
        try await account(until: "2027-01-31")
        if isClosed {
            _ = try await world.usher.close(try EmailAddress(alice), reason: "Left.", by: world.owner)
        } else {
            try await world.approve(try await world.submit(grants: [("prod", "POW"), ("default", "DTM")]))
        }
        #expect(try await watches().map(\.state) == ["superseded"])
        world.mailer.forget()
        try await at("2027-02-02T00:00:00Z")
        #expect(world.mailer.mails.isEmpty)
    }

    @Test("of less than 14 days is announced 3 days before; requests about its holder go on beside the watch")
    func short() async throws {
        try await account(until: "2026-12-02")
        #expect(try await world.usher.runDue().isIdle)
        try await at("2026-11-29T23:00:00Z")
        #expect(world.mailer.templates(to: alice) == ["access-ending"])
        _ = try await world.usher.requestFactorReset(
            of: try EmailAddress(alice), reason: "Lost.", stolen: false, by: world.owner)
    }

    @Test("without an end is watched by nobody")
    func endless() async throws {
        try await world.account()
        #expect(try await watches().isEmpty)
    }
}
