import Basics
import Defaults
import Directory
import Foundation
import Onboarding
import Records
import TestSupport
import Testing
import Translation
import Web
import Workflow

@Suite("Request pages", .timeLimit(.minutes(60)))
struct RequestPageTests {
    /// Acme and globex, each with its representative, who are signed in.
    struct Two {
        let site: Site
        let rita: Browser
        let stranger: Browser
        let marie: Enrolled
        let acme: Enrolled

        init() async throws {
            let world = try TestInstallation()
            marie = try await world.manager()
            acme = try await world.organization()
            let globex = try await world.organization("globex")
            site = try await Site(world)
            rita = try await site.browser(of: acme)
            stranger = try await site.browser(of: globex)
        }

        var world: TestInstallation { site.world }

        func count() async throws -> Int {
            try await world.usher.requests(
                organization: "acme", mine: false, state: nil, overdue: false, PageRequest(), by: world.owner
            ).items.count { $0.workflow == "account-request" }
        }
    }

    static let form = [
        "org": "acme", "email": "alice@acme.example", "name": "Alice Martin", "locale": "en", "grant.prod": "OPE",
        "grant.default": "", "until": "", "reason": "Joins the release team", "key": "k1",
    ]

    @Test("ask for access, and follow where the request stands")
    func journey() async throws {
        let two = try await Two()
        let asked = try await two.rita.get("/requests/new")
        for words in ["Production", "Operator (OPE)", "needs an authenticator", "create-instance", "name=\"key\""] {
            #expect(asked.text.contains(words), "\(words)")
        }
        let sent = try await two.rita.submit("/requests/new", Self.form)
        let place = try #require(sent.location)
        let page = try await two.rita.get(place)
        #expect(page.status == 200)
        for words in [
            "Alice Martin", "Waits for a decision", "Marie Durand (delivery manager)", "The request was sent",
            "Joins the release team", "Rita Weiss", "Operator (OPE)", "Take this request back", "Europe/Paris",
        ] {
            #expect(page.text.contains(words), "\(words)")
        }
        #expect(!page.text.contains("Decide</a>"))
        let list = try await two.rita.get("/requests")
        #expect(list.text.contains("href=\"/requests/\(try self.id(place))\""))
        #expect(try await two.rita.get("/requests?view=overdue").text.contains("There is nothing here"))
        #expect(try await two.rita.get("/requests?view=mine").text.contains("Alice Martin"))
        #expect(list.text.contains("href=\"/requests?view=all\""))
        #expect(try await two.rita.get("/requests?org=").status == 200)
        let decides = try await two.site.browser(of: two.marie, language: "fr").get(place)
        #expect(decides.text.contains("/decide\">Décider"))
        #expect(decides.text.contains("En attente d’une décision"))
    }

