import Foundation
import Glibc

/// Bytes to a site as they are, with none of the manners of a client.
enum RawConnection {
    struct Failure: Error {
        let place: String
    }

    /// Sends the bytes and reads until the other side ends the connection.
    ///
    /// - Parameter isHeld: whether the own side stays open meanwhile, as of a client whose body is still to come.
    static func exchange(_ text: String, with site: Site, isHeld: Bool = true) async throws -> Answer {
        try answer(try await received(sending: [text], from: site, isHeld: isHeld))
    }

    /// Sends the pieces one after the other, and reads all answers until the other side ends the connection.
    static func exchange(pieces: [String], with site: Site, isHeld: Bool = true) async throws -> [Answer] {
        try answers(try await received(sending: pieces, from: site, isHeld: isHeld))
    }

    private static func received(sending pieces: [String], from site: Site, isHeld: Bool) async throws -> [UInt8] {
        let port = UInt16(site.port)
        // Blocking calls may hold none of the threads on which the server answers; those of Dispatch are the same ones.
        let received = try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<[UInt8], any Error>) in
            Thread.detachNewThread {
                continuation.resume(with: Result { try talk(pieces.map { Array($0.utf8) }, port, isHeld: isHeld) })
            }
        }
        return withExtendedLifetime(site) { received }
    }

    private static func talk(_ pieces: [[UInt8]], _ port: UInt16, isHeld: Bool) throws -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(place: "socket") }
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 600, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure(place: "connect") }
        // Each piece is on its way before the next.
        var now: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &now, socklen_t(MemoryLayout<Int32>.size))
        for bytes in pieces {
            guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
                throw Failure(place: "send")
            }
        }
        if !isHeld { shutdown(descriptor, Int32(SHUT_WR)) }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }  // A signal came in between, and no answer.
            guard count >= 0 else { throw Failure(place: "the answer has no end: \(errno)") }
            if count == 0 { return received }
            received += buffer[..<count]
        }
    }

    /// One behind the other, each as long as it says.
    private static func answers(_ bytes: [UInt8]) throws -> [Answer] {
        var rest = bytes[...]
        var answers: [Answer] = []
        while let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) {
            let head = try answer(Array(rest[..<end.upperBound]))
            if head.status == 100 {  // And more comes.
                rest = rest[end.upperBound...]
                continue
            }
            guard let length = head.headers["content-length"].flatMap({ Int($0) }),
                length <= rest[end.upperBound...].count
            else { throw Failure(place: "an answer without a length") }
            let body = rest[end.upperBound...].prefix(length)
            answers.append(
                Answer(status: head.status, headers: head.headers, text: String(decoding: body, as: UTF8.self)))
            rest = rest[body.endIndex...]
        }
        guard rest.isEmpty else { throw Failure(place: "half an answer") }
        return answers
    }

    private static func answer(_ bytes: [UInt8]) throws -> Answer {
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n\r\n", maxSplits: 1)
        let lines = parts.first?.components(separatedBy: "\r\n") ?? []
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, let status = Int(words[1]) else { throw Failure(place: "no answer") }
        let headers = lines.dropFirst().compactMap { line -> (String, String)? in
            line.firstIndex(of: ":").map {
                (line[..<$0].lowercased(), line[line.index(after: $0)...].trimmingCharacters(in: .whitespaces))
            }
        }
        return Answer(
            status: status, headers: Dictionary(headers) { first, _ in first },
            text: parts.count == 2 ? String(parts[1]) : "")
    }
}
