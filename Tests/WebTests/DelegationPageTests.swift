import Basics
import Directory
import Onboarding
import Records
import TestSupport
import Testing

@testable import Web

@Suite("Delegation page", .timeLimit(.minutes(60)))
struct DelegationPageTests {
    let world: TestInstallation
    let site: Site
    let marie: Enrolled
    let denis: Enrolled

    init() async throws {
        world = try TestInstallation()
        marie = try await world.manager(language: "en")
        try await world.organization()
        denis = try await world.deputy()
        site = try await Site(world)
    }

    /// The day on which the test's clock stands, some days later.
    private func day(_ later: Int64) -> String {
        String(world.clock.now.adding(seconds: later * 86_400).iso8601.prefix(10))
    }

    @Test("gives with dates, shows to both, and ends early; what was decided meanwhile names both")
    func journey() async throws {
        let hers = try await site.browser(of: marie)
        _ = try await hers.get("/delegations")
        let given = try await hers.submit(
            "/delegations", ["to": denis.email.text, "from": day(0), "until": day(3)])
        #expect(given.location == "/delegations?done=given")
        let page = try await hers.get("/delegations?done=given")
        #expect(page.text.contains("Denis Roy"))
        let his = try await site.browser(of: denis)
        #expect(try await his.get("/delegations").text.contains("Marie Durand"))
        // Denis decides in her place, and the page says so.
        let id = try await world.submit()
        #expect(try await his.get("/inbox").text.contains("Alice Martin"))
        let decide = try await his.get("/requests/\(id)/decide")
        #expect(decide.text.contains("You answer for <strong>Marie Durand</strong>"))
        let fields = DecisionForm(decide, choice: "decide").fields.merging(
            DecisionForm.items(of: decide).map { ("verdict.\($0)", "approve") }
        ) { $1 }
        #expect(try await his.submit("/requests/\(id)/decide", fields).status == 303)
        #expect(try await world.view(id).history?.contains { $0.onBehalfOf == marie.email.text } == true)
        let start = try #require(page.text.firstMatch(of: /name="start" value="([^"]+)"/)).1
        let ended = try await hers.submit(
            "/delegations/end", ["person": marie.email.text, "delegate": denis.email.text, "start": String(start)])
        #expect(ended.location == "/delegations?done=ended")
        #expect(try await hers.get("/delegations").text.contains("Nobody does"))
        let other = try await world.submit("bob@acme.example")
        #expect(try await his.get("/requests/\(other)/decide").location == "/requests/\(other)")
    }

    @Test("never lets a delegate decide what whoever they stand in for asked, nor what they asked themselves")
    func fourEyes() async throws {
        _ = try await world.usher.delegate(
            marie.email, to: denis.email, from: nil, until: world.clock.now.adding(seconds: 86_400),
            by: try await world.actor(marie.email.text))
        let his = try await site.browser(of: denis)
        for asker in [marie.email.text, denis.email.text] {
            let id = try await world.submit("a\(asker.prefix(3))@acme.example", by: asker)
            let page = try await his.get("/requests/\(id)/decide")
            #expect(page.text.contains("Four eyes"))
            let seen = try await world.usher.deliberation(id, by: try await world.actor(denis.email.text)).seen
            var fields = ["choice": "decide"]
            for fact in seen { fields["seen.\(fact.key)"] = fact.value }
            for item in seen.compactMap(\.item) { fields["verdict.\(item)"] = "approve" }
            #expect(try await his.submit("/requests/\(id)/decide", fields).status == 403)
            #expect(try await world.view(id).items.allSatisfy { $0.state == "waiting" })
        }
    }

    @Test("refuses strangers, circles, days that are none or are over, and keeps what was typed")
    func refusals() async throws {
        let hers = try await site.browser(of: marie)
        _ = try await hers.get("/delegations")
        for (fields, words) in [
            (["to": "rita@acme.example", "until": day(3)], "nobody of the same organization"),
            (["to": "nobody", "until": day(3)], "not an e-mail address"),
            (["to": denis.email.text, "until": "31.12."], "Write a day as"),
            (["to": denis.email.text, "until": ""], "Say until when"),
            (["to": denis.email.text, "until": day(-2)], "The end must lie after"),
        ] {
            let refused = try await hers.submit("/delegations", fields)
            #expect(refused.status == 422)
            #expect(refused.text.contains(words), "\(words)")
            #expect(refused.text.contains("value=\"\(fields["to"] ?? "")\""))
        }
        _ = try await hers.submit("/delegations", ["to": denis.email.text, "until": day(3)])
        let his = try await site.browser(of: denis)
        _ = try await his.get("/delegations")
        let circle = try await his.submit("/delegations", ["to": marie.email.text, "until": day(3)])
        #expect(circle.text.contains("a circle helps nobody"))
    }

    @Test("ends nothing of others")
    func strangers() async throws {
        let given = try await world.usher.delegate(
            marie.email, to: denis.email, from: nil, until: world.clock.now.adding(seconds: 86_400),
            by: try await world.actor(marie.email.text))
        let nora = try await world.deputy("nora@provider.example")
        let browser = try await site.browser(of: nora)
        #expect(!(try await browser.get("/delegations").text.contains("Marie Durand")))
        let tried = try await browser.submit(
            "/delegations/end",
            ["person": marie.email.text, "delegate": denis.email.text, "start": given.from.iso8601])
        #expect(tried.status == 404)
        #expect(try await site.browser(of: marie).get("/delegations").text.contains("Denis Roy"))
    }
}
