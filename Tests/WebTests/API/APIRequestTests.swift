import Basics
import Foundation
import TestSupport
import Testing

@Suite("API: requests", .timeLimit(.minutes(60)))
struct APIRequestTests {
    static let submission: JSON = [
        "organization": "acme", "email": "alice@acme.example", "name": "Alice Martin",
        "grants": [["cloud": "prod", "profile": "OPE"], ["cloud": "default", "profile": "STD"]],
        "reason": "Joins the release team",
    ]

    @Test("leads from the request to the grant, by programs alone")
    func journey() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        let (hers, his) = (try await site.program(of: rita), try await site.program(of: marie))
        let made = try await hers.post("/requests", Self.submission)
        #expect(made.status == 201)
        let id = try made.json["id"].text
        #expect(made.location == "https://usher.example/api/v1/requests/\(id)")
        let inbox = try await his.get("/inbox")
        #expect(try inbox.json["items"][0]["id"].text == id)
        let shown = try await his.get("/requests/\(id)?history=true")
        #expect(try shown.json["history"].list.count >= 1)
        let question = try await his.post("/requests/\(id)/questions", ["text": "Why Operator?"])
        #expect(question.status == 200)
        let answer = try await hers.post("/requests/\(id)/answers", ["text": "She runs the releases."])
        #expect(answer.status == 200)
        let tag = try #require(try await his.get("/requests/\(id)").headers["etag"])
        let decided = try await his.post(
            "/requests/\(id)/decisions",
            ["decision": "approve", "items": [["cloud": "prod", "profile": "STD"], ["cloud": "default"]]],
            headers: ["If-Match": tag])
        #expect(decided.status == 200)
        #expect(try decided.json["items"][0]["profile"] == "STD")
        #expect(try decided.json["items"][0]["asked"] == "OPE")
        _ = try await site.world.enrol("alice@acme.example")
        let decision = try await hers.get(
            "/decisions?person=alice%40acme.example&action=create-instance&cloud=acme%2Fprod")
        #expect(try decision.json["decision"] == "deny")
        #expect(try decision.json["reason"] == "profile_too_low")
        let alice = try await hers.get("/people/alice@acme.example")
        #expect(try alice.json["grants"].list.count == 2)
    }

    @Test("a decision that is bound to what changed since is refused, by tag and by shown")
    func binding() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        let id = try await site.world.submit().text
        let his = try await site.program(of: marie)
        let seen = try await his.get("/requests/\(id)")
        let tag = try #require(seen.headers["etag"])
        #expect(try await his.get("/requests/\(id)", headers: ["If-None-Match": tag]).status == 304)
        let part: JSON = ["decision": "approve", "items": [["cloud": "prod"]]]
        #expect(try await his.post("/requests/\(id)/decisions", part, headers: ["If-Match": tag]).status == 200)
        let rest: JSON = ["decision": "approve"]
        let stale = try await his.post("/requests/\(id)/decisions", rest, headers: ["If-Match": tag])
        #expect(stale.status == 412)
        #expect(try stale.json["code"] == "changed")
        let shown = try seen.json["shown"]
        let other: JSON = ["decision": "approve", "shown": shown]
        #expect(try await his.post("/requests/\(id)/decisions", other).status == 409)
        let now = try #require(try await his.get("/requests/\(id)").headers["etag"])
        #expect(try await his.post("/requests/\(id)/decisions", rest, headers: ["If-Match": now]).status == 200)
        _ = rita
    }

    @Test("the same key gives the same request, and another request under it is a conflict")
    func idempotency() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let program = try await site.program(of: rita)
        let key = ["Idempotency-Key": "4a2e-1"]
        let first = try await program.post("/requests", Self.submission, headers: key)
        let second = try await program.post("/requests", Self.submission, headers: key)
        #expect(first.status == 201 && second.status == 201)
        #expect(try first.json["id"] == second.json["id"])
        for (member, value) in [("email", "bob@acme.example"), ("reason", "Something else"), ("until", "2027-06-30")] {
            let other = Self.submission.with(member, .string(value))
            #expect(try await program.post("/requests", other, headers: key).status == 409, "\(member)")
        }
        #expect(try await program.get("/requests?mine=true").json["items"].list.count == 1)
    }

    @Test("a dry run says what would be, saves nothing, and is echoed; what cannot be tried out is refused")
    func dryRun() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let program = try await site.program(of: rita)
        let dry = ["Usher-Dry-Run": "true"]
        let answer = try await program.post("/requests", Self.submission, headers: dry)
        #expect(answer.status == 200)
        #expect(answer.headers["usher-dry-run"] == "true")
        #expect(try answer.json["state"] == "dry-run")
        #expect(try await program.get("/requests?mine=true").json["items"].list.isEmpty)
        let id = try await site.world.submit().text
        let refused = try await program.post("/requests/\(id)/cancellation", nil, headers: dry)
        #expect(try refused.status == 422 && refused.faults == ["Usher-Dry-Run unsupported"])
        #expect(try await program.get("/requests/\(id)").json["items"][0]["state"] == "waiting")
        let misspelt = try await program.post("/requests", Self.submission, headers: ["Usher-Dry-Run": "yes"])
        #expect(misspelt.status == 422)
    }

    @Test("a CSV is answered row by row; with all-or-nothing one bad row refuses it")
    func batch() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let program = try await site.program(of: rita)
        let csv = """
            email,name,locale,grants,until,reason
            ann@acme.example,Ann,en,prod=STD,,Joins
            bob@acme.example,Bob,en,nowhere=STD,,Joins

            """
        func submit(_ query: String, _ headers: [String: String] = [:]) async throws -> Answer {
            try await program.send(
                "POST", "/requests/batches?organization=acme\(query)",
                headers: headers.merging(["Content-Type": "text/csv"]) { $1 }, body: Data(csv.utf8))
        }
        for answer in [
            try await submit("", ["Usher-Dry-Run": "true"]), try await submit("&allOrNothing=true"),
        ] {
            #expect(answer.status == 200)
            #expect(try answer.json["refused"] == 1)
            #expect(try await program.get("/requests?mine=true").json["items"].list.isEmpty)
        }
        let answer = try await submit("")
        #expect(try answer.json["items"][0]["accepted"] == true)
        #expect(try answer.json["items"][1]["faults"][0]["code"] == "unknown_cloud")
        #expect(try await program.get("/requests?mine=true").json["items"].list.count == 1)
        let many = "email,name,locale,grants,until,reason\n" + String(repeating: "a@b.example,A,,,,\n", count: 1_001)
        let long = try await program.send(
            "POST", "/requests/batches?organization=acme", headers: ["Content-Type": "text/csv"], body: Data(many.utf8))
        #expect(long.status == 202)
    }

    @Test("lists are pages whose links lead on to the end, each element once")
    func pages() async throws {
        let (site, _, rita) = try await Site.withAcme()
        for number in 0..<5 { _ = try await site.world.submit("p\(number)@acme.example", grants: [("prod", "STD")]) }
        let program = try await site.program(of: rita)
        var path: String? = "/requests?mine=true&organization=acme&limit=2"
        var seen: [String] = []
        while let next = path {
            let answer = try await program.get(next)
            seen += try answer.json["items"].list.map { try $0["id"].text }
            path = answer.headers["link"].map {
                let prefix = "<https://usher.example/api/v1"
                #expect($0.hasPrefix(prefix) && $0.hasSuffix(">; rel=\"next\""))
                return String($0.dropFirst(prefix.count).prefix { $0 != ">" })
            }
            #expect((path == nil) == (try answer.json["next"] == .null))
        }
        #expect(seen.count == 5)
        #expect(seen == seen.sorted(by: >))
    }

    @Test("filters that are not known, wrong or given twice are refused rather than passed over")
    func filters() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let program = try await site.program(of: rita)
        for (query, faults) in [
            ("organisation=acme", ["organisation unknown_parameter"]), ("mine=yes", ["mine wrong_type"]),
            ("limit=0", ["limit out_of_range"]), ("limit=ten", ["limit wrong_type"]),
            ("mine=true&mine=true", ["mine duplicate"]), ("after=x", ["after bad_cursor"]),
            // Who forgets a value is not told of everybody.
            ("organization=", ["organization empty"]), ("organization", ["organization empty"]),
            ("state=&mine=", ["state empty", "mine empty"]),
        ] {
            let answer = try await program.get("/requests?\(query)")
            #expect(answer.status == 422, "\(query)")
            #expect(try answer.faults == faults, "\(query)")
        }
    }
}

