import Records
import Testing

@Suite("The network of a client", .timeLimit(.minutes(60)))
struct ClientNetworkTests {
    @Test(
        "is the address of IPv4, however it is written, and the /64 of IPv6 within its /48",
        arguments: [
            ("192.0.2.7", "192.0.2.7", nil),
            ("::ffff:192.0.2.7", "192.0.2.7", nil),
            ("::FFFF:C000:0207", "192.0.2.7", nil),
            ("0:0:0:0:0:ffff:c000:207", "192.0.2.7", nil),
            ("64:ff9b::192.0.2.7", "192.0.2.7", nil),
            ("2001:db8::1", "2001:db8:0:0::/64", "2001:db8:0::/48"),
            ("2001:DB8:0:0:ffff:ffff:ffff:ffff", "2001:db8:0:0::/64", "2001:db8:0::/48"),
            ("2001:0db8:0000:0001::", "2001:db8:0:1::/64", "2001:db8:0::/48"),
            ("2001:db8:1::", "2001:db8:1:0::/64", "2001:db8:1::/48"),
            ("fe80::1%eth0", "fe80:0:0:0::/64", "fe80:0:0::/48"),
            ("::1", "0:0:0:0::/64", "0:0:0::/48"),
        ] as [(String, String, String?)])
    func networks(address: String, key: String, wider: String?) {
        let network = ClientNetwork(address)
        #expect(network.key == key)
        #expect(network.wider == wider)
    }

    @Test("of what is no address is the text itself, cut short")
    func foreign() {
        #expect(ClientNetwork("unknown").key == "unknown")
        #expect(ClientNetwork("unknown").wider == nil)
        #expect(ClientNetwork("192.0.2.256").key == "192.0.2.256")
        #expect(ClientNetwork(String(repeating: "9", count: 100_000)).key.count == 64)
    }

    @Test("is one for all 2^64 addresses of a /64, and another for its neighbour")
    func oneNetwork() {
        let keys = Set((0..<1_000).map { ClientNetwork("2001:db8:7:9::\(String($0, radix: 16))").key })
        #expect(keys.count == 1)
        #expect(ClientNetwork("2001:db8:7:a::1").key != ClientNetwork("2001:db8:7:9::1").key)
        #expect(ClientNetwork("2001:db8:7:a::1").wider == ClientNetwork("2001:db8:7:9::1").wider)
    }
}
