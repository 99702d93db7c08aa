import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import Storage
import TestSupport
import Testing

@testable import Web

@Suite("Decision pages", .timeLimit(.minutes(60)))
struct DecisionTests {
    private let marie = "marie@provider.example"

    /// Marie signed in a moment ago, and Alice's account waits for her.
    private func waiting() async throws -> (Site, Enrolled, Browser, Basics.RequestID) {
        let world = try TestInstallation()
        let marie = try await world.manager(language: "en")
        try await world.organization()
        let site = try await Site(world)
        let browser = try await site.browser(of: marie)
        return (site, marie, browser, try await world.submit())
    }

    private func decide(_ browser: Browser, _ id: Basics.RequestID, _ fields: [String: String]) async throws -> Answer {
        try await browser.submit("/requests/\(id)/decide", fields)
    }

    private func code(_ who: Enrolled, _ site: Site) throws -> String {
        try #require(who.totp).code(at: site.world.clock.now)
    }

    /// The verdicts on every item, the first ones as given and the rest left for later.
    private func verdicts(_ page: Answer, _ words: String...) -> [String: String] {
        Dictionary(
            zip(DecisionForm.items(of: page), words).map { ("verdict.\($0)", $1) },
            uniquingKeysWith: { first, _ in first
            })
    }

