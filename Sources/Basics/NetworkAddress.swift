import Glibc

/// An address of IPv4 or IPv6, however it was written.
///
/// One that is written as IPv6 and stands for one of IPv4 is that one of IPv4:
/// mapped (RFC 4291, section 2.5.5.2), or translated on its way by the
/// well-known prefix (RFC 6052, section 2.1).
public struct NetworkAddress: Hashable, Sendable {
    /// Four or sixteen, the greatest first.
    public let bytes: [UInt8]

    /// Nil for what is no address; a zone (`fe80::1%eth0`) is passed over, for it is a name of ours.
    public init?(_ text: String) {
        // No address is longer: what is, is not even looked at.
        guard text.utf8.count <= 64, !text.utf8.contains(0) else { return nil }
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = four
            return
        }
        var sixteen = [UInt8](repeating: 0, count: 16)
        let plain = text.prefix { $0 != "%" }
        guard inet_pton(AF_INET6, String(plain), &sixteen) == 1 else { return nil }
        let isInner = Self.prefixesOfIPv4.contains(Array(sixteen[..<12]))
        bytes = isInner ? Array(sixteen[12...]) : sixteen
    }

    public var isIPv4: Bool { bytes.count == 4 }

    /// Whether both begin with the same `bits`.
    public func agrees(with other: NetworkAddress, bits: Int) -> Bool {
        guard other.bytes.count == bytes.count, (0...bytes.count * 8).contains(bits) else { return false }
        return (0..<bits).allSatisfy { bit in (bytes[bit / 8] ^ other.bytes[bit / 8]) & (0x80 >> (bit % 8)) == 0 }
    }

    private static let prefixesOfIPv4: [[UInt8]] = [
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
        [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
}

extension NetworkAddress {
    /// Whether it is somebody's on the internet: not this machine, not a network of our own, nothing special.
    ///
    /// IPv4 by the registry of special addresses (RFC 6890); of IPv6 what is given out (2000::/3), but for what
    /// tunnels into IPv4, whose inner address nobody here sees connected, and what is only for documents.
    public var isPublic: Bool {
        let refused = isIPv4 ? Self.specialIPv4 : Self.specialIPv6
        let isGivenOut = isIPv4 || bytes[0] & 0xE0 == 0x20
        return isGivenOut && !refused.contains { agrees(with: $0.network, bits: $0.bits) }
    }

    private static let specialIPv4 = networks([
        ("0.0.0.0", 8), ("10.0.0.0", 8), ("100.64.0.0", 10), ("127.0.0.0", 8), ("169.254.0.0", 16),
        ("172.16.0.0", 12), ("192.0.0.0", 24), ("192.0.2.0", 24), ("192.88.99.0", 24), ("192.168.0.0", 16),
        ("198.18.0.0", 15), ("198.51.100.0", 24), ("203.0.113.0", 24), ("224.0.0.0", 4), ("240.0.0.0", 4),
    ])
    private static let specialIPv6 = networks([
        ("2001::", 23), ("2001:db8::", 32), ("2002::", 16), ("3fff::", 20),
    ])

    private static func networks(_ list: [(text: String, bits: Int)]) -> [(network: NetworkAddress, bits: Int)] {
        list.map { one in
            guard let network = NetworkAddress(one.text) else { preconditionFailure("\(one.text) is no address") }
            return (network, one.bits)
        }
    }
}
