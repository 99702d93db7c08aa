import Basics
import Directory
import Foundation
import Onboarding
import OneTimePassword
import TestSupport
import Testing

@testable import Web

@Suite("Pages of people and clouds", .timeLimit(.minutes(60)))
struct PeoplePageTests {
    private typealias Two = RequestPageTests.Two

    private static let posts = ["reset", "suspend", "resume", "close", "propose"]

    @Test("list an organization's people with their profiles, and say whose authenticator is missing")
    func list() async throws {
        let two = try await Two()
        try await two.world.account()
        try await two.world.account("ben@acme.example", grants: [("default", "STD")])
        let list = try await two.rita.get("/people")
        for words in [
            "Alice Martin", "Default: STD, Production (prod): OPE", "ben@acme.example", "security representative",
        ] {
            #expect(list.text.contains(words), "\(words)")
        }
        #expect(!list.text.contains("globex"))
        let cloud = try await two.rita.get("/clouds/acme/prod")
        #expect(cloud.text.contains("Operator (OPE)") && cloud.text.contains("Alice Martin"))
        #expect(cloud.text.contains(">active<") && !cloud.text.contains("ben@acme.example"))
        let first = try await two.rita.get("/clouds/acme/default")
        #expect(first.text.contains("ben@acme.example") && first.text.contains("not needed"))
        #expect(try await two.rita.get("/clouds").text.contains("href=\"/clouds/acme/prod\""))
    }

    @Test("each action is a request of its own, and wants a fresh code where the rules want one")
    func actions() async throws {
        let two = try await Two()
        let account = try await two.world.account()
        let alice = try await two.world.person(account.email.text).id
        let rita = try await two.site.browser(of: two.acme)
        let page = try await rita.get("/people/\(alice)")
        for words in ["A new authenticator", "Suspend the account", "Close the account", "Change profiles"] {
            #expect(page.text.contains(words), "\(words)")
        }
        #expect(!page.text.contains("Resume the account"))
        let refused = try await rita.submit("/people/\(alice)/suspend", ["reason": " ", "until": "2020-01-01"])
        #expect(refused.status == 422 && refused.text.contains("<details open>"))
        two.world.clock.skip(seconds: 600)
        let stale = try await rita.submit("/people/\(alice)/suspend", ["reason": "Laptop stolen", "until": ""])
        #expect(stale.status == 401 && stale.text.contains("action=\"/people/\(alice)/suspend\""))
        #expect(try await two.world.person(account.email.text).state == .active)
        let code = try #require(two.acme.totp).code(at: two.world.clock.now)
        let done = try await rita.submit(
            "/people/\(alice)/suspend", ["reason": "Laptop stolen", "until": "", "step-up-code": code])
        let request = try #require(done.location)
        #expect(try await two.world.person(account.email.text).state == .suspended)
        #expect(try await rita.get(request).text.contains("Suspension"))
        #expect(try await rita.get("/people/\(alice)").text.contains("Resume the account"))
        #expect(try await rita.submit("/people/\(alice)/resume", ["reason": "Found"]).status == 303)
        let lost = try await rita.submit("/people/\(alice)/reset", ["reason": "Phone lost"])
        #expect(try await rita.get(try #require(lost.location)).text.contains("New authenticator"))
        // One request about an account at a time: nothing of the kind is offered meanwhile.
        #expect(!(try await rita.get("/people/\(alice)").text.contains("Change profiles")))
        #expect(try await rita.submit("/people/\(alice)/reset", ["reason": "Again"]).status == 409)
        let closed = try await rita.submit("/people/\(alice)/close", ["reason": "Left"])
        #expect(closed.status == 303)
        #expect(try await two.world.person(account.email.text).state == .closed)
        #expect(try await rita.get("/people/\(alice)").text.contains("Ask for an account again"))
    }

