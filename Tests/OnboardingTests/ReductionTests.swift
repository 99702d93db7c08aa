import Basics
import Directory
import Foundation
import Onboarding
import Records
import TestSupport
import Testing

@Suite("A reduction of access", .timeLimit(.minutes(60)))
struct ReductionTests {
    let world: TestInstallation

    init() async throws {
        world = try TestInstallation()
        try await world.manager()
        try await world.organization()
        try await world.account()
        world.clock.skip(seconds: 60)
    }

    /// Operator in prod and Standard in default are what Alice has.
    private func submit(
        _ grants: (String, String)..., until: String? = nil, email: String = "alice@acme.example",
        fresh: Bool = true, key: String? = nil, dryRun: Bool = false
    ) async throws -> RequestView {
        let grants = grants.map { (cloud: $0.0, profile: $0.1) }
        return try await world.usher.submit(
            world.submission(email, grants: grants, until: until, key: key),
            by: try await world.actor("rita@acme.example", fresh: fresh), dryRun: dryRun)
    }

    private func held(_ email: String = "alice@acme.example") async throws -> [String: String] {
        let profile = try await world.usher.person(try EmailAddress(email), by: world.owner)
        return Dictionary(profile.grants.map { ($0.cloud.slug.text, $0.grant.profile) }) { first, _ in first }
    }

    @Test("takes a profile away in the same moment, asks nobody, and tells everybody concerned")
    func none() async throws {
        #expect(try await world.decide("start-instance").reason == .allowed)
        let done = try await submit(("prod", "none"))
        #expect(done.workflow == "access-reduction" && done.state == "lessened" && done.waitingFor.isEmpty)
        #expect(done.items.map(\.left) == ["none"])
        // Nothing of it is lost on the way to whoever reads the document.
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try encoder.encode(RequestView(done.json)) == encoder.encode(done))
        #expect(try await held() == ["default": "STD"])
        #expect(try await world.decide("start-instance").reason == .noGrant)
        _ = try await world.usher.runDue()
        for reader in ["alice@acme.example", "rita@acme.example", "marie@provider.example"] {
            #expect(world.mailer.templates(to: reader).contains("access-lessened"), "\(reader)")
        }
        let trail = try await world.usher.auditEntries(PageRequest(limit: 1_000), by: world.owner).entries
        #expect(trail.contains { $0.action == "grant.lessen" && $0.request == done.id })
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("leaves a lower profile, or the same for less long; what gives anything is decided as ever")
    func less() async throws {
        let lower = try await submit(("prod", "STD"))
        #expect(lower.state == "lessened" && lower.items.map(\.left) == ["STD"])
        #expect(try await held() == ["prod": "STD", "default": "STD"])
        let shorter = try await submit(("prod", "STD"), until: "2027-03-31")
        #expect(shorter.state == "lessened")
        // Later, or without an end again, is more.
        for until in ["2027-04-30", nil] {
            let longer = try await submit(("prod", "STD"), until: until)
            #expect(longer.workflow == "profile-change" && longer.state == "approval")
            _ = try await world.usher.cancel(
                try world.id(longer), by: try await world.actor("rita@acme.example"))
        }
        let mixed = try await submit(("prod", "OPE"), ("default", "OPE"))
        #expect(mixed.workflow == "profile-change")
        // What is open about somebody keeps nobody from taking away.
        #expect(try await submit(("default", "none")).state == "lessened")
    }

    @Test("is refused where it gives too, where nothing is held, for oneself, and without a fresh code")
    func refusals() async throws {
        let both = try await refusal { _ = try await submit(("prod", "none"), ("default", "OPE")) }
        #expect(both.faults.map(\.code) == ["takes_and_gives"] && both.faults.first?.field == "grants[0].profile")
        _ = try await submit(("default", "none"))
        for (email, cloud) in [("alice@acme.example", "default"), ("nobody@acme.example", "prod")] {
            let fault = try await refusal { _ = try await submit((cloud, "none"), email: email) }
            #expect(fault.faults.map(\.code) == ["not_held"], "\(email)")
        }
        #expect(try await refusal { _ = try await submit(("prod", "none"), fresh: false) }.code == .unauthenticated)
        #expect(try await held() == ["prod": "OPE"])
    }

    @Test("is one request however often it is sent, and none where it is only tried")
    func once() async throws {
        let tried = try await submit(("prod", "none"), dryRun: true)
        #expect(tried.workflow == "access-reduction" && tried.state == "dry-run")
        #expect(try await held()["prod"] == "OPE")
        let first = try await submit(("prod", "none"), key: "k-1")
        let again = try await submit(("prod", "none"), key: "k-1")
        #expect(first.id == again.id)
        let other = try await refusal { _ = try await submit(("default", "none"), key: "k-1") }
        #expect(other.code == .conflict)
        // Of what has an end: less is what has none later.
        try await world.account("bob@acme.example", until: "2027-03-31")
        let lower = try await submit(("prod", "STD"), until: "2027-03-31", email: "bob@acme.example", key: "k-2")
        #expect(lower.workflow == "access-reduction")
        let same = try await submit(("prod", "STD"), until: "2027-03-31", email: "bob@acme.example", key: "k-2")
        #expect(same.id == lower.id)
    }
}
