import Basics
import Foundation
import Onboarding
import Records
import TestSupport
import Testing

@Suite("API: actions", .timeLimit(.minutes(60)))
struct APIActionTests {
    private static func csv(_ rows: Int) -> String {
        "email,name,locale,grants,until,reason\n"
            + (1...rows).map { "p\($0)@acme.example,P,en,prod=STD,,Joins\n" }.joined()
    }

    @Test("a CSV is accepted where that is preferred or it is long, polled by its owner, and cancelled once")
    func accepted() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        let (hers, his) = (try await site.program(of: rita), try await site.program(of: marie))
        let batches = "/requests/batches?organization=acme"
        let preferred = try await hers.send(
            "POST", batches, headers: ["Content-Type": "text/csv", "Prefer": "respond-async"],
            body: Data(Self.csv(3).utf8))
        #expect(preferred.status == 202 && preferred.headers["preference-applied"] == "respond-async")
        let id = try preferred.json["id"].text
        #expect(preferred.location == "https://usher.example/api/v1/actions/\(id)")
        let running = try await hers.get("/actions/\(id)")
        #expect(try running.json["state"] == "running")
        #expect(running.headers["retry-after"] == "1")
        for path in ["/actions/\(id)", "/actions/\(id)/rows", "/actions/nothing"] {
            #expect(try await his.get(path).status == 404)
        }
        #expect(try await his.post("/actions/\(id)/cancellation", [:]).status == 404)
        #expect(try await his.get("/actions").json["items"].list.isEmpty)

        while try await site.world.usher.advanceBatches() {}
        let done = try await hers.get("/actions/\(id)")
        #expect(try done.json["state"] == "done")
        #expect(try done.json["submitted"] == 3)
        let rows = try await hers.get("/actions/\(id)/rows?limit=2")
        #expect(try rows.json["items"].list.count == 2)
        #expect(rows.headers["link"]?.contains("after=3") == true)
        #expect(try await hers.post("/actions/\(id)/cancellation", [:]).status == 409)

        let long = try await hers.send(
            "POST", batches, headers: ["Content-Type": "text/csv"], body: Data(Self.csv(1_001).utf8))
        #expect(long.status == 202)
        let other = try long.json["id"].text
        let cancelled = try await hers.post("/actions/\(other)/cancellation", [:])
        #expect(try cancelled.json["state"] == "stopped")
        while try await site.world.usher.advanceBatches() {}
        #expect(try await hers.get("/actions").json["items"].list.count == 2)
        #expect(try await hers.get("/requests?mine=true").json["items"].list.count == 3)
    }

    @Test("submits nothing that is only tried out, and of all or nothing nothing beside a bad row")
    func withheld() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let hers = try await site.program(of: rita)
        func run(_ query: String, _ csv: String, dryRun: Bool = false) async throws -> JSON {
            let begun = try await hers.send(
                "POST", "/requests/batches?organization=acme\(query)",
                headers: [
                    "Content-Type": "text/csv", "Prefer": "respond-async", "Usher-Dry-Run": dryRun ? "true" : "false",
                ], body: Data(csv.utf8))
            #expect(begun.status == 202)
            #expect((begun.headers["usher-dry-run"] == "true") == dryRun)
            while try await site.world.usher.advanceBatches() {}
            return try await hers.get("/actions/\(try begun.json["id"].text)").json
        }
        let tried = try await run("", Self.csv(2), dryRun: true)
        #expect(tried["state"] == "done" && tried["checked"] == 2 && tried["submitted"] == 0)
        let bad = Self.csv(2) + "x@acme.example,X,en,prod=NIX,,Joins\n"
        let refused = try await run("&allOrNothing=true", bad)
        #expect(refused["state"] == "done" && refused["refused"] == 1 && refused["submitted"] == 0)
        #expect(try await run("&allOrNothing=true", Self.csv(2))["submitted"] == 2)
        #expect(
            try await run(
                "",
                "email,name,locale,grants,until,reason\nx@acme.example,X,en,prod=NIX,,Joins\ny@acme.example,Y,en,prod=STD,,Joins\n"
            )["submitted"] == 1)
    }

    @Test("shows a file as stopped when whoever read it died over it")
    func abandoned() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let hers = try await site.program(of: rita)
        let begun = try await hers.send(
            "POST", "/requests/batches?organization=acme",
            headers: ["Content-Type": "text/csv", "Prefer": "respond-async"], body: Data(Self.csv(2).utf8))
        let id = try begun.json["id"].text
        try await site.world.usher.store.write { transaction in
            let batch = try #require(BatchID(id))
            #expect(try transaction.move(batch, from: .checking, to: .reading))
        }
        #expect(try await hers.get("/actions/\(id)").json["state"] == "running")
        site.world.clock.skip(seconds: 601)
        #expect(try await hers.get("/actions/\(id)").json["state"] == "stopped")
        #expect(try await hers.get("/actions").json["items"].list.first?["state"] == "stopped")
    }
}
