import Basics
import Directory
import Foundation
import Onboarding
import OneTimePassword
import Records
import TestSupport
import Testing
import Web

/// `/operation` and what lies below it.
@Suite("Operation pages", .timeLimit(.minutes(60)))
struct OperationPageTests {
    /// Olga looks after the service behind which Marie decides and Rita asks.
    private struct Staffed {
        let site: Site
        let olga: Enrolled
        let marie: Enrolled
        let rita: Enrolled

        init() async throws {
            let world = try TestInstallation()
            (marie, rita) = (try await world.manager(), try await world.organization())
            olga = try await world.operatorByDuty()
            site = try await Site(world)
        }

        /// The key of a mail that was refused for good.
        func parkedMail(_ email: String = "alice@acme.example") async throws -> String {
            site.world.mailer.fail(
                DeliveryFailure(isPermanent: true, message: "The server said <script>alert(1)</script>."))
            let id = try await site.world.submit(email)
            site.world.mailer.fail(nil)
            let parked = try await site.world.usher.effects(.parked, PageRequest(), by: site.world.owner)
            return try #require(parked.items.first { $0.request == id }?.key)
        }
    }

    @Test("name webhooks that are lost or fail, with their last answer, and no word of those that fare well")
    func webhooks() async throws {
        let staffed = try await Staffed()
        let (site, olga) = (staffed.site, try await staffed.site.browser(of: staffed.olga))
        let usher = site.world.usher
        let before = try await olga.get("/operation").text
        #expect(before.contains("All is well") && !before.contains("id=\"webhooks\""))
        for (name, answer) in [
            ("Lost", WebhookAnswer.status(410)), ("Flaky", .failed("<b>away</b>")), ("Fine", .status(204)),
        ] {
            let address = "https://\(name.lowercased()).example/"
            _ = try await usher.addWebhook(WebhookDraft(name: name, address: address), by: site.world.owner)
            site.world.receivers.answer(answer, at: address)
        }
        _ = try await usher.addCloud(organization: "acme", name: "New", cloudSlug: "new", by: site.world.owner)
        _ = try await usher.tellWebhooks()
        let page = try await olga.get("/operation").text
        #expect(!page.contains("All is well") && page.contains("Webhooks that are told nothing any more: 1."))
        #expect(page.contains(">Lost<") && page.contains("It answered 410: it is gone."))
        #expect(page.contains(">Flaky<") && page.contains("&lt;b&gt;away&lt;/b&gt;") && page.contains("next try"))
        #expect(!page.contains(">Fine<"))
    }

    @Test("are for operators: every route refuses everybody else, and whoever is not signed in")
    func onlyOperators() async throws {
        let staffed = try await Staffed()
        let site = staffed.site
        let key = try await staffed.parkedMail()
        let application = try await site.world.usher.addApplication(
            ApplicationDraft(name: "Platform", kind: .service), by: site.world.owner
        ).application.application.id
        let names = ["name": "account-request", "id": application.text]
        let (hers, his, olgas) = (
            try await site.browser(of: staffed.rita), try await site.browser(of: staffed.marie),
            try await site.browser(of: staffed.olga)
        )
        let routes = site.routes.filter { $0.path == "/operation" || $0.path.hasPrefix("/operation/") }
        #expect(routes.count >= 9)
        for route in routes where route.method != "HEAD" {
            var path = names.reduce(route.path) { $0.replacing("{\($1.key)}", with: $1.value) }
            if path.hasSuffix("/export") { path += "?format=csv" }
            let form = ["key": key, "reason": "Why not"]
            for browser in [hers, his] {
                let answer =
                    route.method == "GET" ? try await browser.get(path) : try await browser.submit(path, form)
                #expect(answer.status == 403, "\(route.method) \(path): \(answer.status)")
            }
            let stranger = site.browser()
            if route.method == "GET" {
                #expect(try await stranger.get(path).location?.hasPrefix("/sign-in?next=") == true, "\(path)")
                let answer = try await olgas.get(path)
                // Nothing draws in this test.
                let isPicture = path.hasSuffix(".svg")
                // No secret was made in this browser.
                let isSecret = path.hasSuffix("/secret")
                #expect(answer.status == (isPicture ? 404 : isSecret ? 303 : 200), "\(path): \(answer.status)")
                if !isPicture { #expect(answer.headers["cache-control"] == "no-store", "\(path)") }
            } else {
                _ = try await stranger.get("/sign-in")
                let away = try await stranger.submit(path, form)
                #expect(away.location?.hasPrefix("/sign-in?next=/go-on/") == true, "\(path)")
                // What another site would send, without the form's token.
                let forged = try await olgas.submit(path, form.merging(["form": "x"]) { $1 })
                #expect(forged.status == 403, "\(path)")
            }
        }
        let left = try await site.world.usher.effects(.parked, PageRequest(), by: site.world.owner)
        #expect(left.items.contains { $0.key == key })
    }

    @Test("retry and drop what was parked with a reason, and show what others wrote as text")
    func settles() async throws {
        let staffed = try await Staffed()
        let (first, second) = (try await staffed.parkedMail(), try await staffed.parkedMail("bob@acme.example"))
        let browser = try await staffed.site.browser(of: staffed.olga)
        let list = try await browser.get("/operation/effects")
        #expect(list.text.contains("&lt;script&gt;") && !list.text.contains("<script>alert"))
        #expect(try await browser.get("/operation").text.contains("note bad"))
        let without = try await browser.submit("/operation/effects/retry", ["key": first, "reason": " "])
        #expect(without.status == 422 && without.text.contains("role=\"alert\""))
        let retried = try await browser.submit("/operation/effects/retry", ["key": first, "reason": "Repaired"])
        #expect(retried.location == "/operation/effects?done=retried")
        let dropped = try await browser.submit("/operation/effects/drop", ["key": second, "reason": "Told by phone"])
        #expect(dropped.location == "/operation/effects?done=dropped")
        let again = try await browser.submit("/operation/effects/drop", ["key": second, "reason": "Again"])
        #expect(again.status == 409 && again.text.contains("role=\"alert\""))
        let world = staffed.site.world
        let (one, two) = (
            try await world.usher.effect(first, by: world.owner), try await world.usher.effect(second, by: world.owner)
        )
        #expect(one.state == .done && two.state == .dropped)
        let olga = try await world.person(staffed.olga.email.text)
        let trail = try await world.usher.auditEntries(PageRequest(limit: 1_000), by: world.owner).entries
        #expect(
            trail.contains {
                $0.action == "effect.drop" && $0.actor == .person(olga.id) && $0.detail == "Told by phone"
            })
        #expect(try await browser.get("/operation").text.contains("note good"))
    }

