import Basics
import Directory
import Foundation
import Onboarding
import OneTimePassword
import TestSupport
import Testing
import Web

/// What a page shows once: loaded again, sent twice, in a second tab, and elsewhere.
@Suite("Pages that are loaded again", .timeLimit(.minutes(60)))
struct ShownAgainTests {
    private func secret(in page: Answer) throws -> TOTP {
        let match = try #require(page.text.firstMatch(of: /id="secret">([A-Z2-7 ]+)</))
        return TOTP(secret: Secret(try Base32.decode(String(match.1).replacing(" ", with: ""))))
    }

    private func field(_ name: String, in page: Answer) throws -> String {
        let fields = page.text.matches(of: /name="([a-z]+)" value="([^"]*)"/)
        return String(try #require(fields.first { $0.1 == name }).2)
    }

    private func recoveryCodes(in page: Answer) -> [String] {
        page.text.matches(of: /<li>([A-Z2-7]{4}-[A-Z2-7-]+)</).map { String($0.1) }
    }

    private func invited(_ grants: [(cloud: String, profile: String)] = [("prod", "OPE")]) async throws -> (
        Site, String
    ) {
        let site = try await Site()
        try await site.world.approve(try await site.world.submit(grants: grants))
        let token = try site.world.token(of: "alice@acme.example")
        return (site, String(decoding: token.exposed, as: UTF8.self))
    }

    @Test("no form of any page is answered by a page that would be another one if it were sent again")
    func everyForm() async throws {
        let world = try TestInstallation()
        let marie = try await world.manager()
        let rita = try await world.organization()
        let alice = try await world.account(grants: [("prod", "STD")])
        let site = try await Site(world)
        // What applications send is answered as the standards say, and its question is asked again if it is sent again.
        let forms = site.routes.filter { $0.method == "POST" && !$0.path.hasPrefix("/api/") }.map(\.path).sorted()
            .filter { !$0.hasPrefix("/openid/") && !$0.hasPrefix("/access/") }
        for who in [marie, rita, alice] {
            let browser = try await site.browser(of: who)
            _ = try await browser.get("/account")
            let session = browser.cookie("__Host-usher")
            for form in forms where form != "/sign-out" {
                browser.setCookie("__Host-usher", session)
                let path = form.replacing(/\{\w+\}/, with: "01m8h7hejpw2q0v5xk3c9d4f6g")
                let fields = ["reason": "Why", "current": who.password, "language": "en", "email": who.email.text]
                let answer = try await browser.submit(path, fields)
                // A success leads to a page of its own; what is refused says so by its status.
                #expect(answer.status == 303 || answer.status >= 400, "\(who.email) \(form): \(answer.status)")
            }
        }
    }