    @Test("a colleague is proposed as representative, another cloud is asked for")
    func proposals() async throws {
        let two = try await Two()
        try await two.world.account()
        let alice = try await two.world.person("alice@acme.example").id
        let page = try await two.rita.get("/people/\(alice)")
        #expect(page.text.contains("<option value=\"rita@acme.example\">Rita Weiss</option>"))
        let proposed = try await two.rita.submit(
            "/people/\(alice)/propose", ["reason": "Rita retires", "replaces": "rita@acme.example"])
        let request = try await two.rita.get(try #require(proposed.location))
        #expect(request.text.contains("Change of representative") && request.text.contains("Rita Weiss"))
        _ = try await two.rita.get("/clouds")
        let cloud = ["org": "acme", "name": "Data <lake>", "reason": "Analytics"]
        let asked = try await two.rita.submit("/clouds", cloud)
        #expect(try await two.rita.get(try #require(asked.location)).text.contains("Data &lt;lake&gt; (data-lake)"))
        let twice = try await two.rita.submit("/clouds", cloud)
        #expect(twice.status == 422 && twice.text.contains("value=\"Data &lt;lake&gt;\""))
    }

    @Test("show nothing of another organization, and let nothing be done there")
    func isolation() async throws {
        let two = try await Two()
        try await two.world.account()
        let alice = try await two.world.person("alice@acme.example").id
        let missing = "01arz3ndektsv4rrffq69g5fav"
        _ = try await two.stranger.get("/people")
        for (path, other) in [
            ("/people/\(alice)", "/people/\(missing)"), ("/people?org=acme", "/people?org=nowhere"),
            ("/clouds?org=acme", "/clouds?org=nowhere"), ("/clouds/acme/prod", "/clouds/nowhere/prod"),
        ] {
            let (theirs, nobodys) = (try await two.stranger.get(path), try await two.stranger.get(other))
            #expect(theirs.status == 404 && nobodys.status == 404, "\(path)")
            #expect(RequestPageTests.plain(theirs.text, path) == RequestPageTests.plain(nobodys.text, other), "\(path)")
            #expect(!theirs.text.contains("alice@"))
        }
        for step in Self.posts {
            let fields = ["reason": "Mischief", "until": "", "replaces": ""]
            #expect(try await two.stranger.submit("/people/\(alice)/\(step)", fields).status == 404)
        }
        #expect(
            try await two.stranger.submit("/clouds", ["org": "acme", "name": "Mine", "reason": "Mischief"]).status
                == 404)
        #expect(try await two.world.person("alice@acme.example").state == .active)
        // A cloud of the right name is looked for in the organization of the path only.
        #expect(try await two.stranger.get("/clouds/globex/prod").status == 200)
        #expect(try await two.rita.get("/clouds/acme/nowhere").status == 404)
    }

    @Test("whoever has no duty sees themselves and nobody else, and is offered nothing")
    func holder() async throws {
        let two = try await Two()
        let account = try await two.world.account()
        let alice = try await two.world.person(account.email.text).id
        let rita = try await two.world.person("rita@acme.example").id
        let browser = try await two.site.browser(of: account)
        let own = try await browser.get("/people/\(alice)")
        #expect(own.status == 200 && !own.text.contains("<details"))
        #expect(try await browser.get("/people/\(rita)").status == 404)
        #expect(try await browser.get("/people").status == 403)
        #expect(try await browser.get("/clouds").status == 403)
        #expect(try await browser.get("/clouds/acme/prod").status == 404)
        #expect(try await browser.submit("/people/\(alice)/close", ["reason": "Enough"]).status == 403)
        // Their own requests have no navigation to what is not theirs.
        #expect(!(try await browser.get("/requests").text.contains("href=\"/people\"")))
    }

    @Test("every form of these pages is refused to another site")
    func forged() async throws {
        let two = try await Two()
        let id = try await two.world.submit()
        try await two.world.account("ben@acme.example")
        let ben = try await two.world.person("ben@acme.example").id
        _ = try await two.rita.get("/people")
        let posts = two.site.routes.filter { $0.method == "POST" }.map(\.path).filter { path in
            ["/requests", "/people", "/clouds"].contains { path.hasPrefix($0) }
        }
        #expect(posts.count >= 13)
        for path in posts where !path.hasSuffix("/decide") {
            let filled = path.replacing("{id}", with: id.text).replacing("{person}", with: ben.text)
                .replacing("{batch}", with: id.text)
            let forged = ["form": String(repeating: "0", count: 64), "reason": "Mischief", "org": "acme", "name": "M"]
            let answer =
                path == "/requests/import"
                ? try await two.rita.upload(filled, forged, csv: [0x61]) : try await two.rita.submit(filled, forged)
            #expect(answer.status == 403, "\(path)")
        }
        #expect(try await two.world.person("ben@acme.example").state == .active)
    }
}
