import Basics

/// Where a client is, as far as it counts for limits: who has
/// one address of a network has all of them.
///
/// A customer of IPv6 is given a /64 at least and chooses among 2^64 addresses at will (RFC
/// 6177), many a /48. So tries are counted by /64, and with a larger allowance by /48.
public struct ClientNetwork: Hashable, Sendable {
    /// The address of IPv4, or the /64 of IPv6, such as `192.0.2.7` and `2001:db8:0:1::/64`.
    ///
    /// What is no address stands for itself.
    public let key: String
    /// The /48 around one of IPv6; nil for IPv4, where an address may be a whole office already.
    public let wider: String?

    public init(_ address: String) {
        guard let address = NetworkAddress(address) else {
            key = String(address.prefix(64))
            wider = nil
            return
        }
        guard !address.isIPv4 else {
            key = address.bytes.map(String.init).joined(separator: ".")
            wider = nil
            return
        }
        key = Self.network(address, groups: 4)
        wider = Self.network(address, groups: 3)
    }

    /// - Parameter groups: of 16 bits.
    private static func network(_ address: NetworkAddress, groups: Int) -> String {
        let parts = (0..<groups).map { group in
            String(Int(address.bytes[2 * group]) << 8 | Int(address.bytes[2 * group + 1]), radix: 16)
        }
        return "\(parts.joined(separator: ":"))::/\(groups * 16)"
    }
}
