import Foundation
import Testing

/// `usher serve` from outside, by `Tests/WebTests/Serving/serving.py`: openssl, Python's HTTP and its sockets.
@Suite("The server", .timeLimit(.minutes(60)))
struct ServingTests {
    @Test(
        "speaks TLS 1.2 and newer, takes a renewed certificate without closing a connection, and outlives a broken one")
    func tls() async throws { try await play("tls") }

    @Test("believes the proxies that are set, and nobody else's headers")
    func proxies() async throws { try await play("proxies") }

    @Test("tells its numbers at an address of their own, and logs ids and patterns, never what people typed")
    func watching() async throws { try await play("watching") }

    @Test("ends on SIGTERM after what is in flight, and keeps all that it acknowledged")
    func stopping() async throws { try await play("stopping") }

    @Test("goes on with people, timers and files while a mail server says nothing, and ends without its answer")
    func silent() async throws { try await play("silent") }

    @Test("shares a PostgreSQL database with another, and loses nothing when that or the other is killed")
    func nodes() async throws { try await play("nodes") }

    private func play(_ name: String) async throws {
        let usher = try CommandLineProgram()
        let script = OtherPrograms.package.appending(path: "Tests/WebTests/Serving/serving.py")
        try await usher.output(
            of: OtherPrograms.python, [script.path, name],
            environment: ["USHER_TEST_PROGRAM": usher.program.path, "PYTHONDONTWRITEBYTECODE": "1"])
    }
}
