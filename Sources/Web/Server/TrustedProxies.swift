import Basics
import HTTPTypes
import Hummingbird

/// The addresses whose word on the client's address is taken: the proxies in front.
public struct TrustedProxies: Sendable {
    /// An address, or all that begin with the same bits: `10.0.0.0/8`.
    private struct Network: Sendable {
        let address: NetworkAddress
        let bits: Int

        /// Nil for what is no address, or no such network.
        init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), let address = NetworkAddress(String(parts[0])) else { return nil }
            self.address = address
            guard parts.count == 2 else {
                bits = address.bytes.count * 8
                return
            }
            guard let bits = Int(parts[1]), (1...address.bytes.count * 8).contains(bits) else { return nil }
            self.bits = bits
        }

        func contains(_ other: NetworkAddress) -> Bool { address.agrees(with: other, bits: bits) }
    }

    private let networks: [Network]

    /// - Parameter addresses: of IPv4 or IPv6, or networks such as `10.0.0.0/8`.
    /// - Throws: `Fault.Code.invalid` for what is neither: a slip of the pen
    ///   would trust nobody, and be noticed late.
    public init(_ addresses: some Sequence<String>) throws {
        networks = try addresses.map { text in
            guard let network = Network(text) else {
                throw Fault.invalid(
                    "trusted-proxies", "invalid_address",
                    "The setting trusted-proxies takes addresses and networks, such as 10.0.0.0/8, not \(text).")
            }
            return network
        }
    }

    /// The nearest address in `X-Forwarded-For` that is no proxy of
    /// ours; the connection's own without a proxy.
    ///
    /// Whatever a client writes stands left of what the proxies wrote, so it is never reached:
    /// reading from the right ends at the first address that is not ours. No other header of a
    /// proxy's is believed by anybody: host and scheme are a setting.
    func client(_ headers: HTTPFields, peer: String) -> String {
        guard isTrusted(peer) else { return peer }
        var left = Self.greatestHops
        for field in headers[values: .xForwardedFor].reversed() {
            for hop in Self.hops(field) {
                left -= 1
                // What is no address was written by nobody whom we
                // know, nor does anybody have so many proxies.
                guard left >= 0, let address = NetworkAddress(hop) else { return peer }
                if !networks.contains(where: { $0.contains(address) }) { return hop }
            }
        }
        return peer
    }

    /// From the right, one by one: the thousands that a stranger can write are not looked at.
    private static func hops(_ field: String) -> some Sequence<String> {
        sequence(state: field[...] as Substring?) { state in
            guard let rest = state else { return nil }
            let comma = rest.utf8.lastIndex(of: UInt8(ascii: ","))
            state = comma.map { rest[..<$0] }
            let hop = comma.map { rest[rest.utf8.index(after: $0)...] } ?? rest
            return hop.withoutOptionalWhitespace
        }
    }

    /// Of proxies one behind the other.
    private static let greatestHops = 32

    private func isTrusted(_ address: String) -> Bool {
        guard let address = NetworkAddress(address) else { return false }
        return networks.contains { $0.contains(address) }
    }
}

extension HTTPField.Name {
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For") ?? .via
}
