import Basics
import Foundation
import Glibc
import Notification
import Onboarding
import Records
import Scratch
import Testing

/// Real files, sockets and a real server: what leaves is what arrives.
@Suite("Signed heads sent elsewhere", .timeLimit(.minutes(60)))
struct HeadOutletTests {
    private static let head = AuditHead(
        sequence: 42, hash: [UInt8](repeating: 0xAB, count: 32), at: Timestamp(milliseconds: 1_795_424_400_218),
        signature: [UInt8](repeating: 0xCD, count: 64))

    @Test("are appended to a file that its owner alone reads")
    func file() async throws {
        let folder = try TestFolder()
        let outlet = HeadFile(path: folder.path("heads"))
        try await outlet.send(Self.head)
        try await outlet.send(Self.head)
        let text = try String(contentsOfFile: folder.path("heads"), encoding: .utf8)
        #expect(HeadClaim.all(in: text) == [.head(Self.head), .head(Self.head)])
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path("heads"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let nowhere = HeadFile(path: folder.path("no/heads"))
        await #expect(throws: DeliveryFailure.self) { try await nowhere.send(Self.head) }
    }

    @Test("go by a socket of this machine, one datagram each")
    func socket() async throws {
        let folder = try TestFolder()
        let path = folder.path("log")
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8) + [0]) }
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        try #require(isBound)
        try await HeadSyslog(address: try #require(SyslogAddress("syslog:\(path)"))).send(Self.head)
        #expect(HeadClaim.all(in: received(descriptor)) == [.head(Self.head)])
        let nowhere = HeadSyslog(address: try #require(SyslogAddress("syslog:\(folder.path("none"))")))
        await #expect(throws: DeliveryFailure.self) { try await nowhere.send(Self.head) }
    }

    @Test("go by UDP as RFC 5424 has it")
    func datagram() async throws {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        let port = try loopback(descriptor)
        try await HeadSyslog(address: try #require(SyslogAddress("syslog://127.0.0.1:\(port)"))).send(Self.head)
        let line = received(descriptor)
        #expect(line.hasPrefix("<85>1 2026-11-23T09:00:00.218Z "), "\(line)")
        #expect(line.contains(" usher - audit-head [usher@32473 sequence=\"42\" hash=\"abab"), "\(line)")
        #expect(HeadClaim.all(in: line) == [.head(Self.head)])
    }

    @Test("are posted as JSON, and any answer but a yes is a failure", arguments: [204, 302, 500])
    func post(status: Int) async throws {
        let listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let port = try loopback(listener)
        try #require(listen(listener, 1) == 0)
        let answer = "HTTP/1.1 \(status) X\r\nContent-Length: 0\r\nLocation: /x\r\nConnection: close\r\n\r\n"
        async let request = Self.answer(listener, answer)
        let outlet = HeadPost(url: "http://secret:word@127.0.0.1:\(port)/heads", caFile: nil)
        #expect(outlet.name == "http://127.0.0.1:\(port)/heads")
        if status == 204 {
            try await outlet.send(Self.head)
        } else {
            await #expect(throws: DeliveryFailure.self) { try await outlet.send(Self.head) }
        }
        let text = await request
        close(listener)
        #expect(text.hasPrefix("POST /heads HTTP/1.1\r\n"), "\(text)")
        #expect(HeadClaim.all(in: text) == [.head(Self.head)], "\(text)")
    }

    @Test(
        "what is no address of a syslog is none",
        arguments: [
            "syslog:", "syslog://", "syslog:relative", "syslog://u@h", "syslog://h/path",
            "syslog:/" + String(repeating: "x", count: 200),
        ])
    func refuses(_ text: String) { #expect(SyslogAddress(text) == nil) }

    // MARK: Means

    /// Binds to any free port.
    private func loopback(_ descriptor: Int32) throws -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(isBound)
        return UInt16(bigEndian: address.sin_port)
    }

    private func received(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }

    /// Takes one connection on a thread of its own, reads the request to the end of its body and answers.
    private static func answer(_ listener: Int32, _ answer: String) async -> String {
        await withCheckedContinuation { continuation in
            Thread {
                let connection = accept(listener, nil, nil)
                var text = ""
                var bytes = [UInt8](repeating: 0, count: 4_096)
                while !text.hasSuffix("}") {
                    let count = recv(connection, &bytes, bytes.count, 0)
                    if count <= 0 { break }
                    text += String(decoding: bytes.prefix(count), as: UTF8.self)
                }
                send(connection, answer, answer.utf8.count, 0)
                close(connection)
                continuation.resume(returning: text)
            }.start()
        }
    }
}
