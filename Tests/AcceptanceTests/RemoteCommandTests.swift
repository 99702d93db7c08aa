import Foundation
import Testing

/// What is peculiar to working through a server; that the rest is the same is shown by the other scripts.
@Suite("Through a server")
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
