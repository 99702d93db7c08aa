import Basics
import TestSupport
import Testing

@Suite("API: delegations", .timeLimit(.minutes(60)))
struct APIDelegationTests {
    @Test("are given, listed and ended early, by either side")
    func story() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        let bob = try await site.world.account("bob@acme.example", grants: [("default", "OPE")])
        let (hers, his, staff) = (
            try await site.program(of: rita), try await site.program(of: bob), try await site.program(of: marie)
        )
        let until = site.world.clock.now.adding(seconds: 86_400).iso8601
        let ritas = "/people/rita@acme.example/delegations"
        let bobs = "/people/bob@acme.example/delegations"
        for from in [nil, site.world.clock.now.adding(seconds: 3_600).iso8601] {
            let made = try await hers.post(
                ritas, ["to": "bob@acme.example", "from": from.map { .string($0) } ?? .null, "until": .string(until)])
            #expect(made.status == 201)
        }
        let first = try await hers.get(ritas + "?limit=1")
        #expect(try first.json["items"].list.count == 1 && first.headers["link"]?.contains("rel=\"next\"") == true)
        #expect(try await staff.get(ritas).json["items"].list.count == 2)
        let listed = try await his.get(bobs).json["items"]
        #expect(try listed.list.count == 2 && listed[0]["person"] == "rita@acme.example")
        #expect(listed[0]["holds"] == true && listed[1]["holds"] == false)
        for program in [his, hers] { #expect(try await program.get("/delegations").json["items"] == listed) }
        #expect(try await staff.get("/delegations").json["items"].list == [])

        let later = try listed[1]["from"].text
        let path = ritas + "/bob@acme.example"
        #expect(try await staff.send("DELETE", path).status == 404)
        #expect(try await hers.send("DELETE", path + "?from=soon").faults == ["from invalid_date"])
        let one = try await hers.send("DELETE", path + "?from=\(later)")
        #expect(try one.status == 200 && one.json["items"].list.map { try $0["from"].text } == [later])
        let rest = try await his.send("DELETE", path)
        #expect(try rest.status == 200 && rest.json["items"].list.count == 1)
        #expect(try await his.send("DELETE", path).status == 404)
        #expect(try await his.get(bobs).json["items"].list == [])
        // He stood in for her, and does no longer.
        #expect(try await his.get(ritas).status == 404)
    }
}
