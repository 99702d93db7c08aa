import Foundation
import Remote
import Scratch
import Testing

/// A whole installation on its way to another database and back, as its operator and its people see it.
@Suite("usher copy", .aboutTheFile, .timeLimit(.minutes(60)))
struct CopyCommandTests {
    private let server: PostgreSQLServer
    private let url: String

    init() throws {
        server = try PostgreSQLServer.shared.get()
        url = try server.makeDatabase()
    }

    /// Everything that a terminal shows of an installation, command by command.
    private func sight(of office: Office, _ environment: [String: String]) async throws -> [String: String] {
        office.configure(environment)
        var commands = [
            ["org", "list"], ["org", "show", "acme"], ["cloud", "list", "acme"], ["person", "list"],
            ["request", "list"], ["person", "show", Office.rita], ["mfa", "status", Office.rita],
            ["inbox", "--as", Office.marie],
            ["effect", "list"], ["audit", "list"], ["audit", "verify"], ["security", "list"], ["key", "status"],
            ["workflow", "list"], ["api-account", "list", "--org", "acme"],
        ]
        let requests = try await office.done("request", "list")["items"].items.compactMap { $0["id"].text }
        commands += requests.map { ["request", "show", $0, "--history"] }
        var sight: [String: String] = [:]
        for command in commands {
            let result = try await office.run(command + ["--json"])
            try #require(result.code == 0, "\(result)")
            sight[command.joined(separator: " ")] = result.output
        }
        sight["export"] = try await office.run("audit", "export").output
        return sight
    }

    @Test("moves everything that anybody sees to PostgreSQL, where the work goes on, and back")
    func thereAndBack() async throws {
        let office = try await Office.open()
        try await office.approve(try await office.submit("alice@acme.example", "prod=OPE"))
        try await office.enrol("alice@acme.example")
        _ = try await office.submit("bob@acme.example", "prod=STD", name: "Bo\u{308}b 😀")
        let before = try await sight(of: office, [:])
        let data = office.usher.data.standardizedFileURL.path
        let there = try await office.done("copy", "--from", data, "--to", url)
        #expect(there["from"] == .string(data) && there["to"] == .string(url), "\(there)")
        #expect(there["databaseURL"] == .string(url))
        #expect(there["requests"] == 4 && there["tables"].items.count > 30)
        #expect(try await sight(of: office, ["USHER_DATABASE_URL": url]) == before)
        #expect(try await office.run("doctor").code == 0)

        // The same authenticators, links and keys: work goes on.
        try await office.approve(try await office.submit("carol@acme.example", "prod=OPE"))
        try await office.enrol("carol@acme.example")
        let later = try await sight(of: office, ["USHER_DATABASE_URL": url])
        #expect(later != before)
        try FileManager.default.removeItem(atPath: "\(data)/usher.db")
        office.configure([:])
        let back = try await office.run("copy", "--from", url, "--to", data)
        #expect(back.code == 0 && back.output.contains("take database.url out of"), "\(back)")
        #expect(try await sight(of: office, [:]) == later)
        #expect(try await office.run("doctor").code == 0)
        let open = try await office.usher.output(of: "/usr/bin/find", [data, "-perm", "/077"])
        #expect(open.isEmpty)

        let old = try await office.usher.run("person", "list", "--json", environment: ["USHER_DATABASE_URL": url])
        #expect(old.code == 5, "\(old)")
        #expect(try old.fault()["message"].text?.contains("has moved to \(data)") == true)
        let released = try await office.done("copy", "--release", url)
        #expect(released == ["released": .string(url), "to": .string(data)])
        #expect(try await sight(of: office, ["USHER_DATABASE_URL": url]) == later)
    }

    /// Lets nobody write to a table until `body` has done what it does; whoever reads goes on.
    private func locked<Result>(_ table: String, _ body: () async throws -> Result) async throws -> Result {
        // A thread of its own, since it waits until it is ended below, which is no error of this test.
        Thread { [server, url] in
            _ = try? server.psql("LOCK TABLE \(table) IN SHARE MODE; SELECT pg_sleep(3600)", on: url)
        }.start()
        try await until(Self.locks("relation = '\(table)'::regclass AND granted"))
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        try end("query LIKE '%pg_sleep(3600)%'")
        return try result.get()
    }

    /// Ends what others do on the database.
    private func end(_ condition: String) throws {
        try server.psql(
            """
            SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
            WHERE \(condition) AND datname = current_database() AND pid <> pg_backend_pid()
            """, on: url)
    }

