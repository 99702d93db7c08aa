import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import TestSupport
import Testing

/// `/operation/applications` and what lies below it; who may is tried with all of `/operation`.
@Suite("Application pages", .timeLimit(.minutes(60)))
struct ApplicationPageTests {
    private let site: Site
    private let olga: Enrolled
    private let path = "/operation/applications"

    init() async throws {
        let world = try TestInstallation()
        try await world.manager()
        try await world.organization()
        olga = try await world.operatorByDuty()
        site = try await Site(world)
    }

    private let form = [
        "name": "Console", "kind": "web", "organizations": "acme", "sessionMinutes": "60", "algorithm": "RS256",
        "redirects": "https://console.example.com/callback\r\n\r\n https://console.example.com/other ",
        "logoutNotice": "https://console.example.com/ended",
    ]

    /// What the page of a secret shows: the client id, and the secret.
    private func shown(_ page: Answer) -> [String] {
        page.text.matches(of: /class="secret"[^>]*>([^<]+)</).map { String($0.1) }
    }

    private func isAccepted(_ secret: String, of client: String) async -> Bool {
        let proof = ClientProof(clientID: client, means: .secret(Secret(secret)))
        do { return try await site.world.usher.authenticate(proof).id == client } catch { return false }
    }

    @Test("register an application whose secret is shown in this browser until it is kept, and nowhere else")
    func registers() async throws {
        let browser = try await site.browser(of: olga)
        #expect(try await browser.get(path).text.contains("There is none yet."))
        #expect(try await browser.get("\(path)/new").status == 200)
        let made = try await browser.submit("\(path)/new", form, more: "scopes=openid&scopes=access")
        let view = try await site.world.usher.application("Console", by: site.world.owner)
        let id = view.application.id.text
        #expect(made.status == 303 && made.location == "\(path)/\(id)/secret")
        let registration = view.application.registration
        #expect(
            registration.redirects == ["https://console.example.com/callback", "https://console.example.com/other"])
        #expect(registration.scopes == [.openid, .access] && registration.algorithm == .rs256)
        #expect(registration.sessionSeconds == 3_600 && view.organizations == ["acme"])
        #expect(registration.logoutNotice == "https://console.example.com/ended")

