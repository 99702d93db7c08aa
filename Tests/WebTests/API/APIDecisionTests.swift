import Basics
import TestSupport
import Testing

@Suite("API: decisions", .timeLimit(.minutes(60)))
struct APIDecisionTests {
    private func ask(_ program: Program, _ person: String, _ cloud: String) async throws -> Answer {
        try await program.get("/decisions?person=\(person)&action=create-instance&cloud=\(cloud)")
    }

    @Test("people ask about themselves, and with a duty about anybody in their organization's clouds")
    func whoMayAsk() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        try await site.world.organization("globex")
        let alice = try await site.world.account(grants: [("prod", "POW")])
        let (hers, ritas, maries) = (
            try await site.program(of: alice), try await site.program(of: rita), try await site.program(of: marie)
        )
        for program in [hers, ritas, maries] {
            let answer = try await ask(program, "alice@acme.example", "acme/prod")
            #expect(answer.status == 200)
            #expect(try answer.json["profile"] == "POW")
        }
        // Nobody else's decisions are Alice's business, nor which clouds there are; unknown people are denied alike.
        for person in ["rita@acme.example", "nobody@acme.example"] {
            #expect(try await ask(hers, person, "acme/prod").status == 404)
            #expect(try await ask(ritas, person, "acme/prod").json["decision"] == "deny")
        }
        for program in [hers, ritas] {
            #expect(try await ask(program, "alice@acme.example", "globex/prod").status == 404)
        }
        #expect(try await ask(maries, "alice@acme.example", "globex/prod").json["decision"] == "deny")
    }
}