    /// Watched, not timed.
    private func until(_ count: String) async throws {
        while try server.psql(count, on: url).trimmingCharacters(in: .newlines) == "0" {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static let waiting = locks("relation IS NOT NULL AND NOT granted")

    /// How many locks there are of this database, and no other's.
    private static func locks(_ condition: String) -> String {
        "SELECT COUNT(*) FROM pg_locks JOIN pg_database d ON d.oid = database "
            + "WHERE datname = current_database() AND \(condition)"
    }

    /// Tables without a row, so that one of them can be kept from being filled.
    private func prepare(_ office: Office) async throws {
        _ = try await office.usher.run("doctor", environment: ["USHER_DATABASE_URL": url])
    }

    @Test(
        "that is killed, wherever it is, goes on when it is run again",
        arguments: ["organization", "history", "audit_head"])
    func killed(table: String) async throws {
        let office = try await Office.open()
        try await office.approve(try await office.submit("alice@acme.example", "prod=OPE"))
        let before = try await sight(of: office, [:])
        try await prepare(office)
        let command = "\"$usher\" copy --from \"$data\" --to '\(url)'"
        try await locked(table) {
            let killed = try await office.shell(
                """
                \(command) &
                until [ "$(psql --no-psqlrc -qtA '\(url)' -c "\(Self.waiting)")" != 0 ] || ! kill -0 $!; do :; done
                kill -9 $! && wait $!
                """)
            try #require(killed.code == 137, "\(killed)")
            // The server finds out about its client when it has something to say, which the lock keeps it from.
            try end("query LIKE 'INSERT INTO%'")
            let half = try await office.usher.run("person", "list", "--json", environment: ["USHER_DATABASE_URL": url])
            #expect(half.code == 5 && half.output.isEmpty, "\(half)")
            #expect(try half.fault()["message"].text?.contains("run the same usher copy again") == true)
        }
        // Until the same copy has come to its end, the source is read and not changed.
        let refused = try await office.run("cloud", "add", "acme", "Test", "--json")
        #expect(refused.code == 5, "\(refused)")
        #expect(try refused.fault()["message"].text?.contains("is being copied") == true)
        let again = try await office.shell(command)
        #expect(again.code == 0, "\(again)")
        #expect(try await sight(of: office, ["USHER_DATABASE_URL": url]) == before)
        #expect(try await office.run("doctor").code == 0)
    }

    @Test("leaves a service that runs able to answer, and to say why it changes nothing")
    func service() async throws {
        let office = try await Office.open(.overHTTP)
        let address = try await office.address()
        try await prepare(office)
        let copy = ["copy", "--from", office.usher.data.path, "--to", url]
        let copying = try await locked("history") {
            let copying = Task { try await office.usher.run(copy) }
            try await until(Self.waiting)
            let list = try await office.run("request", "list", "--as", Office.rita, "--json")
            #expect(list.code == 0 && list.error.isEmpty, "\(list)")
            let change = try await office.run(
                "request", "submit", "--org", "acme", "--email", "a@acme.example", "--name", "A", "--reason", "R",
                "--grant", "prod=STD", "--as", Office.rita, "--json")
            #expect(change.code == 5 && change.output.isEmpty, "\(change)")
            #expect(try change.fault()["message"].text?.contains("is being copied to another database") == true)
            let session = try SessionFolder(environment: office.environment(of: Office.rita)).session(
                at: ServerAddress(address))
            let body = """
                {"organization":"acme","email":"b@acme.example","name":"B","reason":"R",\
                "grants":[{"cloud":"prod","profile":"STD"}]}
                """
            let answer = try await office.usher.output(
                of: "/usr/bin/curl",
                [
                    "-si", "-H", "Authorization: Bearer \(try #require(session?.token))", "--json", body,
                    "\(address)/api/v1/requests",
                ])
            #expect(answer.contains(/^HTTP\/1.1 503/) && answer.lowercased().contains("retry-after: 60"), "\(answer)")
            let ready = try await office.usher.output(of: "/usr/bin/curl", ["-si", "\(address)/readyz"])
            #expect(ready.contains(/^HTTP\/1.1 503/) && ready.lowercased().contains("retry-after: "), "\(ready)")
            let local = try await office.usher.run("person", "list", "--json")
            #expect(local.code == 0, "\(local)")
            let second = try await office.usher.run(copy + ["--json"])
            #expect(second.code == 1, "\(second)")
            #expect(try second.fault()["message"].text?.contains("Another usher copies") == true)
            // Ended, should it serve after all.
            let serving = try await office.usher.run(
                tool: "/usr/bin/timeout", "60", office.usher.program.path, "serve", "--listen", "127.0.0.1:0")
            #expect(serving.code == 5 && serving.error.contains("is being copied"), "\(serving)")
            return copying
        }
        let result = try await copying.value
        #expect(result.code == 0 && result.output.contains("set database.url"), "\(result)")
        let moved = try await office.run(
            "request", "submit", "--org", "acme", "--email", "a@acme.example", "--name", "A", "--reason", "R",
            "--grant",
            "prod=STD", "--as", Office.rita, "--json")
        #expect(moved.code == 5, "\(moved)")
        #expect(try moved.fault()["message"].text?.contains("has moved to another database") == true)
        let old = try await office.usher.run("person", "list", "--json")
        #expect(old.code == 5, "\(old)")
        await office.close()
    }

    @Test("refuses places that are none, one that is not there, and a folder without keys")
    func refuses() async throws {
        let office = try await Office.open()
        let data = office.usher.data.path
        for (from, to, code) in [(data, office.usher.path("other"), "invalid"), (url, url, "invalid")] {
            let same = try await office.run("copy", "--from", from, "--to", to, "--json")
            #expect(same.code == 1, "\(same)")
            #expect(try same.fault()["code"].text == code)
        }
        for arguments in [["--from", data], ["--to", url], ["--from", data, "--to", url, "--release", data], []] {
            #expect(try await office.run(["copy"] + arguments).code == 2)
        }
        let none = try await office.run("copy", "--from", office.usher.path("none"), "--to", url, "--json")
        #expect(none.code == 4, "\(none)")
        let keyless = try await office.run("copy", "--from", url, "--to", office.usher.path("none"), "--json")
        #expect(keyless.code == 4, "\(keyless)")
        #expect(try keyless.fault()["message"].text?.contains("put the folder keys") == true)
        // Nothing was marked by all that.
        try await office.done("cloud", "add", "acme", "Test")
    }
}