        let secrets = shown(try await browser.get("\(path)/\(id)/secret"))
        #expect(secrets.count == 2 && secrets.first == id)
        let secret = try secrets.at(1)
        #expect(await isAccepted(secret, of: id))
        #expect(try await shown(browser.get("\(path)/\(id)/secret")) == secrets)
        // Neither another browser of the same operator nor the page of the application shows it.
        let other = try await site.browser(of: olga)
        #expect(try await other.get("\(path)/\(id)/secret").location == "\(path)/\(id)")
        let page = try await browser.get("\(path)/\(id)")
        #expect(page.text.contains("https://console.example.com/other") && !page.text.contains(secret))
        #expect(page.text.contains("<code>access</code>") && page.text.contains("1 hour"))
        #expect(try await browser.submit("\(path)/\(id)/secret/kept", [:]).location == "\(path)/\(id)")
        #expect(try await browser.get("\(path)/\(id)/secret").location == "\(path)/\(id)")
        #expect(try await browser.get(path).text.contains("href=\"\(path)/\(id)\""))
    }

    @Test("register what keeps no secret without showing one")
    func withoutSecret() async throws {
        let browser = try await site.browser(of: olga)
        _ = try await browser.get("\(path)/new")
        let made = try await browser.follow(
            "\(path)/new", ["name": "Tool", "kind": "native", "redirects": "http://127.0.0.1/cb"])
        #expect(made.status == 200 && made.text.contains("The application is registered."))
        #expect(made.text.contains("It keeps no secret") && !made.text.contains("Make another secret"))
    }

    @Test("show a form again with what was typed, every fault at its field and by its line")
    func faults() async throws {
        let browser = try await site.browser(of: olga)
        _ = try await browser.get("\(path)/new")
        let changed = [
            "name": "=1", "redirects": "https://a.example/\r\nhttp://b.example/\r\nhttps://*.example/", "keys": "",
            "organizations": "acme, nowhere", "sessionMinutes": "4", "resources": "x",
        ]
        let wrong = try await browser.submit(
            "\(path)/new", form.merging(changed) { $1 }, more: "scopes=decisions&scopes=email")
        #expect(wrong.status == 422)
        for field in ["name", "redirects", "scope-openid", "organizations", "sessionMinutes", "resources"] {
            #expect(wrong.text.matches(of: try Regex("id=\"\(field)-wrong\"")).count == 1, "\(field)")
        }
        #expect(wrong.text.contains("Line 2: Write https;") && wrong.text.contains("Line 3: Addresses are compared"))
        #expect(wrong.text.contains("http://b.example/\nhttps://*.example/</textarea>"))
        #expect(wrong.text.contains("value=\"decisions\" checked") && wrong.text.contains("value=\"email\" checked"))
        #expect(wrong.text.contains("<details open>") && wrong.text.contains("value=\"acme, nowhere\""))
        let keys = try await browser.submit("\(path)/new", form.merging(["keys": "{"]) { $1 })
        #expect(keys.status == 422 && keys.text.contains("id=\"keys-wrong\""))
        #expect(try await site.world.usher.applications(PageRequest(), by: site.world.owner).items.isEmpty)

        #expect(try await browser.submit("\(path)/new", form).status == 303)
        let twice = try await browser.submit("\(path)/new", form)
        #expect(twice.status == 409 && twice.text.contains("id=\"name-wrong\""))
    }

    @Test("make another secret once, however often the form is sent, and say why none can be made")
    func rotates() async throws {
        let (view, issued) = try await site.world.usher.addApplication(
            ApplicationDraft(name: "Platform", kind: .service), by: site.world.owner)
        let (id, first) = (
            view.application.id.text, String(decoding: try #require(issued).secret.exposed, as: UTF8.self)
        )
        let browser = try await site.browser(of: olga)
        #expect(try await browser.get("\(path)/\(id)").text.contains("Make another secret"))
        for days in ["31", "x", ""] {
            let wrong = try await browser.submit("\(path)/\(id)/rotate", ["overlapDays": days])
            #expect(wrong.status == 422 && wrong.text.contains("id=\"overlapDays-wrong\""), "\(days)")
            #expect(wrong.text.contains("<details class=\"no-print\" open>"))
        }
        let made = try await browser.follow("\(path)/\(id)/rotate", ["overlapDays": "3"])
        let second = try shown(made).at(1)
        #expect(try await shown(browser.follow("\(path)/\(id)/rotate", ["overlapDays": "3"])) == [id, second])
        #expect(await isAccepted(first, of: id))
        #expect(await isAccepted(second, of: id))
        _ = try await browser.submit("\(path)/\(id)/secret/kept", [:])
        let page = try await browser.get("\(path)/\(id)")
        #expect(page.text.contains("good until") && !page.text.contains("Make another secret"))
        #expect(page.text.contains("An older secret is accepted until"))
        let third = try await browser.submit("\(path)/\(id)/rotate", ["overlapDays": "0"])
        #expect(third.status == 409 && third.text.contains("Two secrets are live"))
    }

    @Test("remove one with a reason, and want a fresh code for it")
    func removes() async throws {
        let draft = ApplicationDraft(name: "Platform <b>", kind: .service)
        let id = try await site.world.usher.addApplication(draft, by: site.world.owner).application.application.id
        let browser = try await site.browser(of: olga)
        #expect(try await browser.get("\(path)/\(id)").text.contains("Platform &lt;b&gt;"))
        let without = try await browser.submit("\(path)/\(id)/remove", ["reason": " "])
        #expect(without.status == 422 && without.text.contains("id=\"reason-wrong\""))
        site.world.clock.skip(seconds: 600)
        let asked = try await browser.submit("\(path)/\(id)/remove", ["reason": "Replaced"])
        #expect(asked.status == 401 && asked.text.contains("name=\"step-up-code\""))
        let code = try #require(olga.totp).code(at: site.world.clock.now)
        let removed = try await browser.follow(
            "\(path)/\(id)/remove", ["reason": "Replaced", "step-up-code": code])
        #expect(removed.text.contains("The application is removed."))
        for gone in ["\(path)/\(id)", "\(path)/\(id)/secret", "\(path)/nothing"] {
            #expect(try await browser.get(gone).status == 404, "\(gone)")
        }
    }
}
