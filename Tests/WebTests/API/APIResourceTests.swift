import Basics
import Foundation
import Onboarding
import Records
import TestSupport
import Testing

@Suite("API: resources", .timeLimit(.minutes(60)))
struct APIResourceTests {
    private let site: Site
    private let platform: Program
    private let rita: Program

    init() async throws {
        let (site, _, rita) = try await Site.withAcme()
        self.site = site
        _ = try await site.world.usher.addService("Shop", slug: nil, to: "acme/prod", by: site.world.owner)
        platform = site.program()
        let client = try await site.world.application("Platform", .service, scopes: [.resources])
        platform.token = try await site.world.token(of: client)
        self.rita = try await site.program(of: rita)
    }

    private func send(_ method: String, _ path: String, _ body: JSON, _ match: String? = nil) async throws -> Answer {
        var headers = ["Content-Type": "application/json"]
        headers["If-Match"] = match
        return try await platform.send(method, path, headers: headers, body: body.data())
    }

    private static func body(_ number: Int, _ tags: JSON = [:]) -> JSON {
        [
            "service": "acme/prod/shop", "name": .string("web-\(number)"), "type": "compute/instance",
            "environment": "production", "tags": tags,
        ]
    }

    @Test("the platform puts one by its id: new, as it was, and otherwise")
    func put() async throws {
        let made = try await send("PUT", "/resources/i-1", Self.body(1, ["team": "web"]))
        #expect(made.status == 201 && made.location == "https://usher.example/api/v1/resources/i-1")
        let same = try await send("PUT", "/resources/i-1", Self.body(1, ["team": "web"]))
        #expect(try same.status == 200 && same.json == made.json)
        let read = try await rita.get("/resources/i-1")
        #expect(try read.json == made.json)
        let tag = try #require(read.headers["etag"])
        #expect(try await rita.get("/resources/i-1", headers: ["If-None-Match": tag]).status == 304)
        let changed = try await send("PATCH", "/resources/i-1", ["tags": ["team": .null, "a": "b"]], tag)
        #expect(try changed.status == 200 && changed.json["tags"] == ["a": "b"])
        // What was seen is not so any more.
        #expect(try await send("PATCH", "/resources/i-1", ["status": "INACTIVE"], tag).status == 412)
        #expect(try await send("PUT", "/resources/i-1", Self.body(2), tag).status == 412)
        #expect(try await platform.send("DELETE", "/resources/i-1", headers: ["If-Match": tag]).status == 412)
        // Nor is what never was.
        #expect(try await send("PUT", "/resources/i-2", Self.body(2), tag).status == 412)
        #expect(try await rita.get("/resources/i-2").status == 404)
        let now = try #require(try await rita.get("/resources/i-1").headers["etag"])
        #expect(try await send("PUT", "/resources/i-1", Self.body(2), now).status == 200)
        #expect(try await send("PUT", "/resources/batches", Self.body(3)).status != 201)
        #expect(try await platform.send("DELETE", "/resources/i-1").status == 204)
        #expect(try await platform.send("DELETE", "/resources/i-1").status == 404)
    }

    @Test("a person with a token or a session reads, and does not write")
    func reading() async throws {
        _ = try await send("PUT", "/resources/i-1", Self.body(1))
        for method in ["PUT", "PATCH"] {
            let answer = try await rita.send(
                method, "/resources/i-1", headers: ["Content-Type": "application/json"],
                body: method == "PUT" ? Self.body(2).data() : Data("{}".utf8))
            #expect(answer.status == 403, "\(method)")
        }
        #expect(try await rita.send("DELETE", "/resources/i-1").status == 403)
        #expect(try await rita.get("/organizations/acme/clouds/prod/services").json["items"][0]["slug"] == "shop")
    }

    @Test("lists go on after their cursor, with the same filters, in the header too")
    func pages() async throws {
        for number in 1...5 {
            _ = try await send("PUT", "/resources/i-\(number)", Self.body(number, ["team": "web"]))
        }
        var found: [String] = []
        var path: String? = "/resources?tags=team%3Aweb&clouds=acme%2Fprod&names=!web-3&limit=2"
        while let next = path {
            let answer = try await rita.get(next)
            #expect(answer.status == 200, "\(answer.text)")
            found += try answer.json["items"].list.map { try $0["id"].text }
            path = answer.headers["link"]?.firstMatch(of: /\/api\/v1(\/resources[^>]*)>; rel="next"/).map {
                String($0.1)
            }
        }
        #expect(found == ["i-1", "i-2", "i-4", "i-5"])
        let refused = try await rita.get("/resources?tags=team&az=XX&nothing=1")
        #expect(try refused.status == 422 && refused.faults == ["nothing unknown_parameter"])
        #expect(try await rita.get("/resources?tags=team").faults == ["tags malformed"])
    }

    @Test("what is missing or wrong in a body is told by name, and nothing is kept")
    func bodies() async throws {
        let missing = try await send("PUT", "/resources/i-1", ["name": 1, "x": true])
        #expect(missing.status == 422)
        #expect(
            try Set(missing.faults) == [
                "service required", "name wrong_type", "type required", "environment required", "x unknown_member",
            ])
        let id = try await send("PUT", "/resources/-x", Self.body(1))
        #expect(try id.status == 422 && id.faults == ["id invalid_id"])
        let table = try await platform.send(
            "POST", "/resources/batches", headers: ["Content-Type": "text/csv"], body: Data("a,b\n1,2\n".utf8))
        #expect(try table.status == 422 && table.faults == ["csv wrong_header"])
        #expect(try await rita.get("/resources").json["items"] == [])
    }
}
