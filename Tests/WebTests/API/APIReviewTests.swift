import Basics
import TestSupport
import Testing

@Suite("API: access reviews", .timeLimit(.minutes(60)))
struct APIReviewTests {
    @Test("are started by the manager, answered by the representative, and told cloud by cloud")
    func story() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        for email in ["alice@acme.example", "bob@acme.example"] {
            try await site.world.account(email, grants: [("prod", "OPE")])
        }
        let (his, hers) = (try await site.program(of: marie), try await site.program(of: rita))
        let wish: JSON = ["organization": "acme", "reason": "Yearly"]
        for body: JSON in [wish, ["all": true, "reason": "Yearly"]] {
            #expect(try await hers.post("/reviews", body).status == 403)
        }
        #expect(try await his.post("/reviews", ["reason": "Yearly"]).faults == ["organization required"])
        #expect(
            try await his.post("/reviews", wish.with("all", true)).faults == ["organization unexpected"])
        #expect(try await his.post("/reviews", ["organization": 7, "all": "x"]).faults.contains("reason required"))
        let started = try await his.post("/reviews", wish)
        #expect(try started.status == 201 && started.json["waiting"] == 2 && started.json["skipped"] == [])
        let campaign = try started.json["campaign"].text
        #expect(started.location == "https://usher.example/api/v1/reviews/\(campaign)")
        #expect(try await his.post("/reviews", ["all": true, "reason": "Again"]).status == 409)

        let listed = try await hers.get("/reviews?organization=acme").json["items"]
        #expect(try listed.list.count == 1 && listed[0]["open"] == true && listed[0]["clouds"][0]["items"] == .null)
        let request = try listed[0]["clouds"][0]["request"].text
        site.world.clock.skip(seconds: 60)
        let decided = try await hers.post(
            "/requests/\(request)/decisions", ["decision": "approve", "items": [["cloud": "alice@acme.example"]]])
        #expect(decided.status == 200, "\(decided.text)")
        let shown = try await hers.get("/reviews/\(campaign)").json
        #expect(shown["confirmed"] == 1 && shown["waiting"] == 1 && shown["clouds"][0]["open"] == true)
        let verdicts = try shown["clouds"][0]["items"].list.map { try "\($0["person"].text) \($0["verdict"].text)" }
        #expect(verdicts.sorted() == ["alice@acme.example confirmed", "bob@acme.example waiting"])
        #expect(try await hers.get("/reviews/nothing").status == 404)
        #expect(try await hers.get("/reviews?limit=0").faults == ["limit out_of_range"])
    }
}