    @Test("want a fresh code for what changes something, and take it with the form")
    func stepsUp() async throws {
        let staffed = try await Staffed()
        let key = try await staffed.parkedMail()
        let browser = try await staffed.site.browser(of: staffed.olga)
        _ = try await browser.get("/operation/effects")
        staffed.site.world.clock.skip(seconds: 600)
        let form = ["key": key, "reason": "Repaired"]
        let asked = try await browser.submit("/operation/effects/retry", form)
        #expect(asked.status == 401 && asked.text.contains("name=\"step-up-code\""))
        let code = try #require(staffed.olga.totp).code(at: staffed.site.world.clock.now)
        let done = try await browser.submit("/operation/effects/retry", form.merging(["step-up-code": code]) { $1 })
        #expect(done.location == "/operation/effects?done=retried")
    }

    @Test("show how many requests rest where, and a workflow as text where nothing draws")
    func workflows() async throws {
        let staffed = try await Staffed()
        for number in 0..<3 { _ = try await staffed.site.world.submit("p\(number)@acme.example") }
        let browser = try await staffed.site.browser(of: staffed.olga)
        #expect(try await browser.get("/operation/workflows").text.contains("/operation/workflows/mfa-reset"))
        let page = try await browser.get("/operation/workflows/account-request")
        #expect(page.text.contains("<strong>3</strong>") && page.text.contains("<pre"))
        #expect(try await browser.get("/operation/workflows/nonsense").status == 404)
    }

    @Test("find entries of the trail by who, what, about whom and when, and export the same ones")
    func audit() async throws {
        let staffed = try await Staffed()
        let world = staffed.site.world
        _ = try await world.submit("=cmd@acme.example".replacing("=", with: "x"))
        let browser = try await staffed.site.browser(of: staffed.olga)
        func actions(_ query: String) async throws -> [String] {
            let answer = try await browser.get("/operation/audit/export?format=jsonl&\(query)")
            #expect(answer.status == 200)
            return try answer.text.split(separator: "\n").map { line in
                try JSONDecoder().decode(JSON.self, from: Data(line.utf8))["action"].text
            }
        }
        let all = try await world.usher.auditEntries(PageRequest(limit: 1_000), by: world.owner).entries
        #expect(try await actions("") == all.reversed().map(\.action))
        let rita = try await world.person("rita@acme.example")
        let hers = all.filter { $0.actor == .person(rita.id) || $0.onBehalfOf == rita.id }
        #expect(try await actions("actor=rita%40acme.example") == hers.reversed().map(\.action) && !hers.isEmpty)
        let assigned = all.filter { $0.action == "duty.assign" && $0.subject == rita.id.text }
        #expect(try await actions("action=duty.assign&subject=rita%40acme.example").count == assigned.count)
        #expect(try await actions("actor=nobody%40acme.example").isEmpty)
        #expect(try await actions("from=2099-01-01").isEmpty)
        #expect(try await actions("until=2099-01-01").count == all.count)
        let page = try await browser.get("/operation/audit?actor=rita%40acme.example")
        #expect(page.text.components(separatedBy: "<time").count - 1 == hers.count)
        let csv = try await browser.get("/operation/audit/export?format=csv")
        #expect(csv.headers["content-disposition"]?.contains("usher-audit.csv") == true)
        #expect(csv.text.hasPrefix("sequence,at,actor,"))
        #expect(csv.text.split(separator: "\r\n").count == all.count + 1)
        #expect(try await browser.get("/operation/audit?from=yesterday").status == 422)
        #expect(try await browser.get("/operation/audit?after=x").status == 422)
        #expect(try await browser.get("/operation/audit/export?format=exe").status == 422)
    }
}
