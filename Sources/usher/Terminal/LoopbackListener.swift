import Basics
import Foundation
import Glibc

/// Waits on this machine for one browser that comes back from a sign-in (RFC 8252, section 7.3).
struct LoopbackListener {
    private let descriptor: CInt
    let port: UInt16

    /// Any port that is free, of 127.0.0.1 alone.
    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 4) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard descriptor >= 0, isBound else {
            throw Fault(.unavailable, "No port of this machine can be listened on. Sign in with: usher login --device")
        }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }

    /// The query that a browser brought to `path`, once one has; whatever else comes is sent away.
    ///
    /// Blocks its thread, and at most for so many seconds.
    func query(of path: String, within seconds: Int32, answer: String) throws -> String {
        defer { close(descriptor) }
        let end = ContinuousClock.now + .seconds(Int(seconds))
        while true {
            let left = max(0, (end - ContinuousClock.now) / .milliseconds(1))
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, CInt(left)) > 0 else {
                throw Fault(.unavailable, "Nobody came back from the browser. Sign in with: usher login --device")
            }
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else { continue }
            defer { close(connection) }
            let target = Self.target(connection)
            guard let target, target.hasPrefix("\(path)?") else {
                Self.send(connection, 404, "")
                continue
            }
            Self.send(connection, 200, answer)
            return String(target.dropFirst(path.count + 1))
        }
    }

    /// Of the first line that is sent; what is longer or slower than any browser's is none.
    private static func target(_ connection: CInt) -> String? {
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < 16_384, !bytes.contains(10) {
            let count = recv(connection, &part, part.count, 0)
            guard count > 0 else { return nil }
            bytes += part.prefix(count)
        }
        let words = String(decoding: bytes.prefix { $0 != 13 && $0 != 10 }, as: UTF8.self).split(separator: " ")
        return words.count == 3 && words[0] == "GET" ? String(words[1]) : nil
    }

    private static func send(_ connection: CInt, _ status: Int, _ text: String) {
        let answer = """
            HTTP/1.1 \(status)\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: \(text.utf8.count)\r
            Cache-Control: no-store\r\nConnection: close\r\n\r\n\(text)
            """
        let bytes = Array(answer.utf8)
        _ = Glibc.send(connection, bytes, bytes.count, CInt(MSG_NOSIGNAL))
    }
}