@Suite("API: bodies", .timeLimit(.minutes(60)))
struct APIBodyTests {
    @Test("faults name their member by its path, all at once")
    func faults() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let program = try await site.program(of: rita)
        let body: JSON = [
            "organization": 7, "email": "alice@acme.example", "grants": [["cloud": "prod"], "x", ["clowd": "prod"]],
            "reason": .null, "colour": "red",
        ]
        let answer = try await program.post("/requests", body)
        #expect(answer.status == 422)
        #expect(
            try Set(answer.faults) == [
                "organization wrong_type", "name required", "grants[0].profile required", "grants[1] wrong_type",
                "grants[2].cloud required", "grants[2].profile required", "grants[2].clowd unknown_member",
                "reason required", "colour unknown_member",
            ])
        // What a use case finds fault with is told in the same way.
        var wrong = try APIRequestTests.submission.members
        wrong["email"] = "not an address"
        wrong["grants"] = [["cloud": "nowhere", "profile": "XXX"]]
        let refused = try await program.post("/requests", .object(wrong))
        #expect(
            try Set(refused.faults) == [
                "email invalid_email", "grants[0].cloud unknown_cloud", "grants[0].profile unknown_profile",
            ])
    }

    @Test("hundreds of wrong members are answered by a hundred faults")
    func manyFaults() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let program = try await site.program(of: rita)
        let members = JSON.Members((0..<1_500).map { ("m\($0)", JSON.integer(1)) }) { first, _ in first }
        let answer = try await program.send(
            "POST", "/requests", headers: ["Content-Type": "application/json"],
            body: JSON.object(members).data(pretty: false))
        #expect(answer.status == 422)
        #expect(try answer.faults.count == 100)
    }

    @Test("what is no JSON, of another type, or too large, has a status of its own")
    func malformed() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let program = try await site.program(of: rita)
        let deep = String(repeating: "[", count: 20_000)
        let nested = String(repeating: "{\"a\":", count: 400) + "1" + String(repeating: "}", count: 400)
        for (body, type, status) in [
            ("{", "application/json", 400), ("", "application/json", 400), ("[]", "application/json", 400),
            ("\"x\"", "application/json", 400), ("{\"email\":\"\\ud800\"}", "application/json", 400),
            (deep, "application/json", 400), (nested, "application/json", 400), ("{}", "application/json", 422),
            ("{}", "application/json; charset=utf-8", 422), ("{}", "text/plain", 415), ("{}", "", 415),
            ("a=b", "application/x-www-form-urlencoded", 415),
            ("{\"email\":\"" + String(repeating: "x", count: 70_000) + "\"}", "application/json", 413),
        ] {
            let answer = try await program.send(
                "POST", "/requests", headers: ["Content-Type": type], body: Data(body.utf8))
            #expect(answer.status == status, "\(body.prefix(40)) as \(type)")
            #expect(answer.headers["content-type"] == "application/problem+json")
            if status == 413 { #expect(answer.text.contains("64 KiB"), "\(answer.text)") }
        }
        let bytes = try await program.send(
            "POST", "/requests", headers: ["Content-Type": "application/json"], body: Data([0x7B, 0xFF, 0x7D]))
        #expect(bytes.status == 400)
    }
}

@Suite("API: limits", .timeLimit(.minutes(60)))
struct APILimitTests {
    @Test("says how many calls are left, and when there are none how long to wait")
    func limits() async throws {
        let (site, _, rita) = try await Site.withAcme(callsPerMinute: 10)
        let program = try await site.program(of: rita)
        // Proving the code was the first of Rita's own calls.
        let first = try await program.get("/inbox")
        #expect(first.headers["ratelimit-policy"] == "\"calls\";q=10;w=60")
        #expect(first.headers["ratelimit"] == "\"calls\";r=8;t=12")
        for _ in 0..<8 { #expect(try await program.get("/inbox").status == 200) }
        let refused = try await program.get("/inbox")
        #expect(refused.status == 429)
        #expect(refused.headers["retry-after"] == "6")
        #expect(refused.headers["ratelimit"] == "\"calls\";r=0;t=6")
        #expect(refused.headers["x-request-id"] == (try refused.json["request"].text))
        site.world.clock.skip(seconds: 6)
        #expect(try await program.get("/inbox").status == 200)
    }
}
