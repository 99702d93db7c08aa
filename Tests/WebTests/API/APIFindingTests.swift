import Basics
import Directory
import Foundation
import Onboarding
import Operations
import Records
import TestSupport
import Testing

@Suite("API: looking for things", .timeLimit(.minutes(60)))
struct APIFindingTests {
    @Test("search finds people and requests, of what the caller may see")
    func search() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        let id = try await site.world.submit("zoe@acme.example")
        try await site.world.organization("globex", manager: "gina@provider.example")
        let stranger = try await site.program(of: try await site.world.enrol("gina@provider.example"))
        for who in [marie, rita] {
            let found = try await site.program(of: who).get("/search?q=zoe%40").json
            #expect(found["people"][0]["email"] == "zoe@acme.example")
            #expect(found["people"][0]["organization"] == "acme")
            #expect(try found["requests"][0]["id"].text == id.text)
        }
        for text in ["zoe%40", id.text] {
            let none = try await stranger.get("/search?q=\(text)").json
            #expect(try none["people"].list.isEmpty)
            #expect(try none["requests"].list.isEmpty)
        }
        let short = try await stranger.get("/search?q=z")
        #expect(short.status == 422)
        #expect(try short.json["faults"][0]["field"] == "q")
    }

    @Test("who has what in a cloud, page by page, for whoever looks after the organization")
    func grants() async throws {
        let (site, _, rita) = try await Site.withAcme()
        try await site.world.account("alice@acme.example")
        try await site.world.account("bob@acme.example")
        let program = try await site.program(of: rita)
        let first = try await program.get("/organizations/acme/clouds/prod/grants?limit=1")
        #expect(try first.json["items"].list.count == 1)
        #expect(try first.json["items"][0]["mfa"] == "active")
        let link = try #require(first.headers["link"]?.split(separator: ">").first?.dropFirst())
        let second = try await program.get(String(link.replacing("https://usher.example/api/v1", with: "")))
        let people = try [first, second].map { try $0.json["items"][0]["person"]["email"].text }
        #expect(Set(people) == ["alice@acme.example", "bob@acme.example"])
        #expect(try await program.get("/organizations/acme/clouds/none/grants").status == 404)
    }

    @Test("operators see how the service fares, where requests rest, and find what the trail says of somebody")
    func operation() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        let olga = try await site.program(of: try await site.world.operatorByDuty())
        let id = try await site.world.submit()
        let status = try await olga.get("/operation").json
        #expect(status["inbox"] == 1 && status["effects"]["parked"] == 0)
        #expect(status["database"]["kind"] == "sqlite")
        let runs = try await olga.get("/workflows/account-request/runs").json["items"]
        #expect(try runs.list.contains(["version": 2, "state": "approval", "ended": false, "count": 1]))
        let found = try await olga.get("/audit?request=\(id.text)&actor=rita%40acme.example&addresses=true")
        #expect(try found.json["items"].list.map { $0["action"] } == ["request.start"])
        #expect(try found.json["addresses"].texts.values.contains("rita@acme.example"))
        // What is looked for comes newest first, the whole trail oldest first.
        let latest = try await olga.get("/audit?from=2000-01-01&limit=2").json["items"]
        let numbers = try latest.list.compactMap { $0["sequence"].number }
        #expect(numbers.count == 2 && numbers == numbers.sorted(by: >))
        #expect(try await olga.get("/audit?limit=1").json["items"][0]["sequence"] == 1)
        #expect(try await olga.get("/audit?from=yesterday").json["faults"][0]["field"] == "from")
        let unknown = try await olga.get("/audit?organization=nobody&from=yesterday")
        #expect(try unknown.faults == ["organization unknown", "from invalid_date"])
        // Nor does any other list take one that is not there for one that has nothing.
        for operation in APIOperation.all
        where operation.parameters.contains("organization") && operation.method == .get {
            let path = operation.path.replacing("{slug}", with: "acme").replacing("{cloud}", with: "prod")
            let answer = try await olga.get("\(path)?organization=nobody")
            #expect([404, 422].contains(answer.status), "\(path): \(answer.text)")
        }
        let acme = try #require(try await site.world.store.read { try $0.organization(slug: "acme") }).id.text
        for name in ["acme", acme] {
            #expect(try await olga.get("/audit?organization=\(name)").json["items"] != [])
        }
        for program in [try await site.program(of: marie), try await site.program(of: rita)] {
            for path in ["/operation", "/workflows/account-request/runs", "/audit?actor=x"] {
                #expect(try await program.get(path).status == 403, "\(path)")
            }
        }
    }
}
