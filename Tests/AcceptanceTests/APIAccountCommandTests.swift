import Foundation
import Testing

@Suite("An account of a program from the command line")
struct APIAccountCommandTests {
    private static let alice = "alice@acme.example"

    @Test("is asked for, agreed to, collected once, rotated with an overlap, and closed at once")
    func story() async throws {
        let office = try await Office.open()
        try await office.approve(try await office.submit(Self.alice, "prod=OPE"))
        try await office.enrol(Self.alice)
        let asked = try await office.done(
            "api-account", "request", "--org", "acme", "--owner", Self.alice, "--purpose", "Nightly inventory",
            "--grant", "prod=STD", "--as", Office.rita)
        let id = try #require(asked["id"].text)
        #expect(asked["workflow"] == "api-account" && asked["person"]["email"] == .string(Self.alice))
        #expect(try await office.approve(id)["state"] == "collection")
        let token = try await office.usher.token(to: Self.alice)
        office.pass(seconds: 60)
        let stranger = try await office.run(
            "api-account", "collect", "--token", token, "--as", Office.rita, "--code",
            try await office.code(of: Office.rita))
        #expect(stranger.code == 1 && !stranger.output.contains("Client"), "\(stranger)")
        office.pass(seconds: 60)
        let opened = try await office.done(
            "api-account", "collect", "--token", token, "--as", Self.alice, "--code",
            try await office.code(of: Self.alice))
        let (client, secret) = (
            try #require(opened["clientId"].text), try #require(opened["clientSecret"].text)
        )
        office.pass(seconds: 60)
        let twice = try await office.run(
            "api-account", "collect", "--token", token, "--as", Self.alice, "--code",
            try await office.code(of: Self.alice))
        #expect(twice.code != 0, "\(twice)")
        #expect(try await office.done("request", "show", id)["state"] == "active")
        #expect(try await verify(office, client, secret).code == 0)
        #expect(try await verify(office, client, secret + "x").code == 1)
        let may = try await office.run("can", client, "create-snapshot", "--cloud", "acme/prod", "--json")
        let decision = try may.document()
        #expect(may.code == 1 && decision["profile"] == "STD", "\(may)")

        office.pass(seconds: 60)
        let rotated = try await office.done(
            "api-account", "rotate", client, "--overlap-days", "2", "--as", Self.alice, "--code",
            try await office.code(of: Self.alice))
        let newer = try #require(rotated["clientSecret"].text)
        #expect(try await verify(office, client, secret).code == 0)
        office.pass(seconds: 3 * 86_400)
        #expect(try await verify(office, client, secret).code == 1)
        #expect(try await verify(office, client, newer).code == 0)
        let listed = try await office.done("api-account", "list", "--org", "acme")["items"]
        #expect(listed.items.count == 1 && listed[0]["owner"] == .string(Self.alice), "\(listed)")
        try await office.done("api-account", "close", client, "--reason", "Retired")
        #expect(try await verify(office, client, newer).code == 1)
        // Neither secret stands in the database.
        let bytes = try Data(contentsOf: URL(filePath: office.usher.path("data/usher.db")))
        for secret in [secret, newer] { #expect(bytes.range(of: Data(secret.utf8)) == nil) }
        #expect(try await office.run("doctor").code == 0)
    }

    private func verify(
        _ office: Office, _ client: String, _ secret: String
    ) async throws -> CommandLineProgram.Result {
        try await office.run("api-account", "verify", client, "--secret-stdin", input: secret + "\n")
    }
}
