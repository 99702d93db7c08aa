import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("A list of requests", .timeLimit(.minutes(60)))
struct RequestListTests {
    let world: TestInstallation

    init() async throws {
        world = try await TestInstallation.withAcme()
        _ = try await world.organization("beta", manager: "max@provider.example")
        _ = try await world.organization("gamma", manager: "max@provider.example")
        for (index, organization) in ["acme", "beta", "gamma", "beta", "gamma"].enumerated() {
            world.clock.skip(seconds: 1)
            _ = try await world.usher.submit(
                Submission(
                    organization: organization, email: "new\(index)@\(organization).example", name: "New \(index)",
                    language: "en", grants: [("default", "STD")], until: nil, reason: "Joins."),
                by: try await world.actor("rita@\(organization).example"))
        }
    }

    private func list(_ email: String, _ page: PageRequest = PageRequest()) async throws -> Page<RequestView> {
        try await world.usher.requests(
            organization: nil, mine: false, state: "approval", overdue: false, page, by: try await world.actor(email))
    }

    @Test("holds for a manager what concerns their organizations, newest first, page by page")
    func ofManager() async throws {
        let all = try await list("max@provider.example").items
        #expect(all.map(\.organization) == ["gamma", "beta", "gamma", "beta"])
        var pages: [String] = []
        var next: String?
        repeat {
            let page = try await list("max@provider.example", PageRequest(after: next, limit: 3))
            pages += page.items.map(\.id)
            next = page.next
        } while next != nil
        #expect(pages == all.map(\.id))
    }

    @Test("holds for a representative their organization, and for who has no duty what they asked for: nothing")
    func ofOthers() async throws {
        #expect(try await list("rita@beta.example").items.map(\.organization) == ["beta", "beta"])
        #expect(try await list("new0@acme.example").items.isEmpty)
    }
}
