import Basics
import Foundation
import Onboarding
import OneTimePassword
import TestSupport
import Testing

@testable import Web

/// Every form of every page, by the router, so that none can be forgotten.
@Suite("Forms in several tabs", .timeLimit(.minutes(60)))
struct FormTabTests {
    /// Forms for whoever is not signed in, or that do not care.
    private static let open: Set = [
        "/welcome", "/welcome/renew", "/welcome/password", "/welcome/code", "/welcome/kept", "/sign-in", "/sign-out",
        "/forgotten-password", "/new-password", "/new-password/choice",
    ]
    /// What was typed into them is a secret, or leads on to where one wanted to go.
    private static let secrets: Set = [
        "/sign-in/code", "/step-up", "/account/password", "/account/factor", "/account/factor/code",
    ]
    /// Takes a file, and so no form of this kind: see `BatchPageTests`.
    private static let upload = "/requests/import"
    private static let typed = "What was typed into \"this\" <form>"
    private static let refusals = ["too old", "Somebody else was signed in"]

    let site: Site
    let rita: Enrolled
    let marie: Enrolled
    /// Patterns of the paths that take forms; signing out last.
    ///
    /// What applications and their browsers send is none of ours, but for two forms that `ofApplications` tries.
    let forms: [String]

    init() async throws {
        let world = try TestInstallation()
        marie = try await world.manager(language: "en")
        rita = try await world.organization()
        site = try await Site(world)
        forms = site.routes.filter { $0.method == "POST" && !$0.path.hasPrefix("/api/") }.map(\.path)
            .filter { !$0.hasPrefix("/openid/") && !$0.hasPrefix("/access/") }.sorted {
                ($0 == "/sign-out" ? 1 : 0, $0) < ($1 == "/sign-out" ? 1 : 0, $1)
            }
        #expect(forms.count > 35)
    }

    private func path(_ pattern: String) -> String {
        pattern.replacing(/\{\w+\}/, with: "01m8h7hejpw2q0v5xk3c9d4f6g")
    }

