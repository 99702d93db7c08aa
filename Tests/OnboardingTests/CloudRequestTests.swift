import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("A request for another cloud", .timeLimit(.minutes(60)))
struct CloudRequestTests {
    let world: TestInstallation
    private let rita = "rita@acme.example"
    private let marie = "marie@provider.example"

    init() async throws { world = try await TestInstallation.withAcme() }

    private func ask(
        _ name: String = "Data lake", slug: String? = "lake", in organization: String = "acme",
        reason: String = "Analytics", by requester: String = "rita@acme.example"
    ) async throws -> RequestID {
        try world.id(
            try await world.usher.requestCloud(
                organization: organization, name: name, cloudSlug: slug, reason: reason,
                by: try await world.actor(requester)))
    }

    private func clouds(of slug: String = "acme") async throws -> [String] {
        try await world.usher.organization(slug, by: world.owner).clouds.map(\.slug.text)
    }

    @Test("makes the cloud when a delivery manager agrees, and not before; both hear of it")
    func approval() async throws {
        let id = try await ask()
        #expect(try await world.view(id).newCloud?.slug == "lake")
        #expect(try await clouds() == ["default", "prod"])
        #expect(world.mailer.templates(to: marie).last == "cloud-asked")
        #expect(world.mailer.mails(to: marie).last?.text("newCloud") == "Data lake")
        let inbox = try await world.usher.inbox(PageRequest(), by: try await world.actor(marie))
        #expect(inbox.items.map(\.id) == [id.text])
        let stale = try await world.actor(marie, fresh: false)
        #expect(
            try await refusal { _ = try await world.usher.approve(id, items: [], by: stale) }.code == .unauthenticated)
        try await world.approve(id)
        #expect(try await world.view(id).state == "added")
        #expect(try await clouds() == ["default", "lake", "prod"])
        #expect(world.mailer.templates(to: rita).last == "cloud-added")
        #expect(world.mailer.templates(to: marie).last == "cloud-added")
        let trail = try await world.store.read { try $0.auditEntries(after: 0, limit: 1_000) }
        let entry = try #require(trail.last { $0.action == "cloud.add" })
        #expect(entry.request == id.text)
        #expect(entry.actor == .person(try await world.person(marie).id))
        #expect(try await world.usher.replayAll().defects == [])
        // The new cloud is one like every other.
        try await world.account(grants: [("lake", "STD")])
    }

    @Test(
        "of a name that another cloud has is refused, however spelled, and makes nothing when it was taken since")
    func sameName() async throws {
        for name in ["Production", " production ", "PRODUC TION"] {
            let fault = try await refusal { _ = try await ask(name, slug: "production") }
            #expect(fault.faults.map(\.code) == ["taken"] && fault.faults.first?.field == "name", "\(name)")
        }
        let added = try await refusal {
            _ = try await world.usher.addCloud(
                organization: "acme", name: "Production", cloudSlug: "production", by: world.owner)
        }
        #expect(added.faults.map(\.field) == ["name"])
        let id = try await ask()
        _ = try await world.usher.addCloud(organization: "acme", name: "data LAKE", cloudSlug: "other", by: world.owner)
        try await world.approve(id)
        #expect(try await world.view(id).state == "taken")
    }

    @Test("ends with a clear outcome when the short name was taken meanwhile, and makes nothing")
    func taken() async throws {
        let id = try await ask()
        _ = try await world.usher.addCloud(organization: "acme", name: "Other", cloudSlug: "lake", by: world.owner)
        try await world.approve(id)
        #expect(try await world.view(id).state == "taken")
        #expect(try await clouds() == ["default", "lake", "prod"])
        #expect(try await world.usher.organization("acme", by: world.owner).clouds.map(\.name.text).contains("Other"))
        #expect(world.mailer.templates(to: rita).last == "cloud-taken")
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("is refused whole, with every fault, and once for one short name; a refused one frees it")
    func faults() async throws {
        let all = try await refusal { _ = try await ask("=1+1", slug: "UPPER", reason: " ") }
        #expect(all.fields == ["name", "slug", "reason"])
        #expect(try await refusal { _ = try await ask(slug: "prod") }.codes == ["taken"])
        // A name in another script suggests no short name.
        #expect(try await refusal { _ = try await ask("日本", slug: nil) }.codes == ["invalid_slug"])
        let id = try await ask()
        #expect(try await refusal { _ = try await ask("Another name") }.codes == ["request_open"])
        _ = try await ask("Laker", slug: "lake-2")
        try await world.organization("globex")
        _ = try await ask(in: "globex", by: "rita@globex.example")
        _ = try await world.usher.reject(id, clouds: [], reason: "No budget.", by: try await world.actor(marie))
        #expect(try await world.view(id).state == "rejected")
        #expect(world.mailer.mails(to: rita).last?.text("comment") == "No budget.")
        _ = try await ask()
        #expect(try await clouds() == ["default", "prod"])
    }

    @Test("may be asked about, and the answer reaches whoever decides")
    func question() async throws {
        let id = try await ask()
        _ = try await world.usher.ask(id, question: "For what data?", by: try await world.actor(marie))
        #expect(world.mailer.mails(to: rita).last?.text("comment") == "For what data?")
        _ = try await world.usher.answer(id, "Logs.", by: try await world.actor(rita))
        #expect(world.mailer.templates(to: marie).last == "cloud-asked")
        #expect(world.mailer.mails(to: marie).last?.text("comment") == "Logs.")
        _ = try await world.usher.cancel(id, by: try await world.actor(rita))
        #expect(try await world.view(id).state == "cancelled")
    }

    @Test("is decided by somebody else than who recorded it, and by a deputy when the manager is silent")
    func fourEyes() async throws {
        try await world.deputy()
        let id = try await ask(by: marie)
        #expect(try await world.view(id).history?.first?.note == "Recorded by staff for the organization.")
        #expect(try await refusal { try await world.approve(id) }.code == .forbidden)
        #expect(try await refusal { try await world.approve(id, by: "denis@provider.example") }.code == .forbidden)
        world.clock.skip(days: 9)
        _ = try await world.usher.runDue()
        try await world.approve(id, by: "denis@provider.example")
        #expect(try await world.view(id).state == "added")
    }

    @Test("lapses in silence")
    func silence() async throws {
        let id = try await ask()
        for _ in 0..<20 {
            world.clock.skip(days: 1)
            _ = try await world.usher.runDue()
        }
        #expect(try await world.view(id).state == "expired")
        #expect(world.mailer.templates(to: rita).last == "lapsed")
        #expect(world.mailer.templates(to: marie).filter { $0 == "approval-reminder" }.count == 5)
    }

    @Test("leaves the account of who asked alone: a reset goes on beside it, and closing the account does not end it")
    func beside() async throws {
        let id = try await ask()
        _ = try await world.usher.requestFactorReset(
            of: try EmailAddress(rita), reason: "Lost.", stolen: false, by: world.owner)
        _ = try await world.usher.close(try EmailAddress(rita), reason: "Left.", by: world.owner)
        #expect(try await world.view(id).state == "approval")
        try await world.approve(id)
        #expect(try await world.view(id).state == "added")
    }

    @Test("is nobody's who has no duty towards the organization: the same answer as for none")
    func isolation() async throws {
        try await world.organization("globex")
        try await world.account("bob@acme.example")
        let id = try await ask()
        for email in ["rita@globex.example", "bob@acme.example"] {
            let real = try await refusal { _ = try await ask(slug: "x", by: email) }
            let absent = try await refusal { _ = try await ask(slug: "x", in: "nowhere", by: email) }
            #expect(real.code == .notFound && absent.code == .notFound)
            #expect(real.message.replacing("acme", with: "…") == absent.message.replacing("nowhere", with: "…"))
            let stranger = try await world.actor(email)
            #expect(
                try await refusal { _ = try await world.usher.approve(id, items: [], by: stranger) }.code == .notFound)
        }
        let byOperator = try await refusal {
            _ = try await world.usher.requestCloud(
                organization: "acme", name: "X", cloudSlug: "x", reason: "y", by: world.owner)
        }
        #expect(byOperator.code == .forbidden)
    }
}
