import Foundation
import Records

/// Where a syslog listens: `syslog://HOST[:PORT]` by UDP (RFC 5426), or
/// `syslog:/dev/log`, a socket of this machine.
public struct SyslogAddress: Sendable {
    private enum Place: Sendable {
        case network(host: String, port: String)
        case socket(path: String)
    }

    public let text: String
    private let place: Place

    public init?(_ text: String) {
        self.text = text
        let rest = text.dropFirst("syslog:".count)
        if rest.hasPrefix("//") {
            guard let components = URLComponents(string: text), let host = components.host, !host.isEmpty,
                components.path.isEmpty, components.user == nil
            else { return nil }
            let bare = host.trimmingCharacters(in: ["[", "]"])
            place = .network(host: bare, port: String(components.port ?? 514))
        } else {
            // A socket's path has a place of 108 bytes, the last of them zero.
            guard rest.hasPrefix("/"), rest.utf8.count < 108 else { return nil }
            place = .socket(path: String(rest))
        }
    }

    /// One datagram: that it left is all that can be known.
    func send(_ line: String) throws(DeliveryFailure) {
        let bytes = Array(line.utf8)
        switch place {
        case .network(let host, let port): try send(bytes, host, port)
        case .socket(let path): try send(bytes, path)
        }
    }

    private func send(_ bytes: [UInt8], _ host: String, _ port: String) throws(DeliveryFailure) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, port, &hints, &found)
        guard code == 0, let address = found else {
            throw DeliveryFailure(isPermanent: false, message: String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(
            address.pointee.ai_family, address.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure }
        defer { close(descriptor) }
        let sent = sendto(
            descriptor, bytes, bytes.count, 0, address.pointee.ai_addr, address.pointee.ai_addrlen)
        guard sent == bytes.count else { throw failure }
    }

    private func send(_ bytes: [UInt8], _ path: String) throws(DeliveryFailure) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8) + [0]) }
        let sent = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(
                    descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT), $0,
                    socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard sent == bytes.count else { throw failure }
    }

    private var failure: DeliveryFailure {
        DeliveryFailure(isPermanent: false, message: String(cString: strerror(errno)))
    }
}
