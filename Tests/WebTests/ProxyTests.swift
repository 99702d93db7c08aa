import Basics
import TestSupport
import Testing
import Web

/// Who a client is, by what a proxy says or a stranger claims; seen by whom the brake on guesses slows down.
@Suite("Proxies in front", .timeLimit(.minutes(60)))
struct ProxyTests {
    /// How many of 35 guesses in one moment, each with this header, are too many.
    private func slowed(trusting proxies: Set<String>, _ forwarded: (Int) -> String) async throws -> Int {
        let site = try await Site(try TestInstallation(), proxies: proxies)
        let browser = site.browser()
        _ = try await browser.get("/sign-in")
        var count = 0
        for turn in 0..<35 {
            let answer = try await browser.submit(
                "/sign-in", ["email": "nobody", "password": "x"], headers: ["X-Forwarded-For": forwarded(turn)])
            count += answer.status == 429 ? 1 : 0
        }
        return count
    }

    @Test("are believed by their address or their network")
    func trusted() async throws {
        #expect(try await slowed(trusting: ["127.0.0.1"]) { "198.51.100.\($0)" } == 0)
        #expect(try await slowed(trusting: ["10.0.0.1", "127.0.0.0/8"]) { "2001:db8:\($0)::1" } == 0)
        // One network of IPv6 is one client, whichever of its addresses it takes.
        #expect(try await slowed(trusting: ["127.0.0.1"]) { "2001:db8::\($0)" } == 5)
    }

    @Test("are not believed where they are not set, and nothing that stands left of what they wrote is")
    func untrusted() async throws {
        #expect(try await slowed(trusting: []) { "198.51.100.\($0)" } == 5)
        #expect(try await slowed(trusting: ["127.0.0.2", "128.0.0.0/1"]) { "198.51.100.\($0)" } == 5)
        #expect(try await slowed(trusting: ["127.0.0.1"]) { "203.0.113.\($0), 198.51.100.200" } == 5)
        #expect(try await slowed(trusting: ["127.0.0.1"]) { "203.0.113.\($0), 198.51.100.200, 127.0.0.1" } == 5)
        #expect(try await slowed(trusting: ["127.0.0.1"]) { "no-address-\($0)" } == 5)
    }

    @Test(
        "are refused where they are no address", arguments: ["10.0.0.300", "10.0.0.0/33", "10.0.0.0/", "x", "::1/129"])
    func refused(text: String) {
        #expect(throws: Fault.self) { _ = try TrustedProxies([text]) }
    }
}
