import Basics
import Directory
import Foundation
import Onboarding
import TestSupport
import Testing

@Suite("The account of a program, in a browser", .timeLimit(.minutes(60)))
struct CollectionPageTests {
    @Test("is opened by its owner, who sees the secret again until it is kept, and by nobody else")
    func collects() async throws {
        let site = try await Site()
        let world = site.world
        let alice = try await world.account()
        let view = try await world.usher.requestAPIAccount(
            organization: "acme", owner: alice.email.text, purpose: "Reports", grants: [("prod", "STD")],
            by: try await world.actor("rita@acme.example"))
        try await world.approve(try world.id(view))
        #expect(world.mailer.mails(to: alice.email.text).last?.text("link")?.hasSuffix("/requests/\(view.id)") == true)
        let path = "/requests/\(view.id)"
        let browser = try await site.browser(of: alice)
        let page = try await browser.get(path)
        #expect(page.text.contains("Open the account"))
        let opened = try await browser.submit("\(path)/collected", [:])
        #expect(opened.status == 303 && opened.location == "\(path)/collected")
        let shown = try await browser.get("\(path)/collected")
        let secrets = shown.text.matches(of: /class="secret"[^>]*>([^<]+)</).map { String($0.1) }
        #expect(secrets.count == 2)
        #expect(try await browser.get("\(path)/collected").text.contains(try secrets.at(1)))
        #expect(try await browser.submit("\(path)/collected", [:]).location == "\(path)/collected")
        let program = try #require(APIAccountID(secrets.at(0)))
        #expect(try await world.usher.verifyAPISecret(Secret(try secrets.at(1)), of: program, by: world.owner).accepted)
        // Another browser of the same person sees nothing of it.
        let other = try await site.browser(of: alice)
        #expect(try await other.get("\(path)/collected").location == path)
        #expect(try await browser.submit("\(path)/collected/kept", [:]).location == path)
        #expect(try await browser.get("\(path)/collected").location == path)
        let end = try await browser.get(path)
        #expect(end.text.contains("Active") && !end.text.contains("Open the account"))
    }
}
