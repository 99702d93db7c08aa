import Basics
import Foundation

/// Where a served Usher is: `https://usher.example`, perhaps with a port and a path.
///
/// Passwords and tokens go there, so it is HTTPS, or this very machine.
public struct ServerAddress: Hashable, Sendable {
    /// Scheme and host in lower case, no slash at the end.
    public let text: String
    /// Nobody between here and there could read along: no proxy is asked either.
    public let isLoopback: Bool

    /// - Throws: `Fault.Code.invalid` on `server`.
    public init(_ text: String) throws {
        func refused(_ code: String, _ sentence: Sentence) -> Fault { .invalid("server", code, sentence) }
        let shown = text.prefix(200)
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host?.lowercased(), !host.isEmpty,
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control || $0 == " " })
        else {
            throw refused(
                "invalid_address", "\(shown) is no address of a server: write it like https://usher.example.")
        }
        guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil else {
            throw refused("invalid_address", "Give the server's address alone: without a user, a ? or a #.")
        }
        isLoopback = Self.loopback(host)
        guard scheme == "https" || isLoopback else {
            throw refused(
                "insecure", "Over http anybody on the way to \(host) could read along: give its https address.")
        }
        let port = parts.port.map { ":\($0)" } ?? ""
        let path = parts.percentEncodedPath
        self.text = "\(scheme)://\(host)\(port)\(path.hasSuffix("/") ? String(path.dropLast()) : path)"
    }

    /// 127.0.0.0/8, ::1 and the name that curl never asks a name server for (RFC 6761, section 6.3).
    private static func loopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" || host == "::1" { return true }
        let bytes = host.split(separator: ".", omittingEmptySubsequences: false)
        return bytes.count == 4 && bytes[0] == "127" && bytes.allSatisfy { UInt8($0) != nil }
    }
}
