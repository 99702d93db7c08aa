import Basics
import Onboarding
import Records
import TestSupport
import Testing

@Suite("Page of one’s address", .timeLimit(.minutes(60)))
struct AddressPageTests {
    @Test("another address is asked for, proven with the mailed code, and counts once somebody agreed")
    func address() async throws {
        let site = try await Site()
        let browser = try await site.browser(of: try await site.world.account())
        _ = try await browser.get("/account")
        for taken in ["rita@acme.example", "marie@provider.example", "no address", ""] {
            #expect(try await browser.submit("/account/address", ["address": taken]).status == 422, "\(taken)")
        }
        let asked = try await browser.submit("/account/address", ["address": "alice@health.example"])
        #expect(asked.location == "/account?done=address")
        let page = try await browser.get("/account?done=address")
        #expect(page.text.contains("action=\"/account/address/code\"") && page.text.contains("alice@health.example"))
        // Twice is told, and harmless.
        #expect(try await browser.submit("/account/address", ["address": "alice@other.example"]).status == 409)
        #expect(try await browser.submit("/account/address/code", ["token": "00"]).status == 422)
        let code = site.world.mailer.mails(to: "alice@health.example").last?.text("addressCode") ?? ""
        let proven = try await browser.submit("/account/address/code", ["token": code])
        #expect(proven.location == "/account?done=address-proven")
        #expect(try await browser.get("/account").text.contains("waits for somebody who answers for you"))
        let open = try await site.world.usher.requests(
            organization: "acme", mine: false, state: "approval", overdue: false, PageRequest(), by: site.world.owner)
        let request = try #require(open.items.first { $0.workflow == "address-change" })
        try await site.world.approve(try site.world.id(request), by: "rita@acme.example")
        // The session ended with the old address.
        #expect(try await browser.get("/account").location?.hasPrefix("/sign-in") == true)
    }
}
