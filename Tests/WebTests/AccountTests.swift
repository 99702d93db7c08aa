import Basics
import Directory
import Foundation
import Onboarding
import OneTimePassword
import Records
import TestSupport
import Testing

@testable import Web

@Suite("Account pages", .timeLimit(.minutes(60)))
struct AccountTests {
    private let better = "nine loud geese on the moor"

    private func code(_ who: Enrolled, _ site: Site) throws -> String {
        try #require(who.totp).code(at: site.world.clock.now)
    }

    /// Alice, Operator in `prod`, signed in with all she has.
    private func alice() async throws -> (Site, Enrolled, Browser) {
        let site = try await Site()
        let alice = try await site.world.account()
        return (site, alice, try await site.browser(of: alice))
    }

    private func half(_ who: Enrolled, _ site: Site) async throws -> Browser {
        let browser = site.browser()
        _ = try await browser.get("/sign-in")
        _ = try await browser.submit("/sign-in", ["email": who.email.text, "password": who.password])
        return browser
    }

    private func secret(in page: Answer) throws -> TOTP {
        let match = try #require(page.text.firstMatch(of: /id="secret">([A-Z2-7 ]+)</))
        return TOTP(secret: Secret(try Base32.decode(String(match.1).replacing(" ", with: ""))))
    }