    @Test("show who asks for whom, what each profile brings, and take a decision cloud by cloud")
    func cloudByCloud() async throws {
        let (site, _, browser, id) = try await waiting()
        let page = try await browser.get("/requests/\(id)/decide")
        #expect(page.status == 200)
        for words in [
            "Alice Martin", "alice@acme.example", "Rita Weiss", "The acme company", "Joins the release team",
            "Operator (OPE)", "New privileges: ", "start-instance", "Lower to", "Modify resources",
        ] { #expect(page.text.contains(words), "\(words)") }
        #expect(!page.text.contains("name=\"step-up-code\""))
        let fields = DecisionForm(page, choice: "decide").fields
        let refused = try await decide(
            browser, id, fields.merging(verdicts(page, "lower.DTM", "reject")) { $1 })
        #expect(refused.status == 422)
        #expect(refused.text.contains("Say why"))
        let done = try await decide(
            browser, id,
            fields.merging(verdicts(page, "lower.DTM", "reject")) { $1 }.merging(["comment": "Not\r\nyet"]) { $1 })
        #expect(done.location == "/inbox?done=\(id)")
        let view = try await site.world.view(id)
        #expect(view.items.map(\.profile) == ["DTM", "STD"])
        #expect(view.items.map(\.state) == ["granted", "refused"])
        #expect(view.history?.first { $0.event == "decide" }?.note?.contains("Not\nyet") == true)
        let inbox = try await browser.get("/inbox?done=\(id)")
        #expect(inbox.text.contains("Recorded"))
        #expect(inbox.text.contains("Nothing waits for you"))
        // Who comes back sees what became of it.
        #expect(try await browser.get("/requests/\(id)/decide").location == "/requests/\(id)")
    }

    @Test("leave what is decided later waiting, and refuse to decide nothing")
    func later() async throws {
        let (site, _, browser, id) = try await waiting()
        let page = try await browser.get("/requests/\(id)/decide")
        let fields = DecisionForm(page, choice: "decide").fields
        #expect(try await decide(browser, id, fields.merging(verdicts(page, "", "")) { $1 }).status == 422)
        #expect(try await decide(browser, id, fields.merging(verdicts(page, "approve")) { $1 }).status == 303)
        #expect(try await site.world.view(id).items.map(\.state) == ["approved", "waiting"])
        let again = try await browser.get("/requests/\(id)/decide")
        #expect(DecisionForm.items(of: again).count == 1)
    }

    @Test("raise no profile, decide nothing that is not in the request, and make no choice that has a page of its own")
    func outside() async throws {
        let (site, _, browser, id) = try await waiting()
        let page = try await browser.get("/requests/\(id)/decide")
        let fields = DecisionForm(page, choice: "decide").fields
        #expect(try await decide(browser, id, fields.merging(verdicts(page, "lower.POW")) { $1 }).status == 422)
        let stranger = fields.merging(["verdict.01arz3ndektsv4rrffq69g5fav": "approve"]) { $1 }
        #expect(try await decide(browser, id, stranger).status == 404)
        for choice in ["choose_password", "verify", "begin", "collect", "close", "supersede", "cancel", "nothing", ""] {
            let answer = try await decide(browser, id, fields.merging(["choice": choice]) { $1 })
            #expect(answer.status == 409, "\(choice)")
        }
        #expect(try await site.world.view(id).items.map(\.state) == ["waiting", "waiting"])
    }

    @Test("want a code no older than five minutes, on the form or on the way, and take none twice")
    func freshCode() async throws {
        let (site, marie, browser, id) = try await waiting()
        let other = try await site.world.submit("bob@acme.example")
        site.world.clock.skip(seconds: 301)
        let page = try await browser.get("/requests/\(id)/decide")
        #expect(page.text.contains("name=\"step-up-code\""))
        let fields = DecisionForm(page, choice: "decide").fields.merging(verdicts(page, "approve", "approve")) { $1 }
        let asked = try await decide(browser, id, fields)
        #expect(asked.status == 401)
        // Nothing that was typed is lost.
        for name in fields.keys { #expect(asked.text.contains("name=\"\(name)\""), "\(name)") }
        let used = try code(marie, site)
        let done = try await decide(browser, id, fields.merging(["step-up-code": used]) { $1 })
        #expect(done.location == "/inbox?done=\(id)")
        site.world.clock.skip(seconds: 25)
        let next = try await browser.get("/requests/\(other)/decide")
        // Fresh for five minutes, so no second code is asked for; the one that was used proves nothing more.
        #expect(!next.text.contains("name=\"step-up-code\""))
        site.world.clock.skip(seconds: 290)
        let replay = DecisionForm(next, choice: "decide").fields.merging(verdicts(next, "approve", "approve")) { $1 }
        let refused = try await decide(browser, other, replay.merging(["step-up-code": used]) { $1 })
        #expect(refused.status == 403)
        #expect(try await site.world.view(other).items.map(\.state) == ["waiting", "waiting"])
    }

    @Test("refuse what changed after it was shown, say what, and keep what was typed")
    func stale() async throws {
        let (site, _, browser, id) = try await waiting()
        let page = try await browser.get("/requests/\(id)/decide")
        try await site.world.deputy()
        _ = try await site.world.usher.appoint(
            email: "denis@provider.example", name: nil, .deliveryManager, organization: nil, language: "en",
            by: site.world.owner)
        _ = try await site.world.usher.approve(
            id, items: [ItemDecision(cloud: "prod", lowered: "STD")],
            by: try await site.world.actor("denis@provider.example"))
        let fields = DecisionForm(page, choice: "decide").fields.merging(
            verdicts(page, "reject", "reject").merging(["comment": "Why <both>?"]) { $1 }
        ) { $1 }
        let stale = try await decide(browser, id, fields)
        #expect(stale.status == 409)
        for words in ["What changed", "<del>OPE, waits</del>", "<ins>STD, approved</ins>", "Why &lt;both&gt;?"] {
            #expect(stale.text.contains(words), "\(words)")
        }
        #expect(try await site.world.view(id).items.map(\.state) == ["approved", "waiting"])
        // The page that shows the difference decides about what holds now.
        let now = DecisionForm(stale, choice: "decide").fields.merging(
            verdicts(stale, "reject").merging(["comment": "No"]) { $1 }
        ) { $1 }
        #expect(try await decide(browser, id, now).status == 303)
    }

    @Test("refuse when what the person holds changed after it was shown")
    func staleAccount() async throws {
        let (site, _, browser, _) = try await waiting()
        try await site.world.account("carol@acme.example", grants: [("prod", "STD")])
        let id = try await site.world.submit("carol@acme.example", grants: [("prod", "OPE")])
        let page = try await browser.get("/requests/\(id)/decide")
        try await site.world.store.write { transaction in
            let carol = try #require(try transaction.person(emailKey: "carol@acme.example"))
            for grant in try transaction.liveGrants(of: carol.id, at: TestClock.start) {
                _ = try transaction.endGrant(grant.id, at: TestClock.start)
            }
        }
        let fields = DecisionForm(page, choice: "decide").fields.merging(verdicts(page, "approve")) { $1 }
        let stale = try await decide(browser, id, fields)
        #expect(stale.status == 409)
        // A form without what was seen binds to nothing, so it decides nothing.
        let bare = fields.filter { !$0.key.hasPrefix("seen.") }
        #expect(try await decide(browser, id, bare).status == 409)
        #expect(try await site.world.view(id).items.map(\.state) == ["waiting"])
    }

    @Test("let exactly one of two approvals at the same moment through")
    func race() async throws {
        let (site, _, browser, id) = try await waiting()
        try await site.world.deputy()
        _ = try await site.world.usher.appoint(
            email: "denis@provider.example", name: nil, .deliveryManager, organization: nil, language: "en",
            by: site.world.owner)
        let page = try await browser.get("/requests/\(id)/decide")
        let fields = DecisionForm(page, choice: "decide").fields.merging(verdicts(page, "approve", "approve")) { $1 }
        async let first = decide(browser, id, fields)
        async let second = decide(browser, id, fields)
        let statuses = try await [first.status, second.status].sorted()
        #expect(statuses == [303, 409])
        #expect(try await site.world.view(id).history?.filter { $0.event == "decide" }.count == 1)
    }

    @Test("approve nothing of one's own: directly, as deputy, or for whom one stands in")
    func fourEyes() async throws {
        let (site, marie, browser, _) = try await waiting()
        let recorded = try await site.world.submit("bob@acme.example", by: self.marie)
        let page = try await browser.get("/requests/\(recorded)/decide")
        #expect(page.text.contains("Four eyes"))
        #expect(DecisionForm.items(of: page).isEmpty)
        // By hand, with all that a form would carry.
        let seen = try await site.world.usher.deliberation(recorded, by: try await site.world.actor(self.marie)).seen
        var fields = ["choice": "decide"]
        for fact in seen { fields["seen.\(fact.key)"] = fact.value }
        for item in seen.compactMap(\.item) { fields["verdict.\(item)"] = "approve" }
        #expect(try await decide(browser, recorded, fields).status == 403)
        // Denis is a deputy and stands in for Marie, who asked.
        let denis = try await site.world.deputy()
        _ = try await site.world.usher.delegate(
            marie.email, to: denis.email, from: nil, until: site.world.clock.now.adding(seconds: 30 * 86_400),
            by: try await site.world.actor(self.marie))
        site.world.clock.skip(days: 9)
        _ = try await site.world.usher.runDue()
        let his = try await site.browser(of: denis)
        let own = try await site.world.submit("dan@acme.example", by: denis.email.text)
        for id in [recorded, own] {
            _ = try await his.get("/requests/\(id)/decide")
            let seen = try await site.world.usher.deliberation(id, by: try await site.world.actor(denis.email.text))
                .seen
            var fields = ["choice": "decide"]
            for fact in seen { fields["seen.\(fact.key)"] = fact.value }
            for item in seen.compactMap(\.item) { fields["verdict.\(item)"] = "approve" }
            let answer = try await decide(his, id, fields)
            if id == own { #expect(answer.status == 403) }
            #expect(answer.status == 403 || answer.status == 303)
        }
        #expect(try await site.world.view(own).items.allSatisfy { $0.state == "waiting" })
    }

    @Test("open to nobody who is not asked, and tell strangers nothing")
    func strangers() async throws {
        let (site, _, _, id) = try await waiting()
        let path = "/requests/\(id)/decide"
        #expect(try await site.browser().get(path).location?.hasPrefix("/sign-in") == true)
        let globex = try await site.world.organization("globex", manager: "gina@provider.example")
        let gina = try await site.world.enrol("gina@provider.example")
        let missing = "/requests/01arz3ndektsv4rrffq69g5fav/decide"
        for who in [globex, gina] {
            let browser = try await site.browser(of: who)
            let (there, nowhere) = (try await browser.get(path), try await browser.get(missing))
            #expect(there.status == 404)
            #expect(nowhere.status == 404)
            #expect(!there.text.contains("Alice"))
            #expect(!(try await browser.get("/inbox").text.contains("Alice")))
            #expect(try await decide(browser, id, ["choice": "decide"]).status == 404)
        }
    }

    @Test("do not open to the representative who asked")
    func representative() async throws {
        let (site, _, rita) = try await Site.withAcme()
        let id = try await site.world.submit()
        let browser = try await site.browser(of: rita)
        let page = try await browser.get("/requests/\(id)/decide")
        #expect(page.status == 303)
        #expect(page.location == "/requests/\(id)")
        // By hand, with all that a form would carry.
        let seen = try await site.world.usher.deliberation(id, by: try await site.world.actor("rita@acme.example")).seen
        var fields = ["choice": "decide"]
        for fact in seen { fields["seen.\(fact.key)"] = fact.value }
        for item in seen.compactMap(\.item) { fields["verdict.\(item)"] = "approve" }
        #expect(try await decide(browser, id, fields).status == 403)
        #expect(try await site.world.view(id).items.allSatisfy { $0.state == "waiting" })
        #expect(!(try await browser.get("/inbox").text.contains("Alice")))
    }

    @Test("show names as text, whatever is in them")
    func escaped() async throws {
        let (site, _, browser, _) = try await waiting()
        let name = "<script>alert(1)</script> \"O'Hara\" & co"
        let view = try await site.world.usher.submit(
            Submission(
                organization: "acme", email: "eve@acme.example", name: name, language: "en",
                grants: [("prod", "STD")], until: nil, reason: "<img src=x onerror=alert(2)>", idempotencyKey: nil),
            by: try await site.world.actor("rita@acme.example"))
        for path in ["/inbox", "/requests/\(view.id)/decide"] {
            let page = try await browser.get(path)
            #expect(page.text.contains("&lt;script&gt;"), "\(path)")
            #expect(!page.text.contains("<script>alert"))
            #expect(!page.text.contains("<img src=x"))
        }
    }
}
