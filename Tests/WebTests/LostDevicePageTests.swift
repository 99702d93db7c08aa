import Basics
import Directory
import Onboarding
import OneTimePassword
import TestSupport
import Testing

@testable import Web

@Suite("The page of a lost or locked device", .timeLimit(.minutes(60)))
struct LostDevicePageTests {
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

    @Test("a device that is reported lost, stolen even, keeps working until others have decided")
    func lostDevice() async throws {
        let (site, alice, _) = try await alice()
        let thief = try await half(alice, site)
        _ = try await thief.get("/lost-device")
        #expect(try await thief.submit("/lost-device", ["reason": ""]).status == 422)
        #expect(try await thief.submit("/lost-device", ["reason": " ", "stolen": "yes"]).status == 422)
        let asked = try await thief.follow("/lost-device", ["reason": "Left on a train", "stolen": "yes"])
        #expect(asked.status == 200)
        let shown = try #require(asked.text.firstMatch(of: /class="secret">([^<]+)</)).1
        let id = try #require(RequestID(String(shown)))
        let view = try await site.world.view(id)
        #expect(view.workflow == "mfa-reset")
        #expect(view.reason.contains("stolen"))
        #expect(try await site.world.usher.mfaStatus(of: alice.email, by: site.world.owner).factor != nil)
        // The report ends every session, also that of whoever made it; sent once more it leads to the same page.
        #expect(try await thief.get("/lost-device").location?.hasPrefix("/sign-in?") == true)
        let again = try await thief.follow("/lost-device", ["reason": "Left on a train", "stolen": "yes"])
        #expect(again.text.contains(id.text))
        let owner = try await site.browser(of: alice)
        _ = try await owner.get("/lost-device")
        #expect(try await owner.submit("/lost-device", ["reason": "Again"]).status == 409)
    }

    @Test("an authenticator that wrong codes locked is unlocked by two others, asked for where its code is")
    func locked() async throws {
        let (site, alice, _) = try await alice()
        try await site.world.lockFactor(of: alice.email.text)
        site.world.clock.skip(seconds: 60)
        let browser = try await half(alice, site)
        _ = try await browser.get("/sign-in/code")
        let refused = try await browser.submit("/sign-in/code", ["code": try code(alice, site)])
        #expect(refused.status == 403 && refused.text.contains("Have it unlocked"))
        let page = try await browser.get("/lost-device")
        #expect(page.text.contains("Your authenticator is locked") && page.text.contains("id=\"unlock\""))
        let empty = try await browser.submit("/lost-device", ["wish": "unlock", "reason": ""])
        #expect(empty.status == 422 && empty.text.contains("value=\"unlock\" checked"))
        let asked = try await browser.follow("/lost-device", ["wish": "unlock", "reason": "My clock was wrong"])
        #expect(asked.text.contains("works again"))
        let shown = try #require(asked.text.firstMatch(of: /class="secret">([^<]+)</)).1
        let id = try #require(RequestID(String(shown)))
        #expect(try await browser.follow("/lost-device", ["wish": "unlock", "reason": "Again"]).text.contains(id.text))
        try await site.world.approve(id)
        try await site.world.approve(id, by: "rita@acme.example")
        #expect(try await site.world.view(id).state == "unlocked")
        _ = try await browser.get("/sign-in/code")
        #expect(try await browser.submit("/sign-in/code", ["code": try code(alice, site)]).status == 303)
        #expect(try await browser.get("/account").status == 200)
    }
}
