import Foundation
import Testing

@Suite("An account of a program from the command line", .timeLimit(.minutes(60)))
struct APIAccountCommandTests {
    private static let (alice, bob) = ("alice@acme.example", "bob@acme.example")

    @Test(
        "is asked for, agreed to, collected once, rotated with an overlap, and closed at once",
        arguments: Way.allCases)
    func story(way: Way) async throws {
        let office = try await Office.open(way)
        for email in [Self.alice, Self.bob] {
            try await office.approve(try await office.submit(email, "prod=OPE"))
            try await office.enrol(email)
        }
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
        let owners = try await verify(office, client, secret, by: Self.alice)
        #expect(owners.code == 0 && owners.output == "accepted\n", "\(owners)")
        let wrong = try await verify(office, client, secret + "x", by: Self.alice)
        #expect(wrong.code == 1 && wrong.output == "refused: wrong\n", "\(wrong)")
        #expect(try await verify(office, client, secret, by: Office.rita).code == 3)
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
        let listed = try await office.done("api-account", "list", "--org", "acme", "--as", Office.rita)["items"]
        #expect(listed.items.count == 1 && listed[0]["owner"] == .string(Self.alice), "\(listed)")
        let shown = try await office.run("api-account", "show", client, "--as", Self.alice)
        #expect(shown.output.contains("Owner:    \(Self.alice), acme\nProfiles: prod=STD\nSecret:   since"), "\(shown)")
        office.pass(seconds: 60)
        let given = try await office.done(
            "api-account", "assign", client, "--owner", Self.bob, "--as", Office.rita, "--code",
            try await office.code(of: Office.rita))
        #expect(given["owner"] == .string(Self.alice) && given["clientId"] == .string(client), "\(given)")
        // Its owner has to agree, or somebody else who answers for it.
        office.pass(seconds: 60)
        try await office.done(
            "request", "approve", try #require(given["ownerRequest"].text), "--as", Self.alice, "--code",
            try await office.code(of: Self.alice))
        #expect(try await office.run("api-account", "show", client, "--as", Self.alice).code == 4)
        office.pass(seconds: 60)
        let closed = try await office.done(
            "api-account", "close", client, "--reason", "Retired", "--as", Office.rita, "--code",
            try await office.code(of: Office.rita))
        #expect(closed["state"] == "closed" && closed["secrets"] == [], "\(closed)")
        #expect(try await verify(office, client, newer).code == 1)
        // Neither secret stands in the database.
        let bytes = try office.usher.databaseBytes()
        for secret in [secret, newer] { #expect(bytes.range(of: Data(secret.utf8)) == nil) }
        #expect(try await office.run("doctor").code == 0)
    }

    private func verify(
        _ office: Office, _ client: String, _ secret: String, by person: String? = nil
    ) async throws -> CommandLineProgram.Result {
        try await office.run(
            ["api-account", "verify", client, "--secret-stdin"] + (person.map { ["--as", $0] } ?? []),
            input: secret + "\n")
    }
}
