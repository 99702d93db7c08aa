import Basics
import Records
import Testing

@testable import Web

@Suite("The limiter", .timeLimit(.minutes(60)))
struct RateLimiterTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func client(_ address: String) -> Client { Client(address: address, agent: "") }

    private func allowed(_ limiter: RateLimiter, _ addresses: [String]) -> Int {
        addresses.count { address in (try? limiter.count(client(address), at: now)) != nil }
    }

    @Test("counts an address of IPv4, a /64, and eight times as much for a /48")
    func networks() {
        let limiter = RateLimiter(burst: 30)
        #expect(allowed(limiter, Array(repeating: "192.0.2.1", count: 100)) == 30)
        #expect(allowed(limiter, (0..<100).map { "::ffff:192.0.2.\($0 % 2 + 1)" }) == 30)
        #expect(allowed(limiter, (0..<1_000).map { "2001:db8:1:1::\(String($0, radix: 16))" }) == 30)
        // 30 tries of the /48 are gone already.
        #expect(allowed(limiter, (0..<9_000).map { "2001:db8:1:\(String($0 + 16, radix: 16))::1" }) == 210)
        #expect(allowed(limiter, ["2001:db8:2::1"]) == 1)
    }

    @Test("gives back what was right, and no more than there was")
    func giveBack() throws {
        let limiter = RateLimiter(burst: 3)
        for address in ["192.0.2.1", "2001:db8::1"] {
            for _ in 0..<100 {
                try limiter.count(client(address), at: now)
                limiter.giveBack(client(address), at: now)
            }
            limiter.giveBack(client(address), at: now)
            #expect(allowed(limiter, Array(repeating: address, count: 10)) == 3)
        }
    }

    @Test("fills again with time, and says how long that takes")
    func refill() {
        let limiter = RateLimiter(burst: 30)
        #expect(allowed(limiter, Array(repeating: "192.0.2.1", count: 31)) == 30)
        #expect(limiter.take("192.0.2.1", at: now).seconds == 2)
        #expect(!limiter.take("192.0.2.1", at: now.adding(seconds: 2)).isRefused)
        // A clock that goes back gives nothing and takes nothing.
        #expect(limiter.take("192.0.2.1", at: now).isRefused)
    }

    @Test("remembers no more than two generations of callers, and those who come again longest")
    func bounded() {
        let limiter = RateLimiter(burst: 2, perMinute: 2, greatest: 100)
        #expect(allowed(limiter, ["192.0.2.1", "192.0.2.1", "192.0.2.1"]) == 2)
        for number in 0..<10_000 {
            _ = limiter.take("caller \(number)", at: now)
            #expect(limiter.take("192.0.2.1", at: now).isRefused)
            #expect(limiter.remembered <= 201)
        }
    }
}
