import Basics
import HTTPTypes
import Hummingbird
import NIOCore
import OneTimePassword
import TestSupport
import Testing

@testable import Web

@Suite("Signing in", .timeLimit(.minutes(60)))
struct SignInTests {
    @Test("asks for the password, then for the code, and leads where one wanted to go")
    func journey() async throws {
        let site = try await Site(try TestInstallation())
        let marie = try await site.world.manager()
        site.world.clock.skip(seconds: 60)
        let browser = site.browser()
        let away = try await browser.get("/")
        #expect(away.location == "/sign-in?next=/")
        _ = try await browser.get("/sign-in")
        let half = try await browser.submit(
            "/sign-in", ["email": marie.email.text, "password": marie.password, "next": "/inbox"])
        #expect(half.status == 303)
        #expect(half.location == "/sign-in/code?next=/inbox")
        let cookie = try #require(half.headers["set-cookie"])
        for word in ["__Host-usher=", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            #expect(cookie.contains(word))
        }
        // Half an identity sees no page.
        #expect(try await browser.get("/").status == 303)
        let before = browser.cookie("__Host-usher")
        _ = try await browser.get("/sign-in/code")
        let code = try #require(marie.totp).code(at: site.world.clock.now)
        let whole = try await browser.submit("/sign-in/code", ["code": code, "next": "/"])
        #expect(whole.location == "/")
        #expect(browser.cookie("__Host-usher") != before)
        let home = try await browser.get("/")
        #expect(home.status == 200)
        #expect(home.text.contains("<html lang=\"fr\">"))
        _ = try await browser.submit("/sign-out", [:])
        #expect(try await browser.get("/").status == 303)
    }

    @Test("finds its cookie among others, and takes none of another name for it")
    func cookies() {
        for (header, value) in [
            ("__Host-usher=a", "a"), ("x=1; __Host-usher=b ; y=2", "b"), ("__Host-usher-visit=v;__Host-usher=c", "c"),
            ("x__Host-usher=no", nil), ("x=y __Host-usher=no", nil), ("", nil), ("__Host-usher=; a=b", ""),
        ] as [(String, String?)] {
            var head = HTTPRequest(method: .get, scheme: "https", authority: "x", path: "/")
            head.headerFields[.cookie] = header
            let request = Request(head: head, body: .init(buffer: ByteBuffer()))
            #expect(WebCookie.value(of: WebCookie.session, in: request) == value, "\(header)")
        }
    }

    @Test("ends the session that the browser had before, and no other")
    func again() async throws {
        let site = try await Site(try TestInstallation())
        let marie = try await site.world.manager()
        let (browser, other) = (try await site.browser(of: marie), try await site.browser(of: marie))
        let former = browser.cookie("__Host-usher")
        _ = try await browser.get("/sign-in")
        _ = try await browser.submit("/sign-in", ["email": marie.email.text, "password": marie.password])
        browser.setCookie("__Host-usher", former)
        #expect(try await browser.get("/").status == 303)
        #expect(try await other.get("/").status == 200)
    }

    @Test(
        "leads to no other site afterwards",
        arguments: [
            "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)",
            "/a\r\nSet-Cookie: x=y",
        ])
    func openRedirect(next: String) async throws {
        let site = try await Site(try TestInstallation())
        let marie = try await site.world.manager()
        let browser = try await site.browser(of: marie)
        site.world.clock.skip(seconds: 60)
        _ = try await browser.get("/sign-in/code")
        let code = try #require(marie.totp).code(at: site.world.clock.now)
        let answer = try await browser.submit("/sign-in/code", ["code": code, "next": next])
        #expect(answer.location == "/")
    }

    @Test("a form without its token, with another browser's, or of another site is refused")
    func forgedForms() async throws {
        let site = try await Site(try TestInstallation())
        let marie = try await site.world.manager()
        let fields = ["email": marie.email.text, "password": marie.password]
        let browser = site.browser()
        _ = try await browser.get("/sign-in")
        #expect(try await browser.submit("/sign-in", fields.merging(["form": ""]) { $1 }).status == 403)
        let other = site.browser()
        _ = try await other.get("/sign-in")
        let stolen = String(repeating: "0", count: 64)
        #expect(try await browser.submit("/sign-in", fields.merging(["form": stolen]) { $1 }).status == 403)
        for headers in [
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Origin": "https://evil.example"],
            ["Origin": "null"],
        ] { #expect(try await browser.submit("/sign-in", fields, headers: headers).status == 403) }
        #expect(try await browser.submit("/sign-in", fields, headers: ["Sec-Fetch-Site": "same-origin"]).status == 303)
    }

    @Test("one address that guesses is slowed down, whatever it says of itself")
    func rateLimit() async throws {
        let site = try await Site(try TestInstallation())
        let browser = site.browser()
        _ = try await browser.get("/sign-in")
        var statuses: [Int] = []
        for number in 0..<40 {
            let answer = try await browser.submit(
                "/sign-in", ["email": "nobody\(number)@acme.example", "password": "x"],
                headers: ["X-Forwarded-For": "10.0.0.\(number)"])
            statuses.append(answer.status)
        }
        #expect(statuses.prefix(30).allSatisfy { $0 == 403 })
        #expect(statuses.last == 429)
    }
}
