import Basics
import Onboarding
import Records
import TestSupport
import Testing

@Suite("The API: changes", .timeLimit(.minutes(60)))
struct ChangeRoutesTests {
    private func platform(at site: Site) async throws -> Program {
        let client = try await site.world.application("Platform", .service, scopes: [.changes])
        let program = site.program()
        program.token = try await site.world.token(of: client)
        return program
    }

    @Test("wait for what is new where they are asked to, and come as soon as it is committed")
    func waits() async throws {
        let (site, _, _) = try await Site.withAcme()
        let world = site.world
        let program = try await platform(at: site)
        let end = try await program.get("/changes?after=end").json
        #expect(end["items"] == [] && end["next"] == .null)
        let position = try end["position"].text
        let none = try await program.get("/changes?after=\(position)").json
        #expect(none == end)

        let id = try await world.submit()
        async let waiting = program.get("/changes?after=\(position)&wait=60")
        try await world.approve(id)
        try await world.enrol("alice@acme.example")
        let found = try await waiting
        let items = try found.json["items"].list
        #expect(found.status == 200 && !items.isEmpty)
        let all = try await program.get("/changes?after=\(position)").json["items"].list
        let last = try #require(all.last)
        #expect(last["subject"]["email"] == "alice@acme.example" && last["organization"] == "acme")
    }

    @Test("refuse what is no position and no time to wait, and say so in a word")
    func refusals() async throws {
        let (site, _, _) = try await Site.withAcme()
        let program = try await platform(at: site)
        for (query, code) in [
            ("after=x", "invalid_cursor"), ("after=-1", "invalid_cursor"), ("wait=61", "out_of_range"),
            ("wait=-1", "out_of_range"), ("wait=soon", "wrong_type"), ("limit=0", "out_of_range"),
            ("since=1", "unknown_parameter"),
        ] {
            let answer = try await program.get("/changes?\(query)")
            let field = query.prefix { $0 != "=" }
            #expect(answer.status == 422, "\(query): \(answer.text)")
            #expect(try answer.faults == ["\(field) \(code)"])
        }
    }
}
