import Foundation
import Testing

/// What is peculiar to working through a server; that the rest is the same is shown by the other scripts.
@Suite("Through a server", .timeLimit(.minutes(60)))
struct RemoteCommandTests {
    @Test("signs in, says as whom, refuses what needs the folder, and signs out")
    func session() async throws {
        let office = try await Office.open(.overHTTP)
        let server = try await office.address()
        let home = office.environment(of: Office.rita)
        func run(_ arguments: String...) async throws -> CommandLineProgram.Result {
            try await office.usher.run(arguments + ["--json"], environment: home)
        }
        // Signed in, so that no command needs to be told where.
        let who = try await run("whoami")
        #expect(who.code == 0 && who.error.isEmpty, "\(who)")
        #expect(
            try who.document().keys == ["data", "email", "expiresAt", "name", "operator", "server", "verifiedAt"])
        #expect(try who.document()["email"] == .string(Office.rita))
        #expect(try who.document()["server"] == .string(server))
        #expect(try await run("request", "list").code == 0)
        for command in [["doctor"], ["init", "--manager", "x@y.example"], ["run-due"], ["audit", "verify"]] {
            let refused = try await office.usher.run(command + ["--json"], environment: home)
            #expect(refused.code == 1 && refused.output.isEmpty, "\(refused)")
            #expect(try refused.fault()["faults"][0]["code"] == "not_remote")
        }
        let both = try await run("request", "list", "--server", server, "--data", office.usher.data.path)
        #expect(both.code == 2, "\(both)")
        let somebody = try await run("request", "list", "--as", Office.marie)
        #expect(somebody.code == 2 && somebody.error.contains("--data"), "\(somebody)")
        let local = try await run("whoami", "--data", office.usher.data.path)
        #expect(try local.document()["server"] == .null && local.document()["operator"].text?.isEmpty == false)

        #expect(try await run("logout").code == 0)
        let out = try await run("request", "list", "--server", server)
        #expect(out.code == 3, "\(out)")
        #expect(try out.fault()["faults"][0]["code"] == "not_signed_in")
        #expect(try await run("logout").code == 1)
    }

    @Test("submits a file that is too long to be waited for, and tells every row")
    func longFile() async throws {
        let office = try await Office.open(.overHTTP)
        let rows = (1...1_001).map { "p\($0)@acme.example,P,en,prod=\($0 == 500 ? "NIX" : "STD"),,Joins" }
        let file = try office.usher.write(
            ([BulkSubmissionTests.header] + rows).joined(separator: "\n"), to: "people.csv")
        let result = try await office.run(
            "request", "submit", "--org", "acme", "--csv", file, "--dry-run", "--as", Office.rita, "--json")
        #expect(result.code == 1 && result.error.isEmpty, "\(result.error)")
        let verdict = try result.document()
        #expect(verdict.keys == ["encoding", "items", "next", "notes", "refused", "rows"])
        #expect(verdict["rows"] == 1_001 && verdict["refused"] == 1 && verdict["items"].items.count == 1_001)
        #expect(verdict["items"][499].keys == ["accepted", "email", "faults", "line", "request"])
        #expect(verdict["items"][499]["accepted"] == false && verdict["items"][499]["line"] == 501)
        #expect(
            try office.usher.sql(
                "SELECT count(*) FROM request WHERE holder_id IN "
                    + "(SELECT id FROM person WHERE email LIKE 'p%')") == "0\n")
    }

    @Test("tells an outage from a refusal, and sends no password over plain http")
    func failures() async throws {
        let office = try await Office.open(.overHTTP)
        let server = try await office.address()
        let home = office.environment(of: "somebody-new")
        func login(_ arguments: String..., password: String = Office.password) async throws -> (Int32, Document) {
            let result = try await office.usher.run(
                ["login"] + arguments + ["--password-stdin", "--json"], input: password + "\n", environment: home)
            #expect(result.output.isEmpty, "\(result)")
            return (result.code, try result.fault())
        }
        let plain = try await login("http://usher.example", "--email", Office.rita)
        #expect(plain.0 == 1 && plain.1["faults"][0]["code"] == "insecure")
        // The discard port: nobody answers there.
        let nobody = try await login("http://127.0.0.1:9", "--email", Office.rita)
        #expect(nobody.0 == 5 && nobody.1["code"] == "unavailable")
        let wrong = try await login(server, "--email", Office.rita, password: "wrong")
        #expect(wrong.0 == 3 && wrong.1["code"] == "forbidden")
        let half = try await login(server, "--email", Office.rita)
        #expect(half.0 == 3 && half.1["code"] == "unauthenticated")
        // Half a session is kept nowhere.
        let inbox = try await office.usher.run("inbox", "--server", server, "--json", environment: home)
        #expect(inbox.code == 3, "\(inbox)")
        let other = try await office.usher.run("inbox", "--server", server + "/elsewhere", environment: home)
        #expect(other.code == 4 || other.code == 5, "\(other)")
    }
}