    private func proof(in page: Answer) throws -> String {
        String(try #require(page.text.firstMatch(of: /name="proof" value="([0-9a-f]{64})"/)).1)
    }

    private func recoveryCodes(in page: Answer) -> [String] {
        page.text.matches(of: /<li>([A-Z2-7]{4}-[A-Z2-7-]+)</).map { String($0.1) }
    }

    @Test("show who one is, what one may do and where, and the state of the second factor")
    func overview() async throws {
        let (_, alice, browser) = try await alice()
        let page = try await browser.get("/account")
        #expect(page.status == 200)
        for words in [alice.email.text, "Alice Martin", "Operator", "Production", "Recovery codes left", ">10<"] {
            #expect(page.text.contains(words), "\(words)")
        }
        #expect(!page.text.contains("Few left"))
        #expect(page.text.contains("This browser"))
    }

    @Test("warn from three recovery codes left")
    func fewCodes() async throws {
        let (site, alice, browser) = try await alice()
        for code in alice.recoveryCodes.prefix(7) {
            _ = try await site.world.usher.verify(code, of: alice.email, by: site.world.owner)
        }
        #expect(try await browser.get("/account").text.contains("Few left"))
    }

    @Test("change the password: with the present one and a fresh code, in one form")
    func password() async throws {
        let (site, alice, browser) = try await alice()
        let other = try await site.browser(of: alice)
        site.world.clock.skip(seconds: 600)
        #expect(try await browser.get("/account").text.contains("name=\"step-up-code\""))
        let wrong = try await browser.submit(
            "/account/password",
            ["current": "not it", "password": better, "step-up-code": try code(alice, site)])
        #expect(wrong.status == 422)
        #expect(wrong.text.contains("not your present password"))
        // The code was right, so the session is fresh under a new token, and no second code is asked for.
        let done = try await browser.submit("/account/password", ["current": alice.password, "password": better])
        #expect(done.location == "/account?done=password")
        #expect(try await other.get("/account").status == 303)
        #expect(try await browser.get("/account").status == 200)
    }

    @Test("a stale session is asked for a code, which carries on with what was asked for; no password is sent back")
    func stepUp() async throws {
        let (site, alice, browser) = try await alice()
        site.world.clock.skip(seconds: 600)
        _ = try await browser.get("/account")
        let asked = try await browser.submit("/account/recovery-codes", ["note": "a \"b\" <c>"])
        #expect(asked.status == 401)
        #expect(asked.text.contains("action=\"/account/recovery-codes\""))
        #expect(asked.text.contains("value=\"a &quot;b&quot; &lt;c&gt;\""))
        let wrong = try await browser.submit(
            "/account/recovery-codes", ["step-up-code": try site.world.wrongCode(for: try #require(alice.totp))])
        #expect(wrong.status == 403)
        #expect(wrong.text.contains("not right"))
        site.world.clock.skip(seconds: 60)
        let codes = try await browser.follow("/account/recovery-codes", ["step-up-code": try code(alice, site)])
        #expect(recoveryCodes(in: codes).count == 10)
        #expect(try await browser.get("/account").status == 200)

        site.world.clock.skip(seconds: 600)
        _ = try await browser.get("/account")
        let secrets = try await browser.submit("/account/password", ["current": alice.password, "password": better])
        #expect(secrets.status == 401)
        #expect(!secrets.text.contains(alice.password) && !secrets.text.contains(better))
        let back = try await browser.submit("/step-up", ["next": "/account", "step-up-code": try code(alice, site)])
        #expect(back.location == "/account")
    }

    @Test("replace the authenticator: the old one proves its owner, the new one ends it and every other session")
    func replaceFactor() async throws {
        let (site, alice, browser) = try await alice()
        let other = try await site.browser(of: alice)
        site.world.clock.skip(seconds: 600)
        _ = try await browser.get("/account")
        #expect(try await browser.submit("/account/factor", [:]).status == 401)
        let page = try await browser.follow("/account/factor", ["step-up-code": try code(alice, site)])
        let new = try secret(in: page)
        let wrong = try await browser.submit(
            "/account/factor/code", ["proof": try proof(in: page), "code": try site.world.wrongCode(for: new)])
        #expect(wrong.status == 422)
        #expect(try secret(in: wrong).secret.exposed == new.secret.exposed)
        // Until then the old one works.
        site.world.clock.skip(seconds: 60)
        let old = try await site.world.usher.verify(try code(alice, site), of: alice.email, by: site.world.owner)
        #expect(old.accepted)
        let done = try await browser.follow(
            "/account/factor/code",
            ["proof": try proof(in: page), "code": try new.code(at: site.world.clock.now)])
        #expect(done.status == 200)
        #expect(recoveryCodes(in: done).count == 10)
        #expect(try await browser.get("/account").status == 200)
        #expect(try await other.get("/account").status == 303)
        site.world.clock.skip(seconds: 60)
        let usher = site.world.usher
        #expect(try await !usher.verify(try code(alice, site), of: alice.email, by: site.world.owner).accepted)
        let recovery = try #require(alice.recoveryCodes.first)
        #expect(try await !usher.verify(recovery, of: alice.email, by: site.world.owner).accepted)
    }

    @Test("the page of a new authenticator opens in the session that began it, in no other, and not for ever")
    func foreignSession() async throws {
        let (site, alice, browser) = try await alice()
        _ = try await browser.get("/account")
        let page = try await browser.follow("/account/factor", [:])
        let new = try secret(in: page)
        let proof = try proof(in: page)
        let other = try await site.browser(of: alice)
        _ = try await other.get("/account")
        let fields = ["proof": proof, "code": try new.code(at: site.world.clock.now)]
        #expect(try await other.submit("/account/factor/code", fields).status == 410)
        #expect(try await browser.submit("/account/factor/code", fields.merging(["proof": "00"]) { $1 }).status == 410)
        site.world.clock.skip(seconds: 900)
        let late = ["proof": proof, "code": try new.code(at: site.world.clock.now)]
        #expect(try await browser.submit("/account/factor/code", late).status == 410)
    }

    @Test("half a session sets up, replaces or regenerates nothing, and changes nothing")
    func halfASession() async throws {
        let (site, alice, _) = try await alice()
        let thief = try await half(alice, site)
        _ = try await thief.get("/sign-in/code")
        for (path, fields) in [
            ("/account/factor", ["current": alice.password]), ("/account/factor/code", ["proof": "0", "code": "0"]),
            ("/account/recovery-codes", [:]), ("/account/language", ["language": "fr"]),
            ("/account/password", ["current": alice.password, "password": better]),
            ("/account/sessions/end", ["session": "others"]), ("/step-up", ["next": "/account"]),
        ] {
            let answer = try await thief.submit(path, fields)
            #expect(answer.location?.hasPrefix("/sign-in/code?next=") == true, "\(path)")
            #expect(!answer.text.contains("otpauth:") && recoveryCodes(in: answer).isEmpty, "\(path)")
        }
        #expect(try await thief.get("/account").location == "/sign-in/code?next=/account")
    }

    @Test("a recovery code that signed in steps up no more, nor the other way round")
    func recoveryCodeTwice() async throws {
        let (site, alice, browser) = try await alice()
        let (one, two) = try (alice.recoveryCodes.at(0), alice.recoveryCodes.at(1))
        let entering = try await half(alice, site)
        _ = try await entering.get("/sign-in/code")
        #expect(try await entering.submit("/sign-in/code", ["code": one]).status == 303)
        _ = try await browser.get("/account")
        let reused = try await browser.submit("/account/recovery-codes", ["step-up-code": one])
        #expect(reused.status == 403)
        site.world.clock.skip(seconds: 60)
        #expect(try await browser.submit("/account/language", ["language": "en", "step-up-code": two]).status == 303)
        let again = try await half(alice, site)
        _ = try await again.get("/sign-in/code")
        #expect(try await again.submit("/sign-in/code", ["code": two]).status == 403)
    }

    @Test("an account that is disabled in mid-session does nothing more, by any of its pages")
    func disabled() async throws {
        let (site, alice, browser) = try await alice()
        _ = try await browser.get("/account")
        let page = try await browser.follow("/account/factor", [:])
        let new = try secret(in: page)
        try await site.world.usher.suspend(alice.email, reason: "left", by: site.world.owner)
        let fields = ["proof": try proof(in: page), "code": try new.code(at: site.world.clock.now)]
        for (path, fields) in [
            ("/account/factor/code", fields), ("/account/recovery-codes", [:]), ("/account/factor", [:]),
            ("/account/password", ["current": alice.password, "password": better]),
        ] {
            let answer = try await browser.submit(path, fields)
            #expect(answer.location?.hasPrefix("/sign-in?next=") == true, "\(path)")
        }
        #expect(try await browser.get("/account").location == "/sign-in?next=/account")
    }

    @Test("an account without an authenticator gets one by its password, and changes its password without a code")
    func firstFactor() async throws {
        let site = try await Site()
        let alice = try await site.world.account(grants: [("prod", "STD")])
        #expect(alice.totp == nil)
        let browser = try await site.browser(of: alice)
        _ = try await browser.get("/account")
        let changed = try await browser.submit("/account/password", ["current": alice.password, "password": better])
        #expect(changed.location == "/account?done=password")
        _ = try await browser.get("/account")
        #expect(try await browser.submit("/account/factor", ["current": alice.password]).status == 422)
        site.world.clock.skip(seconds: 60)
        let page = try await browser.follow("/account/factor", ["current": better])
        let new = try secret(in: page)
        let done = try await browser.follow(
            "/account/factor/code",
            ["proof": try proof(in: page), "code": try new.code(at: site.world.clock.now)])
        #expect(recoveryCodes(in: done).count == 10)
    }

    @Test("sessions are listed and ended one by one or all others; the language is kept")
    func sessionsAndLanguage() async throws {
        let (site, alice, browser) = try await alice()
        let other = try await site.browser(of: alice)
        let page = try await browser.get("/account")
        let id = try #require(page.text.firstMatch(of: /name="session" value="([0-9a-z]{26})"/)).1
        #expect(try await browser.submit("/account/sessions/end", ["session": String(id)]).status == 303)
        #expect(try await other.get("/account").status == 303)
        #expect(try await browser.submit("/account/sessions/end", ["session": String(id)]).status == 404)
        #expect(try await browser.submit("/account/sessions/end", ["session": ""]).status == 422)
        _ = try await browser.submit("/account/language", ["language": "fr"])
        #expect(try await browser.get("/account").text.contains("Votre compte"))
    }

    @Test(
        "a browser is listed by the name that its owner knows",
        arguments: [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
                "Chrome, Linux"
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1",
                "Safari, iPhone"
            ),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
            ("curl/8.9.1", "curl/8.9.1"),
        ])
    func clientNames(agent: String, name: String) { #expect(ClientName(agent).text == name) }
}
