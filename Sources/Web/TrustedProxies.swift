import Basics
import Foundation
import HTTPTypes
import Hummingbird

#if canImport(Glibc)
    import Glibc
#endif

/// The addresses whose word on the client's address is taken: the proxies in front.
package struct TrustedProxies: Sendable {
    /// An address, or all that begin with the same bits: `10.0.0.0/8`.
    private struct Network: Sendable {
        let bytes: [UInt8]
        let bits: Int

        /// Nil for what is no address, or no such network.
        init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), let bytes = TrustedProxies.bytes(of: String(parts[0])) else {
                return nil
            }
            self.bytes = bytes
            guard parts.count == 2 else {
                bits = bytes.count * 8
                return
            }
            guard let bits = Int(parts[1]), (1...bytes.count * 8).contains(bits) else { return nil }
            self.bits = bits
        }

        func contains(_ other: [UInt8]) -> Bool {
            guard other.count == bytes.count else { return false }
            return (0..<bits).allSatisfy { bit in (bytes[bit / 8] ^ other[bit / 8]) & (0x80 >> (bit % 8)) == 0 }
        }
    }

    private let networks: [Network]

    /// - Parameter addresses: of IPv4 or IPv6, or networks such as `10.0.0.0/8`.
    /// - Throws: `Fault.Code.invalid` for what is neither: a slip of the pen would trust nobody, and be noticed late.
    package init(_ addresses: some Sequence<String>) throws {
        networks = try addresses.map { text in
            guard let network = Network(text) else {
                throw Fault.invalid(
                    "trusted-proxies", "invalid_address",
                    "The setting trusted-proxies takes addresses and networks, such as 10.0.0.0/8, not \(text).")
            }
            return network
        }
    }

    /// The nearest address in `X-Forwarded-For` that is no proxy of ours; the connection's own without a proxy.
    ///
    /// Whatever a client writes stands left of what the proxies wrote, so it is never reached. No other header of a
    /// proxy's is believed by anybody: host and scheme are a setting.
    func client(of request: Request, peer: String) -> String {
        guard isTrusted(peer) else { return peer }
        let hops = request.headers[values: .xForwardedFor].joined(separator: ",").split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespaces) }
        // What is no address was written by nobody whom we know.
        guard let nearest = hops.last(where: { !isTrusted($0) }), Self.bytes(of: nearest) != nil else { return peer }
        return nearest
    }

    private func isTrusted(_ address: String) -> Bool {
        guard let bytes = Self.bytes(of: address) else { return false }
        return networks.contains { $0.contains(bytes) }
    }

    /// Four or sixteen; an IPv4 address that is written as one of IPv6 is the same address.
    private static func bytes(of text: String) -> [UInt8]? {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 { return four }
        var sixteen = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        let isMapped = sixteen[..<10].allSatisfy { $0 == 0 } && sixteen[10] == 0xFF && sixteen[11] == 0xFF
        return isMapped ? Array(sixteen[12...]) : sixteen
    }
}

extension HTTPField.Name {
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For") ?? .via
}
