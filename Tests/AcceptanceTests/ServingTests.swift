import Foundation
import Testing

/// `usher serve` from outside, by the scripts in `Tests/WebTests/Serving`: openssl, Python's HTTP and its sockets.
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

    @Test("goes on, behind its own TLS, where nobody reads its log, and loses none of it")
    func unread() async throws { try await play("unread") }

    @Test("goes on with people, timers and files while a mail server says nothing, and ends without its answer")
    func silent() async throws { try await play("silent") }

    @Test("shares a PostgreSQL database with another, and loses nothing when that or the other is killed")
    func nodes() async throws { try await play("nodes") }

    @Test("loses nothing when a standby takes the place of its PostgreSQL server, and asks no standby")
    func standby() async throws { try await play("standby") }

    @Test(
        "tells receivers of webhooks what changes, in order and under one id, through their lies, silence and absence",
        arguments: [[], ["--postgresql"]])
    func webhooks(database: [String]) async throws { try await run("webhooks.py", database) }

    @Test("is right about histories, as trying every order is")
    func linearizability() async throws { try await run("linearizability_test.py", []) }

    /// The short form of `make chaos`.
    @Test("keeps what three nodes acknowledged while they are killed, stopped and cut off from their database")
    func chaos() async throws {
        try await run(
            "chaos.py",
            [
                "--lifecycles", "48", "--clients", "16", "--offices", "2", "--seconds", "20", "--pace", "4",
                "--restarts", "2",
            ])
    }

    @Test("answers on three nodes at once as one would, one after the other")
    func races() async throws {
        try await run(
            "chaos.py",
            ["--contested", "--lifecycles", "8", "--clients", "8", "--offices", "1", "--faults", "", "--restarts", "0"])
    }

    private func play(_ name: String) async throws { try await run("serving.py", [name]) }

    private func run(_ script: String, _ words: [String]) async throws {
        let usher = try CommandLineProgram()
        let path = OtherPrograms.package.appending(path: "Tests/WebTests/Serving/\(script)").path
        try await usher.output(
            of: OtherPrograms.python, [path] + words,
            environment: ["USHER_TEST_PROGRAM": usher.program.path, "PYTHONDONTWRITEBYTECODE": "1"])
    }
}
