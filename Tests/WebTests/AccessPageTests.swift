import Basics
import Records
import TestSupport
import Testing
import Workflow

@Suite("Pages: access", .timeLimit(.minutes(60)))
struct AccessPageTests {
    @Test("show who may do what and who approved it, in the reader's language, and as a file")
    func list() async throws {
        let (site, marie, rita) = try await Site.withAcme()
        try await site.world.account(grants: [("prod", "OPE"), ("default", "STD")])
        // Pages are in the language of who reads them.
        for (who, title) in [(rita, "Who may do what"), (marie, "Qui peut faire quoi")] {
            let page = try await site.browser(of: who).get("/access?cloud=acme/prod")
            #expect(page.status == 200)
            #expect(page.text.contains("<h1>\(title)</h1>"))
            #expect(page.text.contains("alice@acme.example") && page.text.contains("marie@provider.example"))
        }
        let browser = try await site.browser(of: rita)
        let file = try await browser.get("/access/export?organization=acme")
        #expect(file.headers["content-type"] == "text/csv; charset=utf-8")
        #expect(file.text.split(separator: "\r\n").count == 3)
        #expect(try await browser.get("/clouds/acme/prod").text.contains("/access?cloud=acme/prod"))
        let refused = try await browser.get("/access?at=2999-01-01")
        #expect(refused.status == 422 && refused.text.contains("Nobody knows yet"))
        #expect(try await browser.get("/access?organization=globex").status == 404)
    }

    @Test("say why, and what would have to change, and to strangers nothing")
    func why() async throws {
        let (site, _, rita) = try await Site.withAcme()
        try await site.world.organization("globex")
        let alice = try await site.world.account(grants: [("prod", "OPE")])
        let path = "/access/why?subject=alice@acme.example&cloud=acme/prod&action=create-instance"
        for who in [alice, rita] {
            let page = try await site.browser(of: who).get(path)
            #expect(page.text.contains("Not allowed"))
            #expect(page.text.contains("The profile in this cloud is raised to Power (POW)."))
            #expect(page.text.contains("marie@provider.example"))
        }
        let stranger = try await site.browser(of: alice).get(
            "/access/why?subject=alice@acme.example&cloud=globex/prod&action=create-instance")
        #expect(stranger.status == 404 && !stranger.text.contains("Power"))
        let unasked = try await site.browser(of: rita).get("/access/why?subject=alice@acme.example&cloud=acme/prod")
        #expect(unasked.status == 200 && !unasked.text.contains("id=\"answer\""))
        let bad = try await site.browser(of: rita).get("/access/why?subject=x&cloud=acme/prod&action=create-instance")
        #expect(bad.status == 422)
    }

    @Test("let whoever reads of their own denial ask for it, once, and nobody else")
    func ask() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let alice = try await site.world.account(grants: [("prod", "OPE")])
        let path = "/access/why?subject=alice@acme.example&cloud=acme/prod&action=create-instance"
        let door = "action=\"/requests/access\""
        #expect(try await !site.browser(of: rita).get(path).text.contains(door))
        let browser = try await site.browser(of: alice)
        let page = try await browser.get(path)
        let key = try #require(page.text.firstMatch(of: /name="key" value="([0-9a-f]{32})"/)).1
        #expect(page.text.contains(door) && page.text.contains("The profile Power (POW) would be enough."))
        #expect(try await !browser.get(path.replacing("create-instance", with: "start-instance")).text.contains(door))

        var fields = [
            "cloud": "acme/prod", "action": "create-instance", "key": String(key), "reason": " ", "until": "2020-01-01",
        ]
        let refused = try await browser.submit("/requests/access", fields)
        #expect(refused.status == 422 && refused.text.contains("value=\"2020-01-01\"") && refused.text.contains(door))
        fields["reason"] = "To start machines"
        fields["until"] = ""
        let asked = try await browser.submit("/requests/access", fields)
        let place = try #require(asked.location)
        #expect(try await browser.submit("/requests/access", fields).location == place)
        fields["reason"] = "To stop them"
        #expect(try await browser.submit("/requests/access", fields).status == 409)
        #expect(try await !browser.get(path).text.contains(door))
        #expect(try await browser.get(place).text.contains("To start machines"))

        let text = try #require(place.firstMatch(of: /[0-9a-z]{26}/)).0
        let id = try #require(RequestID(String(text)))
        let request = try #require(try await site.world.store.read { try $0.request(id) })
        #expect(request.run.workflow == "access-request" && request.run.state == "confirming")
        #expect(request.requester == request.holder.map { .person($0) } && request.run.items.map(\.profile) == ["POW"])
        fields["key"] = ""
        fields["action"] = "fly"
        let unknown = try await browser.submit("/requests/access", fields)
        #expect(unknown.status == 404 && unknown.text.contains("There is no action"))
        // What is another's is told as what is not there.
        _ = try await site.world.organization("globex")
        fields["action"] = "create-instance"
        for cloud in ["globex/prod", "globex/void", "void/prod"] {
            fields["cloud"] = cloud
            let answer = try await browser.submit("/requests/access", fields)
            #expect(answer.status == 404 && answer.text.contains("There is no cloud"), "\(cloud)")
        }
    }
}
