import Basics
import TestSupport
import Testing

@Suite("API: migrations", .timeLimit(.minutes(60)))
struct APIMigrationTests {
    @Test("show each request before and after, then take them over, a page at a time, for operators with a fresh code")
    func story() async throws {
        let old = try await TestInstallation.withAcme()
        let olga = try await old.operatorByDuty()
        var ids: [String] = []
        for number in 0..<3 { ids.append(try await old.submit("p\(number)@acme.example").text) }
        let site = try await Site(
            try old.opened(
                workflows: TestInstallation.shippedWorkflows.map { file, text in
                    file.hasSuffix("/account-request.yaml")
                        ? (file, text.replacing("version: 2", with: "version: 3")) : (file, text)
                }))
        let operators = try await site.program(of: olga)
        let (path, all): (String, JSON) = ("/workflows/account-request/migrations", ["all": true])
        for body: JSON in [[:], ["all": false], ["all": true, "request": "x"]] {
            #expect(try await operators.post(path, body).status == 422)
        }
        #expect(try await operators.post(path + "?limit=101", all).faults == ["limit out_of_range"])
        #expect(try await operators.post(path, ["request": "x"]).status == 404)
        #expect(try await operators.post("/workflows/none/migrations", all).status == 404)

        let dry = try await operators.post(path + "?limit=2", all, headers: ["Usher-Dry-Run": "true"])
        #expect(dry.status == 200 && dry.headers["usher-dry-run"] == "true", "\(dry.text)")
        #expect(try dry.json["items"].list.count == 2 && dry.json["items"][0]["migrated"] == false)
        #expect(try dry.json["items"][0]["after"]["state"] == "approval")
        #expect(dry.headers["link"]?.contains("/account-request/migrations?after=") == true)
        #expect(try await operators.get("/requests/\(ids[0])").json["version"] == 2)

        let one = try await operators.post(path, ["request": .string(ids[1])])
        #expect(try one.json["items"].list.count == 1 && one.json["items"][0]["migrated"] == true)
        var (moved, after): ([String], String?) = ([], nil)
        repeat {
            let page = try await operators.post(path + "?limit=1" + (after.map { "&after=\($0)" } ?? ""), all)
            #expect(page.status == 200, "\(page.text)")
            moved += try page.json["items"].list.map { try $0["request"].text }
            after = try? page.json["next"].text
        } while after != nil
        #expect(moved == [ids[0], ids[2]])
        for id in ids { #expect(try await operators.get("/requests/\(id)").json["version"] == 3) }

        site.world.clock.skip(seconds: 301)
        let stale = try await operators.post(path, all)
        #expect(stale.status == 401 && stale.headers["www-authenticate"]?.contains("max_age=300") == true)
        #expect(try await operators.post(path, all, headers: ["Usher-Dry-Run": "true"]).status == 200)
    }
}
