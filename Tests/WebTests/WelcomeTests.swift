import Basics
import Directory
import Foundation
import Onboarding
import OneTimePassword
import TestSupport
import Testing

@Suite("Welcome pages", .timeLimit(.minutes(60)))
struct WelcomeTests {
    /// Alice was approved and has her invitation.
    private func invited() async throws -> (Site, token: String) {
        let site = try await Site()
        try await site.world.approve(try await site.world.submit())
        let token = try site.world.token(of: "alice@acme.example")
        return (site, String(decoding: token.exposed, as: UTF8.self))
    }

    private func secret(in page: String) throws -> Secret {
        let match = try #require(page.firstMatch(of: /id="secret">([A-Z2-7 ]+)</))
        return Secret(try Base32.decode(String(match.1).replacing(" ", with: "")))
    }

    @Test("leads from the link to an active account in three pages")
    func journey() async throws {
        let (site, token) = try await invited()
        let browser = site.browser()
        #expect(try await browser.get("/welcome").status == 200)
        let first = try await browser.submit("/welcome", ["token": token])
        #expect(first.text.contains("Welcome, Alice Martin"))
        #expect(first.text.contains("Rita Weiss"))
        let second = try await browser.follow(
            "/welcome/password", ["token": token, "password": TestInstallation.password])
        let totp = TOTP(secret: try secret(in: second.text))
        let session = try #require(second.text.firstMatch(of: /name="session" value="([0-9a-f]+)"/)).1
        let wrong = try await browser.submit(
            "/welcome/code", ["session": String(session), "code": try site.world.wrongCode(for: totp)])
        #expect(wrong.status == 422)
        #expect(try secret(in: wrong.text).exposed == totp.secret.exposed)
        let last = try await browser.follow(
            "/welcome/code", ["session": String(session), "code": try totp.code(at: site.world.clock.now)])
        #expect(last.text.contains("Your account is active"))
        #expect(last.text.matches(of: /<li>[A-Z2-7]{4}-/).count == 10)
        #expect(try await site.world.person("alice@acme.example").state == .active)
    }

    @Test("a mail scanner that opens the link and sends every form it finds, three times, uses nothing up")
    func scanner() async throws {
        let (site, token) = try await invited()
        for _ in 0..<3 {
            let scanner = site.browser()
            for method in ["GET", "HEAD"] {
                _ = try await scanner.send(method, "/welcome", headers: [:], body: nil)
            }
            _ = try await scanner.submit("/welcome", ["token": ""])
            _ = try await scanner.submit("/welcome", ["token": token])
            let refused = try await scanner.submit("/welcome/password", ["token": token, "password": ""])
            #expect(refused.status == 422)
        }
        let alice = site.browser()
        _ = try await alice.get("/welcome")
        let page = try await alice.submit("/welcome", ["token": token])
        #expect(page.text.contains("Choose a password"))
    }

    @Test("is never cached, framed or referred")
    func headers() async throws {
        let (site, token) = try await invited()
        let browser = site.browser()
        _ = try await browser.get("/welcome")
        let page = try await browser.follow(
            "/welcome/password", ["token": token, "password": TestInstallation.password])
        #expect(page.text.contains("otpauth:"))
        #expect(page.headers["cache-control"] == "no-store")
        #expect(page.headers["referrer-policy"] == "no-referrer")
        #expect(page.headers["x-frame-options"] == "DENY")
        let policy = try #require(page.headers["content-security-policy"])
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(policy.contains("base-uri 'none'") && !policy.contains("unsafe"))
        #expect(page.headers["x-content-type-options"] == "nosniff")
        // No other origin may read what is answered.
        #expect(!page.headers.keys.contains { $0.hasPrefix("access-control-") })
    }

    @Test("says nothing about a link that opens nothing", arguments: ["nonsense", String(repeating: "0", count: 64)])
    func unknownLink(token: String) async throws {
        let site = try await Site()
        let browser = site.browser()
        _ = try await browser.get("/welcome")
        let page = try await browser.submit("/welcome", ["token": token])
        #expect(page.status == 404)
        #expect(!page.text.contains("acme"))
    }

    @Test("offers a new link where the old one opens nothing, with one answer whoever asks")
    func renewal() async throws {
        let (site, token) = try await invited()
        let browser = site.browser()
        _ = try await browser.get("/welcome")
        let over = try await browser.submit("/welcome", ["token": String(repeating: "0", count: 64)])
        #expect(over.text.contains("action=\"/welcome/renew\""))
        var answers: [String] = []
        for email in ["alice@acme.example", "nobody@acme.example", "rita@acme.example", "no address"] {
            answers.append(try await browser.follow("/welcome/renew", ["email": email]).text)
        }
        #expect(Set(answers).count == 1)
        #expect(try await browser.submit("/welcome", ["token": token]).status == 404)
        _ = try await site.world.usher.runDue()
        let new = String(decoding: try site.world.token(of: "alice@acme.example").exposed, as: UTF8.self)
        #expect(try await browser.submit("/welcome", ["token": new]).text.contains("Choose a password"))
    }

    @Test("speaks the language of the invited, whatever the browser's")
    func language() async throws {
        let site = try await Site()
        let submission = site.world.submission(language: "fr")
        let view = try await site.world.usher.submit(submission, by: try await site.world.actor("rita@acme.example"))
        try await site.world.approve(try site.world.id(view))
        let browser = site.browser(language: "en")
        _ = try await browser.get("/welcome")
        let token = try site.world.token(of: "alice@acme.example")
        let page = try await browser.submit("/welcome", ["token": String(decoding: token.exposed, as: UTF8.self)])
        #expect(page.text.contains("<html lang=\"fr\">"))
        #expect(page.text.contains("Bienvenue, Alice Martin"))
    }
}