    private func id(_ place: String) throws -> String {
        String(try #require(place.split(separator: "/").last?.split(separator: "?").first))
    }

    @Test("answer a question, take a request back")
    func answer() async throws {
        let two = try await Two()
        let id = try await two.world.submit()
        _ = try await two.world.usher.ask(
            id, question: "For <which> project?", by: two.world.actor("marie@provider.example"))
        let page = try await two.rita.get("/requests/\(id)")
        #expect(page.text.contains("For &lt;which&gt; project?"))
        #expect(try await two.rita.get("/requests").text.contains("Waits for you"))
        let empty = try await two.rita.submit("/requests/\(id)/answer", ["text": " "])
        #expect(empty.status == 422)
        #expect(
            try await two.rita.submit("/requests/\(id)/answer", ["text": "Borealis"]).location
                == "/requests/\(id)?done=answered")
        // It is with the manager again, so a second answer is none.
        #expect(try await two.rita.submit("/requests/\(id)/answer", ["text": "Borealis"]).status == 409)
        #expect(
            try await two.rita.submit("/requests/\(id)/cancel", [:]).location == "/requests/\(id)?done=cancelled")
        let over = try await two.rita.get("/requests/\(id)?done=cancelled")
        #expect(over.text.contains("Borealis") && over.text.contains("was taken back"))
        #expect(!over.text.contains("Take this request back"))
        // What has ended is among all requests only.
        #expect(!(try await two.rita.get("/requests").text.contains("Alice Martin")))
        #expect(try await two.rita.get("/requests?view=all").text.contains("Alice Martin"))
    }

    @Test("a decision is told in the words of the reader")
    func decision() async throws {
        let two = try await Two()
        let id = try await two.world.submit()
        let marie = try await two.world.actor("marie@provider.example")
        _ = try await two.world.usher.reject(id, clouds: ["default"], reason: "Not here. Ask later.", by: marie)
        try await two.world.approve(id, [ItemDecision(cloud: "prod", lowered: "STD")])
        let page = try await two.rita.get("/requests/\(id)").text
        #expect(page.contains("Default: Standard (STD) refused\nNot here. Ask later."))
        #expect(page.contains("Production (prod): Standard (STD) approved instead of Operator (OPE)"))
        let french = try await two.site.browser(of: two.marie).get("/requests/\(id)").text
        #expect(french.contains("Default\u{A0}: Standard (STD) refusé"))
    }

    @Test("an invitation is sent again by whoever asked, with a wait in between")
    func invitation() async throws {
        let two = try await Two()
        let id = try await two.world.submit()
        try await two.world.approve(id)
        func link() -> String? { two.world.mailer.mails(to: "alice@acme.example").last?.text("token") }
        let first = link()
        #expect(try await two.rita.get("/requests/\(id)").text.contains("Send the invitation again"))
        #expect(
            try await two.rita.submit("/requests/\(id)/invitation", [:]).location == "/requests/\(id)?done=invited")
        #expect(link() != first)
        #expect(try await two.rita.submit("/requests/\(id)/invitation", [:]).status == 429)
    }

    @Test("show nothing of another organization, not even that it is there")
    func isolation() async throws {
        let two = try await Two()
        let id = try await two.world.submit()
        let alice = try await two.world.person("alice@acme.example").id
        let missing = "01arz3ndektsv4rrffq69g5fav"
        _ = try await two.stranger.get("/requests")
        func same(_ path: String, _ other: String) async throws {
            let (theirs, nobodys) = (try await two.stranger.get(path), try await two.stranger.get(other))
            #expect(theirs.status == 404 && nobodys.status == 404, "\(path)")
            #expect(Self.plain(theirs.text, path) == Self.plain(nobodys.text, other), "\(path)")
            #expect(!theirs.text.contains("alice@"))
        }
        try await same("/requests/\(id)", "/requests/\(missing)")
        try await same("/requests/new?person=\(alice)", "/requests/new?person=\(missing)")
        try await same("/requests/new?org=acme", "/requests/new?org=nowhere")
        try await same("/requests?org=acme", "/requests?org=nowhere")
        for step in ["answer", "cancel", "invitation"] {
            #expect(try await two.stranger.submit("/requests/\(id)/\(step)", ["text": "x"]).status == 404)
        }
        #expect(try await two.stranger.submit("/requests/new", Self.form).status == 404)
        #expect(try await two.world.view(id).state == "approval")
        #expect(!(try await two.stranger.get("/requests").text.contains("Alice")))
    }

    /// Without what every page has of its own: the number of the request, the name that was asked for.
    static func plain(_ page: String, _ path: String) -> String {
        let names = path.split { "/=?".contains($0) }.map(String.init).filter { !["people", "requests"].contains($0) }
        return names.reduce(page.replacing(/[0-9a-f]{32,64}/, with: "")) { $0.replacing($1, with: "") }
    }

    @Test("a form that another site sent submits nothing; one that is sent twice submits once")
    func once() async throws {
        let two = try await Two()
        _ = try await two.rita.get("/requests/new")
        let forged = Self.form.merging(["form": String(repeating: "0", count: 64)]) { $1 }
        #expect(try await two.rita.submit("/requests/new", forged).status == 403)
        #expect(try await two.count() == 0)
        let (first, second) = (
            try await two.rita.submit("/requests/new", Self.form), try await two.rita.submit("/requests/new", Self.form)
        )
        #expect(first.location != nil && first.location == second.location)
        #expect(try await two.count() == 1)
        // The same form with another person is another request: refused under this key, and sent under a new one.
        let other = Self.form.merging(["email": "bob@acme.example"]) { $1 }
        let refused = try await two.rita.submit("/requests/new", other)
        #expect(refused.status == 409)
        let key = String(try #require(refused.text.firstMatch(of: /name="key" value="([0-9a-f]{32})"/)).1)
        #expect(try await two.rita.submit("/requests/new", other.merging(["key": key]) { $1 }).status == 303)
        #expect(try await two.count() == 2)
    }

    @Test("every fault is told beside its field, and nothing that was typed is lost or run as HTML")
    func faults() async throws {
        let two = try await Two()
        _ = try await two.rita.get("/requests/new")
        let bad = try await two.rita.submit(
            "/requests/new",
            Self.form.merging([
                "email": "no address", "name": "<script>alert(1)</script>", "until": "2020-01-01", "reason": "",
                "grant.prod": "XXX",
            ]) { $1 })
        #expect(bad.status == 422)
        #expect(!bad.text.contains("<script>alert") && bad.text.contains("&lt;script&gt;alert"))
        for id in ["email-wrong", "until-wrong", "reason-wrong", "grant-prod-wrong"] {
            #expect(bad.text.contains("id=\"\(id)\""), "\(id)")
        }
        let long = try await two.rita.submit(
            "/requests/new", Self.form.merging(["name": String(repeating: "n", count: 10_000)]) { $1 })
        #expect(long.status == 422)
        #expect(long.text.contains("at most 200 characters"))
        let none = try await two.rita.submit("/requests/new", Self.form.merging(["grant.prod": ""]) { $1 })
        #expect(none.text.contains("at least one cloud"))
        #expect(try await two.count() == 0)
        let named = try await two.rita.submit(
            "/requests/new", Self.form.merging(["name": "A <b>bold</b> \"one\""]) { $1 })
        let page = try await two.rita.get(try #require(named.location))
        #expect(!page.text.contains("<b>bold") && page.text.contains("A &lt;b&gt;bold&lt;/b&gt;"))
    }

    @Test("whoever has no duty is offered nothing, and sees what is about themselves")
    func holder() async throws {
        let two = try await Two()
        let account = try await two.world.account()
        let alice = try await two.site.browser(of: account)
        let list = try await alice.get("/requests")
        #expect(list.status == 200 && !list.text.contains("/requests/new"))
        #expect(try await alice.get("/requests/new").status == 403)
        #expect(try await alice.submit("/requests/new", Self.form).status == 404)
    }

    @Test("profiles of somebody who has an account are changed from what they have")
    func change() async throws {
        let two = try await Two()
        try await two.world.account()
        let person = try await two.world.person("alice@acme.example")
        let form = try await two.rita.get("/requests/new?person=\(person.id)")
        #expect(form.text.contains("As now: Operator (OPE)") && form.text.contains("readonly"))
        let wish = Self.form.merging(["person": person.id.text]) { $1 }
        let same = try await two.rita.submit("/requests/new", wish)
        #expect(same.status == 422 && same.text.contains("has the profile OPE in this cloud already"))
        #expect(same.text.contains("As now: Standard (STD)"))
        let sent = try await two.rita.submit("/requests/new", wish.merging(["grant.prod": "POW"]) { $1 })
        #expect(try await two.rita.get(try #require(sent.location)).text.contains("Change of profile"))
    }

    @Test("what the shipped workflows call their states, parts and events has words")
    func words() throws {
        let words = Words(try Translations(Site.templates))
        func require(_ kind: String, _ name: String) {
            #expect(words.text("\(kind).\(name)", in: .english) != nil, "templates/words/en.po: \(kind).\(name)")
        }
        let library = DefinitionLibrary(try TestInstallation.shipped.get())
        for definition in library.current.values {
            require("workflow", definition.name)
            definition.states.forEach { require("state", $0.name) }
            definition.parts.forEach { require("part", $0.name) }
        }
        Run.Item.State.allCases.forEach { require("item", $0.rawValue) }
        AccountState.allCases.forEach { require("person", $0.rawValue) }
        Duty.allCases.forEach { require("duty", $0.rawValue) }
    }
}
