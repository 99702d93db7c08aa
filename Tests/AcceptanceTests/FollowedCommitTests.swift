import Foundation
import Testing

/// A platform asks a process that serves, while a command in another process changes what is answered.
@Suite("A commit of another process", .timeLimit(.minutes(60)))
struct FollowedCommitTests {
    private static let alice = "alice@acme.example"
    private static let question = """
        {"subject": {"type": "user", "id": "\(alice)"}, "action": {"name": "start-instance"},
        "resource": {"type": "cloud", "id": "acme/prod"}}
        """

    private func open() async throws -> (Office, client: String, secret: String) {
        let office = try await Office.open()
        let id = try await office.submit(Self.alice, "prod=OPE")
        try await office.approve(id)
        let made = try await office.done(
            "application", "add", "Platform", "--kind", "service", "--scope", "decisions")
        office.pass(seconds: 60)
        try await office.enrol(Self.alice)
        return (office, try #require(made["clientId"].text), try #require(made["clientSecret"].text))
    }

    private func curl(_ office: Office, _ arguments: String...) async throws -> Document {
        let told = try await office.usher.output(of: "/usr/bin/curl", ["-sS", "--max-time", "60"] + arguments)
        return try Document(parsing: told)
    }

    @Test("counts in the next decision, be it asked for under load")
    func suspension() async throws {
        let (office, client, secret) = try await open()
        let address = try await office.address()
        let token = try #require(
            try await curl(
                office, "--user", "\(client):\(secret)", "--data", "grant_type=client_credentials",
                "\(address)/openid/token")["access_token"].text)
        let asked = [
            "-H", "Authorization: Bearer \(token)", "-H", "Content-Type: application/json", "--data", Self.question,
            "\(address)/access/v1/evaluation",
        ]
        func reason() async throws -> String? {
            try await curl(office, asked[0], asked[1], asked[2], asked[3], asked[4], asked[5], asked[6])["context"][
                "reason"
            ].text
        }
        #expect(try await reason() == "allowed")
        // Others ask all the time, so that what is held in memory is in use while it changes.
        let loads = try (0..<3).map { _ in try load(asked) }
        // One that has ended by itself is left alone: its number may be another process's by then.
        defer { for load in loads where load.isRunning { load.terminate() } }
        for _ in 0..<8 {
            try await office.done("person", "suspend", Self.alice, "--reason", "Laptop stolen")
            #expect(try await reason() == "account_suspended")
            try await office.done("person", "resume", Self.alice, "--reason", "Found")
            #expect(try await reason() == "allowed")
        }
        // So does the end of what asks.
        try await office.done("application", "remove", "Platform", "--reason", "Not used any more")
        let refused = try await office.usher.output(
            of: "/usr/bin/curl", ["-sS", "--max-time", "60", "-o", "/dev/null", "-w", "%{http_code}"] + asked)
        #expect(refused == "401")
        await office.close()
    }

    private func load(_ asked: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "while curl -s -o /dev/null --max-time 60 \"$@\"; do :; done", "sh"] + asked
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}
