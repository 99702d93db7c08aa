import Basics
import Directory
import Onboarding
import Storage
import TestSupport
import Testing

@testable import Web

@Suite("Search page", .timeLimit(.minutes(60)))
struct SearchTests {
    let world: TestInstallation
    let site: Site
    let marie: Enrolled
    let rita: Enrolled

    init() async throws {
        world = try TestInstallation()
        marie = try await world.manager(language: "en")
        rita = try await world.organization()
        try await world.organization("globex")
        site = try await Site(world)
    }

    private func submit(_ email: String, _ name: String, organization: String = "acme") async throws -> String {
        try await world.usher.submit(
            Submission(
                organization: organization, email: email, name: name, language: "fr", grants: [("prod", "STD")],
                until: nil, reason: "New"),
            by: try await world.actor("rita@\(organization).example")
        ).id
    }

    @Test("finds people by first name, family name and address, without case and accents, and their requests")
    func finds() async throws {
        let id = try await submit("zoe.dupont@acme.example", "Zoé Marie Dupont-Ågren")
        _ = try await submit("max@globex.example", "Max Dupont", organization: "globex")
        let browser = try await site.browser(of: rita)
        for typed in ["zoé", "ZOE%20mar", "dupont-a", "Dupont-%C3%85gren%20zoe", "zoe.dupont@", id, id.uppercased()] {
            let page = try await browser.get("/search?q=\(typed)")
            #expect(page.status == 200)
            #expect(page.text.contains("Zoé Marie Dupont-Ågren"), "\(typed)")
            #expect(page.text.contains("/requests/\(id)"), "\(typed)")
            #expect(!page.text.contains("Max"), "\(typed)")
        }
        let nothing = try await browser.get("/search?q=marie%20dup")
        #expect(nothing.text.contains("Nothing that you may see"))
        let short = try await browser.get("/search?q=z")
        #expect(short.status == 422)
        #expect(try await browser.get("/search").status == 200)
    }

    @Test("shows nobody what is not theirs to see: by name, address or id")
    func isolation() async throws {
        let id = try await submit("max@globex.example", "Max Power", organization: "globex")
        let max = try await world.person("max@globex.example")
        let alice = try await world.account()
        for who in [rita, alice] {
            let browser = try await site.browser(of: who)
            for typed in ["max", "power", "max@globex.example", id, max.id.text, "marie", "rita@globex"] {
                let page = try await browser.get("/search?q=\(typed)")
                #expect(page.text.contains("Nothing that you may see"), "\(who.email) \(typed)")
            }
        }
        let hers = try await site.browser(of: marie)
        for typed in ["max", "power", id, max.id.text] {
            #expect(try await hers.get("/search?q=\(typed)").text.contains("Max Power"), "\(typed)")
        }
        #expect(try await site.browser().get("/search?q=max").status == 303)
    }

    @Test("shows what was typed as text, and wildcards are letters")
    func escaped() async throws {
        _ = try await submit("zoe@acme.example", "Zoé <b>Bold</b>")
        let browser = try await site.browser(of: rita)
        let page = try await browser.get("/search?q=zoe")
        #expect(page.text.contains("Zoé &lt;b&gt;Bold&lt;/b&gt;"))
        for typed in ["%25%25", "__", "zo%25", "%27%20OR%201=1--", "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"] {
            let page = try await browser.get("/search?q=\(typed)")
            #expect(page.text.contains("Nothing that you may see"), "\(typed)")
            #expect(!page.text.contains("<script>alert"))
        }
    }

    @Test("finds whoever has an address and whoever had it, and the past keeps its names")
    func reused() async throws {
        let old = try await submit("zoe@acme.example", "Zoé Dupont")
        _ = try await world.usher.cancel(
            try #require(RequestID(old)), by: try await world.actor("rita@acme.example"))
        let new = try await submit("zoe@acme.example", "Zoé Martin")
        let browser = try await site.browser(of: rita)
        let found = try await browser.get("/search?q=zoe@acme.example").text
        #expect(found.contains("Zoé Martin") && found.contains("Zoé Dupont"))
        let (past, present) = (try await browser.get("/requests/\(old)"), try await browser.get("/requests/\(new)"))
        #expect(past.text.contains("Zoé Dupont") && !past.text.contains("Zoé Martin"))
        #expect(present.text.contains("Zoé Martin") && !present.text.contains("Zoé Dupont"))
    }
}