    private func token(of page: Answer) throws -> String {
        String(try #require(page.text.firstMatch(of: /name="form" value="([0-9a-f]{64})"/)).1)
    }

    private func signIn(_ who: Enrolled, _ browser: Browser, next: String = "/") async throws -> String? {
        site.world.clock.skip(seconds: 60)
        let half = try await browser.submit(
            "/sign-in", ["email": who.email.text, "password": who.password, "next": next])
        _ = try await browser.get(half.location ?? "")
        let code = try #require(who.totp).code(at: site.world.clock.now)
        return try await browser.submit("/sign-in/code", ["code": code, "next": next]).location
    }

    /// Sends every form with a token that a tab has had since before.
    private func sendAll(_ browser: Browser, _ token: String, _ check: (String, Answer) throws -> Void) async throws {
        let cookie = browser.cookie("__Host-usher")
        for form in forms {
            // What a form did to the session is not what is looked at here.
            browser.setCookie("__Host-usher", cookie)
            let fields = form == "/lost-device" ? ["reason": ""] : ["reason": Self.typed]
            try check(form, try await browser.submit(path(form), fields.merging(["form": token]) { $1 }))
        }
    }

    private func isRefused(_ answer: Answer) -> Bool { Self.refusals.contains { answer.text.contains($0) } }

    @Test("a form stays good through a fresh code, and through signing out and in again, in another tab")
    func survives() async throws {
        let browser = try await site.browser(of: rita)
        let token = try token(of: try await browser.get("/requests/new"))
        site.world.clock.skip(seconds: 60)
        let code = try #require(rita.totp).code(at: site.world.clock.now)
        #expect(try await browser.submit("/step-up", ["next": "/", "step-up-code": code]).location == "/")
        try await sendAll(browser, token) { form, answer in #expect(!isRefused(answer), "\(form)") }

        let other = try await site.browser(of: rita)
        let kept = try self.token(of: try await other.get("/requests/new"))
        _ = try await other.submit("/sign-out", [:])
        _ = try await other.get("/sign-in")
        #expect(try await signIn(rita, other) == "/")
        try await sendAll(other, kept) { form, answer in #expect(!isRefused(answer), "\(form)") }
    }

    @Test("a form that one person opened is not carried out as another who signed in since, but shown to them")
    func anothers() async throws {
        let browser = try await site.browser(of: rita)
        let token = try token(of: try await browser.get("/requests/new"))
        _ = try await browser.submit("/sign-out", [:])
        _ = try await browser.get("/sign-in")
        #expect(try await signIn(marie, browser) == "/")
        try await sendAll(browser, token) { form, answer in
            guard !Self.open.contains(form), form != Self.upload else { return }
            #expect(answer.status == 403 && answer.text.contains("Somebody else was signed in"), "\(form)")
            #expect(answer.text.contains("You are Marie Durand now"), "\(form)")
            if !form.hasPrefix("/lost-device") {
                #expect(answer.text.contains("What was typed into &quot;this&quot; &lt;form&gt;"), "\(form)")
            }
        }
    }

    @Test("what is said on a page of ours at an address of applications counts with this browser's token only")
    func ofApplications() async throws {
        let browser = try await site.browser(of: rita)
        _ = try await browser.get("/requests/new")
        let token = try token(of: try await browser.get("/requests/new"))
        let foreign = try self.token(of: try await site.browser(of: rita).get("/requests/new"))
        for form in ["/openid/authorize", "/openid/logout"] {
            for wrong in ["", foreign, String(token.prefix(63))] {
                let answer = try await browser.submit(form, ["form": wrong, "decision": "yes"])
                #expect(answer.status == 403 && answer.text.contains("too old"), "\(form)")
            }
            for headers in [["Sec-Fetch-Site": "cross-site"], ["Origin": "https://evil.example"]] {
                let answer = try await browser.submit(form, ["form": token, "decision": "yes"], headers: headers)
                #expect(answer.status == 403, "\(form)")
            }
        }
        #expect(try await browser.get("/account").status == 200)
        _ = try await browser.submit("/sign-out", [:])
        _ = try await browser.get("/sign-in")
        #expect(try await signIn(marie, browser) == "/")
        // Signing out is in nobody's name.
        let agreed = try await browser.submit("/openid/authorize", ["form": token, "decision": "yes"])
        #expect(agreed.status == 403 && agreed.text.contains("Somebody else was signed in"))
    }

    @Test("without a session every form leads through signing in, and what was typed comes back")
    func withoutSession() async throws {
        for ending in ["signed out", "half signed in"] {
            for form in forms where !Self.open.contains(form) {
                let browser = try await site.browser(of: rita)
                let token = try token(of: try await browser.get("/requests/new"))
                _ = try await browser.submit("/sign-out", [:])
                let isHalf = ending == "half signed in"
                if isHalf {
                    _ = try await browser.get("/sign-in")
                    _ = try await browser.submit("/sign-in", ["email": rita.email.text, "password": rita.password])
                }
                // Half a session is enough for these.
                if isHalf, ["/lost-device", "/sign-in/code"].contains(form) { continue }
                let secret = Self.secrets.contains(form) ? ["current": "x", "code": "1", "next": "/clouds"] : [:]
                let fields = ["form": token, "reason": Self.typed].merging(secret) { $1 }
                let answer = try await browser.submit(path(form), fields)
                let place = try #require(answer.location, "\(form) \(ending): \(answer.status)")
                #expect(place.hasPrefix(isHalf ? "/sign-in/code?next=" : "/sign-in?next="), "\(form): \(place)")
                let next = try #require(place.split(separator: "=").last?.removingPercentEncoding)
                #expect(next.hasPrefix("/go-on/") == !Self.secrets.contains(form), "\(form): \(next)")
                _ = try await browser.get(place)
                let end = try await signIn(rita, browser, next: next)
                let back = try await browser.get(try #require(end))
                guard next.hasPrefix("/go-on/") else { continue }
                #expect(back.text.contains("What was typed into &quot;this&quot; &lt;form&gt;"), "\(form)")
                #expect(back.text.contains("action=\"\(path(form))\""), "\(form)")
                #expect(back.text.contains("<strong>"), "\(form) has no words in words.txt")
                #expect(back.text == (try await browser.get(next)).text)
            }
        }
    }

    @Test("goes on with what was typed, in this browser only, and says so to somebody else")
    func goesOn() async throws {
        let browser = try await site.browser(of: rita)
        let token = try token(of: try await browser.get("/requests/new"))
        _ = try await browser.submit("/sign-out", [:])
        let fields = RequestPageTests.form.merging(["form": token]) { $1 }
        let answer = try await browser.submit("/requests/new", fields)
        let next = try #require(answer.location?.split(separator: "=").last?.removingPercentEncoding)
        #expect(try await browser.get(answer.location ?? "").text.contains("goes on with what you typed"))
        #expect(try await signIn(rita, browser, next: next) == next)
        #expect(try await browser.get(next).text.contains("Joins the release team"))
        let stranger = try await site.browser(of: marie)
        #expect(try await stranger.get(next).status == 410)
        let again = try await browser.get(next)
        let sent = again.text.matches(of: /name="([a-z.]+)" value="([^"]*)"/).map { (String($0.1), String($0.2)) }
        let done = try await browser.submit("/requests/new", Dictionary(sent) { $1 })
        #expect(done.location?.hasPrefix("/requests/") == true)

        _ = try await browser.submit("/sign-out", [:])
        _ = try await browser.get("/sign-in")
        #expect(try await signIn(marie, browser, next: next) == next)
        #expect(try await browser.get(next).text.contains("Somebody else was signed in"))
    }

    @Test("another site's form is refused by every path, whatever token it has")
    func crossSite() async throws {
        let browser = try await site.browser(of: rita)
        let token = try token(of: try await browser.get("/requests/new"))
        for form in forms {
            for headers in [
                ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Origin": "https://evil.example"],
            ] {
                let answer = try await browser.submit(
                    path(form), ["form": token, "reason": Self.typed], headers: headers)
                #expect(answer.status == 403 && !answer.text.contains("What was typed"), "\(form)")
            }
        }
        #expect(try await browser.get("/account").status == 200)
    }

    @Test(
        "a form without a token, or with a foreign one, does nothing; it is shown to be sent again where that is safe")
    func withoutToken() async throws {
        let browser = try await site.browser(of: rita)
        _ = try await browser.get("/requests/new")
        let other = try await site.browser(of: rita)
        let foreign = try token(of: try await other.get("/requests/new"))
        for form in forms where form != Self.upload {
            for token in ["", foreign, String(foreign.prefix(63))] {
                let answer = try await browser.submit(path(form), ["form": token, "reason": Self.typed])
                #expect(answer.status == 403 && answer.text.contains("too old"), "\(form)")
                guard form != "/sign-in" else { continue }
                #expect(answer.text.contains("What was typed into &quot;this&quot; &lt;form&gt;"), "\(form)")
                #expect(answer.text.contains("action=\"\(path(form))\""), "\(form)")
                let secret = try await browser.submit(
                    path(form), ["form": token, "password": "hunter two", "code": "123123"])
                #expect(!secret.text.contains("hunter two") && !secret.text.contains("123123"), "\(form)")
            }
        }
        #expect(try await browser.get("/account").status == 200)
        // The page that was shown is sent as it stands.
        let shown = try await browser.submit("/account/language", ["form": "", "language": "fr"])
        let again = ["form": try token(of: shown), "language": "fr"]
        #expect(try await browser.submit("/account/language", again).location == "/account?done=language")
    }

    @Test("a session that is over while one types its code leads to signing in")
    func codePageWithoutSession() async throws {
        let browser = site.browser()
        _ = try await browser.get("/sign-in")
        _ = try await browser.submit("/sign-in", ["email": rita.email.text, "password": rita.password])
        _ = try await browser.get("/sign-in/code?next=%2Fclouds")
        site.world.clock.skip(seconds: 43_200)
        let answer = try await browser.submit("/sign-in/code", ["code": "123456", "next": "/clouds"])
        #expect(answer.location == "/sign-in?next=/clouds")
    }

    @Test("every field for a secret is one that no page and no store keeps")
    func secretFields() throws {
        var count = 0
        for (path, text) in Site.templates where path.hasSuffix(".mustache") {
            for field in text.matches(of: /<input[^>]*(type="password"|one-time-code|id="recovery-code")[^>]*>/) {
                let name = try #require(field.0.firstMatch(of: /name="([^"]+)"/)).1
                #expect(FormData.isSecret(String(name)), "\(path): \(name)")
                count += 1
            }
        }
        #expect(count > 15)
    }

    @Test("no field that takes a recovery code asks a phone for digits only")
    func recoveryCodeFields() {
        for (path, text) in Site.templates {
            for field in text.matches(of: /<input[^>]*name="[a-z-]*recovery-code"[^>]*>/) {
                #expect(!field.0.contains("inputmode"), "\(path)")
            }
            for field in text.matches(of: /<input[^>]*inputmode="numeric"[^>]*>/) {
                #expect(field.0.contains("autocomplete=\"one-time-code\""), "\(path)")
            }
        }
        for page in ["sign-in-code", "step-up"] {
            let text = Site.templates.first { $0.path == "pages/\(page).mustache" }?.text ?? ""
            #expect(text.contains("recovery-code\" class=\"code\""), "\(page)")
        }
    }
}
