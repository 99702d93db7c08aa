import Basics
import Directory
import Onboarding
import Records
import TestSupport
import Testing
import Translation
import Workflow

@testable import Web

/// Every workflow's task is answered from the one page, by what the workflow offers.
@Suite("Decision page of every workflow", .timeLimit(.minutes(60)))
struct DecisionWorkflowTests {
    let world: TestInstallation
    let site: Site
    let browser: Browser

    init() async throws {
        world = try TestInstallation()
        let marie = try await world.manager(language: "en")
        try await world.organization()
        site = try await Site(world)
        browser = try await site.browser(of: marie)
    }

    private func rita() async throws -> Actor { try await world.actor("rita@acme.example") }

    /// Presses a button of the page that the workflow offers.
    private func answer(
        _ id: String, _ choice: String, _ more: [String: String] = [:], by browser: Browser? = nil
    ) async throws -> Answer {
        let browser = browser ?? self.browser
        let page = try await browser.get("/requests/\(id)/decide")
        #expect(page.status == 200)
        return try await browser.submit(
            "/requests/\(id)/decide", DecisionForm(page, choice: choice).fields.merging(more) { $1 })
    }

    private func state(_ id: String) async throws -> String {
        try await world.view(try #require(Basics.RequestID(id))).state
    }

    @Test("a lost authenticator: what to mind is said, and refusing needs words")
    func mfaReset() async throws {
        try await world.account()
        let request = try await world.usher.requestFactorReset(
            of: try EmailAddress("alice@acme.example"), reason: "Fell into the lake", stolen: true,
            by: try await rita())
        let page = try await browser.get("/requests/\(request.id)/decide")
        for words in ["Call the person before you agree", "The device was stolen", "Fell into the lake"] {
            #expect(page.text.contains(words), "\(words)")
        }
        #expect(try await answer(request.id, "refuse", ["comment": " "]).status == 422)
        #expect(try await answer(request.id, "agree").status == 303)
        #expect(try await state(request.id) == "enrolment")
    }

    @Test("another cloud, asked about and answered: the manager's question comes back to them")
    func additionalCloud() async throws {
        let request = try await world.usher.requestCloud(
            organization: "acme", name: "A lake", cloudSlug: "lake", reason: "For data", by: try await rita())
        #expect(try await answer(request.id, "question", ["comment": "How large?"]).status == 303)
        #expect(try await state(request.id) == "clarification")
        _ = try await world.usher.answer(
            try #require(Basics.RequestID(request.id)), "Very.", by: try await rita())
        let page = try await browser.get("/requests/\(request.id)/decide")
        for words in ["How large?", "Very.", "A lake"] { #expect(page.text.contains(words), "\(words)") }
        #expect(try await answer(request.id, "agree").status == 303)
        #expect(try await state(request.id) == "added")
    }

    @Test("another representative")
    func representativeChange() async throws {
        let request = try await world.usher.proposeRepresentative(
            RepresentativeProposal(
                organization: "acme", email: "nora@acme.example", name: "Nora", language: "en",
                replaces: "rita@acme.example", reason: "Rita moves on"), by: try await rita())
        let page = try await browser.get("/requests/\(request.id)/decide")
        #expect(page.text.contains("In place of"))
        #expect(page.text.contains("may ask for every account"))
        #expect(try await answer(request.id, "refuse", ["comment": "Not without a call"]).status == 303)
        #expect(try await state(request.id) == "rejected")
    }

    @Test("an account for a program, and other profiles for a person: item by item")
    func items() async throws {
        try await world.account(grants: [("prod", "OPE")])
        let program = try await world.usher.requestAPIAccount(
            organization: "acme", owner: "alice@acme.example", purpose: "Reports", grants: [("prod", "STD")],
            by: try await rita())
        let change = try await world.submit(grants: [("prod", "DTM"), ("default", "POW")])
        let page = try await browser.get("/requests/\(change)/decide")
        for words in ["Held today: <strong>Operator (OPE)</strong>", "taken away: ", "Nothing is held there today"] {
            #expect(page.text.contains(words), "\(words)")
        }
        for id in [program.id, change.text] {
            let page = try await browser.get("/requests/\(id)/decide")
            let verdicts = Dictionary(
                uniqueKeysWithValues: DecisionForm.items(of: page).map { ("verdict.\($0)", "approve") })
            #expect(try await answer(id, "decide", verdicts).status == 303)
        }
        #expect(try await state(program.id) == "collection")
        #expect(try await world.view(change).items.map(\.profile) == ["DTM", "POW"])
    }

    @Test("a suspension: resumed with words and a fresh code, and never by its holder")
    func suspension() async throws {
        let alice = try await world.account(grants: [("prod", "OPE")])
        let request = try await world.usher.suspend(
            alice.email, reason: "Away without a word", by: try await rita())
        world.clock.skip(seconds: 301)
        #expect(try await answer(request.id, "resume", ["comment": "Back"]).status == 401)
        #expect(try await state(request.id) == "suspended")
        _ = try await world.usher.resume(
            alice.email, reason: "Back", by: try await world.actor("marie@provider.example"))
        #expect(try await browser.get("/requests/\(request.id)/decide").location == "/requests/\(request.id)")
    }

    @Test("an access review: each grant for itself, one's own never")
    func review() async throws {
        try await world.account(grants: [("prod", "OPE")])
        try await world.account("bob@acme.example", grants: [("prod", "STD")])
        // Rita holds access herself and has no colleague for it, so Marie is asked at once.
        let own = try await world.usher.submit(
            world.submission("rita@acme.example", grants: [("prod", "STD")]),
            by: try await world.actor("marie@provider.example"))
        try await world.deputy()
        _ = try await world.usher.appoint(
            email: "denis@provider.example", name: nil, .deliveryManager, organization: nil, language: "en",
            by: world.owner)
        try await world.approve(try #require(Basics.RequestID(own.id)), by: "denis@provider.example")
        let started = try await world.usher.startReview(
            organization: "acme", until: nil, reason: "Yearly", by: try await world.actor("marie@provider.example"))
        let id = try #require(started.review.clouds.first { $0.cloud == "prod" }).request
        let page = try await browser.get("/requests/\(id)/decide")
        for words in ["Confirm", "Withdraw", "bob@acme.example", "Rita Weiss"] {
            #expect(page.text.contains(words), "\(words)")
        }
        #expect(!page.text.contains("value=\"lower."))
        let items = DecisionForm.items(of: page)
        #expect(items.count == 3)
        #expect(try await answer(id, "decide", ["verdict.\(items[0])": "approve"]).status == 303)
        // A colleague's decision about another grant makes this one no less current.
        let before = DecisionForm(try await browser.get("/requests/\(id)/decide"), choice: "decide").fields
        let view = try await world.view(try #require(Basics.RequestID(id)))
        let other = try #require(view.items.first { $0.state == "waiting" }?.person)
        _ = try await world.usher.approve(
            try #require(Basics.RequestID(id)), items: [ItemDecision(cloud: other)],
            by: try await world.actor("denis@provider.example"))
        let open = DecisionForm.items(of: try await browser.get("/requests/\(id)/decide"))
        #expect(open.count == 1)
        let last = try await browser.submit(
            "/requests/\(id)/decide",
            before.merging(["verdict.\(open[0])": "reject", "comment": "Left the team"]) { $1 })
        #expect(last.status == 303)
        #expect(try await state(id) == "reviewed")
        #expect(try await browser.get("/requests/\(id)").text.contains("0 confirmed, 1 withdrawn\nLeft the team"))
    }

    @Test("has words for all that the shipped workflows name")
    func words() throws {
        let words = Words(try Translations(Site.templates))
        for (file, text) in TestInstallation.shippedWorkflows {
            let definition = try Definition(yaml: text, file: file)
            let states = definition.states.map(\.name)
            let choices = states.flatMap { definition.ask(in: $0)?.choices ?? [] }
            let elsewhere: Set = ["choose_password", "begin", "verify", "collect"]
            var names = ["workflow.\(definition.name)"] + definition.parts.map { "part.\($0.name)" }
            names += states.map { "state.\($0)" } + definition.fields.keys.map { "flag.\($0)" }
            names += choices.filter { !elsewhere.contains($0) }.map { "choice.\($0)" }
            names += states.flatMap { definition.ask(in: $0)?.events ?? [] }.map { "event.\($0)" }
            names += definition.anywhere.keys.map { "event.\($0)" }
            // What English names, every shipped language does: `CatalogueTests`.
            let missing = Set(names).filter { words.text($0, in: .english) == nil }.sorted()
            #expect(missing.isEmpty, "\(file): put into templates/words/en.po: \(missing)")
        }
    }
}
