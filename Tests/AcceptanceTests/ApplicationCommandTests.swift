import Foundation
import Testing

@Suite("Applications from the command line", .timeLimit(.minutes(60)))
struct ApplicationCommandTests {
    private static let members: Set = [
        "clientId", "name", "kind", "state", "redirects", "logoutRedirects", "logoutNotice", "grants", "scopes",
        "organizations", "algorithm", "sessionSeconds", "resources", "keys", "mustPush", "mustProveKey", "createdAt",
        "secrets",
    ]

    /// Olga looks after the service, wherever she is.
    private static let olga = "olga@provider.example"

    private func open(_ way: Way) async throws -> Office {
        let office = try await Office.open(way)
        try await office.done("person", "appoint", Self.olga, "--duty", "operator", "--name", "Olga")
        try await office.enrol(Self.olga)
        office.pass(seconds: 60)
        return office
    }

    /// With a code that nobody has used.
    private func change(_ office: Office, _ arguments: String...) async throws -> CommandLineProgram.Result {
        office.pass(seconds: 60)
        return try await office.run(
            arguments + ["--as", Self.olga, "--code", try await office.code(of: Self.olga), "--json"])
    }

    private func changed(_ result: CommandLineProgram.Result) throws -> Document {
        try #require(result.code == 0 && result.error.isEmpty, "\(result)")
        return try result.document()
    }

    private func read(_ office: Office, _ arguments: String...) async throws -> Document {
        try await office.done(arguments + ["--as", Self.olga])
    }

    @Test("are registered, told, checked, given another secret and removed", arguments: Way.allCases)
    func story(way: Way) async throws {
        let office = try await open(way)
        let made = try changed(
            try await change(
                office, "application", "add", "Console", "--kind", "web", "--redirect",
                "https://console.example.com/callback",
                "--scope", "openid", "--scope", "access", "--org", "acme", "--algorithm", "RS256", "--session-seconds",
                "3600", "--resource", "https://api.example.com", "--must-push"))
        #expect(Set(made.keys) == Self.members.union(["clientSecret"]))
        let (client, secret) = (try #require(made["clientId"].text), try #require(made["clientSecret"].text))
        let shown = try await read(office, "application", "show", "Console")
        #expect(Set(shown.keys) == Self.members)
        #expect(shown["redirects"][0] == "https://console.example.com/callback")
        #expect(shown["scopes"].items.compactMap(\.text) == ["access", "openid"])
        #expect(shown["organizations"][0] == "acme" && shown["algorithm"] == "RS256")
        #expect(shown["sessionSeconds"] == 3_600 && shown["mustPush"] == true && shown["mustProveKey"] == false)
        #expect(shown["secrets"].items.count == 1 && shown["secrets"][0]["endsAt"] == .null)
        let listed = try await read(office, "application", "list")["items"]
        // A service has registered the command line itself.
        let ours = listed.items.filter { $0["name"] != "Usher command line" }
        #expect(ours.count == 1 && ours[0]["clientId"] == .string(client))
        let told = try await office.run("application", "show", client, "--as", Self.olga)
        #expect(
            told.output.contains("Leads back to:  https://console.example.com/callback\n")
                && told.output.contains("Organizations:  acme\n") && !told.output.contains(secret), "\(told)")

        // What is only to be known keeps nobody from working.
        let checked = try await office.run("application", "check", "Console", "--as", Self.olga)
        #expect(checked.code == 0 && checked.output.contains("• It does not hear that somebody was suspended"))
        let found = try await read(office, "application", "check", "Console")["items"]
        #expect(found.items.compactMap { $0["code"].text } == ["no_logout_notice", "no_logout_redirect"])
        #expect(found[0].keys == ["code", "message", "severity"] && found[0]["severity"] == "note")

        let rotated = try changed(try await change(office, "application", "rotate", "Console", "--overlap-days", "3"))
        #expect(rotated.keys == ["clientId", "clientSecret", "olderEndsAt"])
        #expect(rotated["clientSecret"].text != secret && rotated["olderEndsAt"].text != nil)
        let again = try await change(office, "application", "rotate", "Console")
        #expect(try again.code == 1 && again.fault()["code"] == "conflict", "\(again)")
        let warned = try await read(office, "application", "check", "Console")["items"]
        #expect(warned[0]["code"] == "older_secret")

        let removed = try changed(try await change(office, "application", "remove", "Console", "--reason", "Replaced"))
        #expect(removed["state"] == "removed" && removed["secrets"].items.isEmpty)
        #expect(try await office.run("application", "show", "Console", "--as", Self.olga).code == 4)
        let none = try await office.run("application", "list", "--as", Self.olga)
        // A service keeps the command line of its own.
        #expect(none.code == 0 && !none.output.contains("Console"))
    }

    @Test("that are not as they should be are refused, every fault by its name", arguments: Way.allCases)
    func faults(way: Way) async throws {
        let office = try await open(way)
        let refused = try await change(
            office, "application", "add", "Console", "--kind", "web", "--redirect", "http://console.example.com/",
            "--redirect", "https://*.example.com/", "--scope", "root", "--org", "nowhere")
        let fields = try refused.fault()["faults"].items.compactMap { $0["field"].text }
        #expect(refused.code == 1, "\(refused)")
        #expect(fields == ["redirects[0]", "redirects[1]", "scopes", "organizations"])
        let nobody = try await office.run("application", "list", "--as", Office.rita)
        #expect(nobody.code == 3, "\(nobody)")
        for (file, hint) in [("nothing.json", "cannot be read"), ("bad.json", "JSON Web Key Set")] {
            if file == "bad.json" { try office.usher.write("{", to: file) }
            let keys = try await office.run(
                "application", "add", "X", "--kind", "service", "--keys", office.usher.path(file))
            #expect(keys.code == 2 && keys.error.contains(hint), "\(keys)")
        }
    }

    @Test("have tokens signed by keys that are listed and rotated", arguments: Way.allCases)
    func keys(way: Way) async throws {
        let office = try await open(way)
        let first = try await read(office, "key", "list")["items"]
        #expect(first.items.count == 2 && first.items.allSatisfy { $0["state"] == "signing" })
        #expect(first[0].keys == ["algorithm", "createdAt", "id", "signsFrom", "state"])
        let rotated = try changed(try await change(office, "key", "rotate"))["items"]
        #expect(rotated.items.filter { $0["state"] == "next" }.count == 2 && rotated.items.count == 4)
        #expect(try changed(try await change(office, "key", "rotate"))["items"].items.count == 4)
        let table = try await office.run("key", "list", "--as", Self.olga)
        #expect(table.output.hasPrefix("KEY ") && table.output.contains("ES256"), "\(table)")
        #expect(try await office.run("key", "rotate", "--as", Office.rita).code == 3)
    }
}
