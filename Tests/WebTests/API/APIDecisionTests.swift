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

    @Test("a decision is explained to whoever may ask for it: the same answer, the rule, the request and who agreed")
    func explained() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        try await site.world.organization("globex")
        let alice = try await site.world.account(grants: [("prod", "OPE")])
        let query = "person=alice@acme.example&action=create-instance&cloud=acme/prod"
        for who in [alice, marie, rita] {
            let program = try await site.program(of: who)
            let plain = try await program.get("/decisions?\(query)").json
            let told = try await program.get("/decisions/explanation?\(query)").json
            for name in ["decision", "reason", "profile", "requires", "matrixVersion"] {
                #expect(told[name] == plain[name])
            }
            let why = told["explanation"]
            #expect(why["rule"]["requires"] == "POW" && why["rule"]["feature"] == "Bodies")
            #expect(try why["changes"].list.first?["change"] == "raise_profile")
            #expect(why["approval"]["requestedBy"] == "rita@acme.example")
            #expect(try why["approval"]["approvals"].list.map { try $0["by"].text } == ["marie@provider.example"])
            #expect(why["grant"]["request"] == why["approval"]["request"])
        }
        // Of a stranger nothing is told but what is told of nobody, be it that they have an account and a factor.
        let ritas = try await site.program(of: rita)
        var answers: Set<String> = []
        for email in ["rita@globex.example", "nobody@globex.example"] {
            let asked = "person=\(email)&action=create-instance&cloud=acme/prod"
            answers.insert(try await ritas.get("/decisions/explanation?\(asked)").text)
        }
        #expect(answers.count == 1)
        let elsewhere = "person=alice@acme.example&action=create-instance&cloud=globex/prod"
        #expect(try await ritas.get("/decisions/explanation?\(elsewhere)").status == 404)
        let hers = try await site.program(of: alice)
        #expect(
            try await hers.get(
                "/decisions/explanation?person=rita@acme.example&action=create-instance&cloud=acme/prod"
            ).status == 404)
    }

    @Test("who could do what is listed for whoever answers for the organization, with the instant and the next page")
    func access() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let alice = try await site.world.account(grants: [("prod", "OPE"), ("default", "STD")])
        let ritas = try await site.program(of: rita)
        let first = try await ritas.get("/access?organization=acme&limit=1").json
        #expect(try first["items"].list.count == 1)
        let next = try first["next"].text
        let second = try await ritas.get("/access?organization=acme&limit=1&after=\(next)").json
        #expect(try second["next"] == .null && second["items"].list.count == 1)
        #expect(try first["at"].text.hasSuffix("Z"))
        let hers = try await site.program(of: alice)
        #expect(try await hers.get("/access?organization=acme").status == 404)
        #expect(try await hers.get("/access").json["items"].list.count == 2)
        #expect(try await ritas.get("/access?colour=red").status == 422)
        #expect(try await ritas.get("/access?at=soon").status == 422)
    }
}
