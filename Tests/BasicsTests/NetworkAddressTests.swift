import Testing

@testable import Basics

@Suite("Network addresses", .timeLimit(.minutes(60)))
struct NetworkAddressTests {
    @Test(
        "are public where they are somebody's on the internet",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255",
            "172.32.0.0", "192.167.255.255", "192.169.0.0", "223.255.255.255", "198.17.255.255", "198.20.0.0",
            "2606:4700:4700::1111", "2a00::1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808",
        ])
    func open(text: String) throws { #expect(try #require(NetworkAddress(text)).isPublic) }

    @Test(
        "are none of the internet where they are our own, or special, however they are written",
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
            "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1",
            "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255",
            "240.0.0.1", "255.255.255.255", "::", "::1", "::10.0.0.1", "fc00::1", "fd12:3456::1", "fe80::1",
            "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "2002:a00:1::", "3fff::1",
            "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::a00:1", "100::1", "5f00::1", "4000::1",
        ])
    func closed(text: String) throws { #expect(try #require(NetworkAddress(text)).isPublic == false) }
}