    @Test("the picture stays the same when its page is loaded again or the password is sent twice")
    func enrolmentSecret() async throws {
        let (site, token) = try await invited()
        let browser = site.browser()
        _ = try await browser.get("/welcome")
        let fields = ["token": token, "password": TestInstallation.password]
        async let one = browser.submit("/welcome/password", fields)
        async let two = browser.submit("/welcome/password", fields)
        let places = try await [one, two].map { try #require($0.location) }
        #expect(Set(places).count == 1)
        let place = try places.at(0)
        let page = try await browser.get(place)
        let totp = try secret(in: page)
        #expect(try secret(in: try await browser.get(place)).secret.exposed == totp.secret.exposed)
        let again = try await browser.follow("/welcome/password", fields)
        #expect(try secret(in: again).secret.exposed == totp.secret.exposed)
        #expect(page.headers["cache-control"] == "no-store")
        // Another browser that begins gets another secret, and only then this one is over.
        let other = site.browser()
        _ = try await other.get("/welcome")
        #expect(try await other.get(place).status == 410)
        let elsewhere = try await other.follow("/welcome/password", fields)
        #expect(try secret(in: elsewhere).secret.exposed != totp.secret.exposed)
        #expect(try await browser.get(place).status == 410)
    }

    @Test("the recovery codes stay until they are said to be kept, in the browser that enrolled and not for ever")
    func enrolmentEnd() async throws {
        let (site, token) = try await invited()
        let browser = site.browser()
        _ = try await browser.get("/welcome")
        let page = try await browser.follow(
            "/welcome/password", ["token": token, "password": TestInstallation.password])
        let proof = [
            "session": try field("session", in: page), "of": try field("of", in: page),
            "code": try secret(in: page).code(at: site.world.clock.now),
        ]
        async let one = browser.submit("/welcome/code", proof)
        async let two = browser.submit("/welcome/code", proof)
        let places = try await [one, two].map { try #require($0.location) }
        #expect(Set(places).count == 1)
        let place = try places.at(0)
        let end = try await browser.get(place)
        #expect(end.text.contains("Your account is active") && end.text.contains("Production"))
        let codes = recoveryCodes(in: end)
        #expect(codes.count == 10)
        #expect(recoveryCodes(in: try await browser.get(place)) == codes)
        // The page before, the link and the form that is sent again all lead there.
        let address = "/welcome/authenticator/\(try field("of", in: page))"
        #expect(try await browser.get(address).location == place)
        #expect(try await browser.submit("/welcome", ["token": token]).location == place)
        #expect(try await browser.submit("/welcome/code", proof).location == place)
        let stranger = site.browser()
        _ = try await stranger.get("/welcome")
        #expect(try await stranger.get(place).location == "/")
        #expect(
            try await site.world.usher.verify(codes.at(0), of: EmailAddress("alice@acme.example"), by: site.world.owner)
                .accepted)
        #expect(try await browser.submit("/welcome/kept", ["of": try field("of", in: page)]).location == "/")
        #expect(try await browser.get(place).location == "/")
        // Whoever has just proven password and code need not prove them again.
        #expect(try await browser.get("/account").status == 200)
    }

    @Test("recovery codes that nobody said to have kept are shown no longer than a quarter of an hour")
    func codesEnd() async throws {
        let site = try await Site()
        let alice = try await site.world.account()
        let browser = try await site.browser(of: alice)
        _ = try await browser.get("/account")
        #expect(recoveryCodes(in: try await browser.follow("/account/recovery-codes", [:])).count == 10)
        site.world.clock.skip(seconds: 899)
        #expect(recoveryCodes(in: try await browser.get("/account/recovery-codes")).count == 10)
        site.world.clock.skip(seconds: 1)
        #expect(try await browser.get("/account/recovery-codes").location == "/account")
    }

    @Test("an enrolment without an authenticator ends on the same page, however often it is sent")
    func endWithoutFactor() async throws {
        let (site, token) = try await invited([("prod", "STD")])
        let browser = site.browser()
        _ = try await browser.get("/welcome")
        let fields = ["token": token, "password": TestInstallation.password]
        let place = try #require(try await browser.submit("/welcome/password", fields).location)
        #expect(try await browser.submit("/welcome/password", fields).location == place)
        for _ in 0..<2 { #expect(try await browser.get(place).text.contains("Your account is active")) }
    }

    @Test("new recovery codes are one set, however often they are asked for, until they are said to be kept")
    func recoveryCodesOnce() async throws {
        let site = try await Site()
        let alice = try await site.world.account()
        let browser = try await site.browser(of: alice)
        let other = try await site.browser(of: alice)
        _ = try await browser.get("/account")
        async let one = browser.submit("/account/recovery-codes", [:])
        async let two = browser.submit("/account/recovery-codes", [:])
        #expect(try await [one, two].allSatisfy { $0.location == "/account/recovery-codes" })
        let codes = recoveryCodes(in: try await browser.get("/account/recovery-codes"))
        #expect(codes.count == 10)
        #expect(recoveryCodes(in: try await browser.follow("/account/recovery-codes", [:])) == codes)
        #expect(try await other.get("/account/recovery-codes").location == "/account")
        #expect(try await browser.submit("/account/recovery-codes/kept", [:]).location == "/account")
        #expect(try await browser.get("/account/recovery-codes").location == "/account")
        _ = try await browser.get("/account")
        let next = recoveryCodes(in: try await browser.follow("/account/recovery-codes", [:]))
        #expect(next.count == 10 && next != codes)
        // A set made elsewhere makes this one worthless: it is shown no more.
        _ = try await site.world.usher.replaceRecoveryCodes(by: try await site.world.actor(alice.email.text))
        #expect(try await browser.get("/account/recovery-codes").location == "/account")
    }

    @Test("another authenticator has one secret in the session that began it, and its end is shown again")
    func ownFactor() async throws {
        let site = try await Site()
        let alice = try await site.world.account()
        let other = try await site.browser(of: alice)
        let browser = try await site.browser(of: alice)
        _ = try await browser.get("/account")
        async let one = browser.submit("/account/factor", [:])
        async let two = browser.submit("/account/factor", [:])
        #expect(try await [one, two].allSatisfy { $0.location == "/account/factor" })
        let page = try await browser.get("/account/factor")
        let totp = try secret(in: page)
        #expect(try secret(in: try await browser.get("/account/factor")).secret.exposed == totp.secret.exposed)
        #expect(try secret(in: try await browser.follow("/account/factor", [:])).secret.exposed == totp.secret.exposed)
        #expect(try await other.get("/account/factor").location == "/account")
        let proof = ["proof": try field("proof", in: page), "code": try totp.code(at: site.world.clock.now)]
        let done = try await browser.follow("/account/factor/code", proof)
        let codes = recoveryCodes(in: done)
        #expect(codes.count == 10)
        #expect(done.text.contains("The new authenticator is active"))
        #expect(recoveryCodes(in: try await browser.get("/account/recovery-codes")) == codes)
        #expect(try await browser.submit("/account/factor/code", proof).location == "/account/recovery-codes")
        #expect(try await browser.get("/account/factor").location == "/account/recovery-codes")
    }

    @Test("nothing that is kept for a browser stands in the database in clear")
    func sealed() async throws {
        let site = try await Site()
        let alice = try await site.world.account()
        let browser = try await site.browser(of: alice)
        _ = try await browser.get("/account")
        let codes = recoveryCodes(in: try await browser.follow("/account/recovery-codes", [:]))
        _ = try await browser.get("/account")
        _ = try await browser.submit("/sign-out", [:])
        _ = try await browser.submit("/delegations", ["reason": "canary in a form"])
        let bytes = try site.world.databaseBytes()
        for word in [try codes.at(0), "canary in a form"] {
            #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word)")
        }
    }
}
