import Foundation
import Scratch
import Testing

@Suite("The keys of an installation", .timeLimit(.minutes(60)))
struct KeyTests {
    static let names = ["seal-1", "tokens", "recovery", "audit"]

    private func key(_ name: String) -> String { "data/keys/\(name).key" }

    /// Ways in which a key is not what it was.
    enum Harm: String, CaseIterable, Sendable { case swapped, missing, truncated, another, empty }

    private func harm(_ name: String, _ harm: Harm, in usher: CommandLineProgram) throws {
        let path = usher.path(key(name))
        switch harm {
        case .swapped:
            let other = name == "tokens" ? "recovery" : "tokens"
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.copyItem(atPath: usher.path(key(other)), toPath: path)
        case .missing: try FileManager.default.removeItem(atPath: path)
        case .truncated: try usher.write("0123456789abcdef\n", to: key(name))
        case .another: try usher.write(String(repeating: "0123456789abcdef", count: 4) + "\n", to: key(name))
        case .empty: try usher.write("", to: key(name))
        }
        if harm != .missing {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
    }

    @Test("are known again: each that is not as it was is named, by every command and by doctor", arguments: names)
    func knows(name: String) async throws {
        for harm in Harm.allCases {
            let usher = try await CommandLineProgram.installed()
            try self.harm(name, harm, in: usher)
            for command in [
                ["person", "list"], ["run-due"], ["audit", "list"],
                ["can", "marie@cloud.example", "x", "--cloud", "a/b"],
            ] {
                let result = try await usher.run(command)
                #expect(result.code == 5, "\(name) \(harm): \(result)")
                let isNamed = result.error.contains("\(name).key") || result.error.contains("No sealing key")
                #expect(isNamed && !result.error.contains("Internal error"), "\(name) \(harm): \(result)")
            }
            let doctor = try await usher.run("doctor", "--json")
            #expect(doctor.code == 1, "\(name) \(harm): \(doctor)")
            let status = try await usher.run("key", "status", "--json")
            #expect(status.code == 1, "\(status)")
            let told = try status.document()["items"].items.first { $0["key"].text == name }
            #expect(told?["state"].text != "ok", "\(name) \(harm): \(status)")
        }
    }

    @Test("let nobody into an empty database in place of the one whose trail they signed")
    func otherDatabase() async throws {
        let usher = try await CommandLineProgram.installed()
        let server = try PostgreSQLServer.shared.get()
        let url = try server.makeDatabase()
        defer { try? server.dropDatabase(url) }
        try await expectRefused(usher, ["USHER_DATABASE_URL": url])
        // The installation itself is as it was.
        #expect(try await usher.run("person", "list").code == 0)
        guard TestDatabase.isFile else { return }
        for file in ["data/usher.db", "data/usher.db-wal", "data/usher.db-shm"] {
            try? FileManager.default.removeItem(atPath: usher.path(file))
        }
        try usher.write("", to: "data/usher.db")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: usher.path("data/usher.db"))
        try await expectRefused(usher, [:])
    }

    @Test(
        "say what to restore where the database is gone, or they themselves, and never how to begin anew", .aboutTheFile
    )
    func gone() async throws {
        let commands = [
            ["person", "list"], ["status"], ["doctor"], ["key", "status"], ["audit", "verify"], ["run-due"],
            ["serve", "--listen", "127.0.0.1:0"],
        ]
        for (lost, told) in [("data/usher.db", "restore it from its backup"), ("data/keys", "data/keys")] {
            let usher = try await CommandLineProgram.installed()
            for log in ["-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: usher.path("data/usher.db\(log)"))
            }
            try FileManager.default.removeItem(atPath: usher.path(lost))
            for command in commands {
                let result = try await usher.run(command)
                let words = result.output + result.error
                #expect(result.code != 0 && words.contains(told), "\(lost), \(command): \(result)")
                #expect(
                    !words.contains("usher init") && !words.contains("ErrorDomain"), "\(lost), \(command): \(result)")
            }
        }
    }

    private func expectRefused(_ usher: CommandLineProgram, _ environment: [String: String]) async throws {
        for command in [["person", "list"], ["status"], ["serve", "--listen", "127.0.0.1:0"], ["run-due"]] {
            let result = try await usher.run(command, environment: environment)
            #expect(result.code == 5 && result.error.contains("The database is empty"), "\(command): \(result)")
        }
        #expect(try await usher.run(["doctor"], environment: environment).code == 1)
    }

    @Test("are listed, each with whether it is the one of this database")
    func lists() async throws {
        let usher = try await CommandLineProgram.installed()
        let status = try await usher.run("key", "status", "--json")
        #expect(status.code == 0, "\(status)")
        let items = try status.document()["items"].items
        #expect(Set(items.compactMap { $0["key"].text }) == Set(Self.names))
        #expect(items.allSatisfy { $0["state"] == "ok" }, "\(status)")
        #expect(try await usher.run("key", "status").output.contains("tokens"))
    }

    @Test("are recorded for a database that has no record of them, once they have proven themselves", arguments: names)
    func recordsOlder(name: String) async throws {
        let office = try await Office.open()
        // A link that is open: one more thing that a key has made.
        _ = try await office.submit(MainJobTests.alice, "prod=OPE")
        try office.usher.sql("DELETE FROM note WHERE name = 'key-checks'")
        #expect(try await office.run("person", "list").code == 0)
        #expect(try office.usher.sql("SELECT COUNT(*) FROM note WHERE name = 'key-checks'") == "1\n")
        // Without the record only recovery codes cannot tell: they are kept as hashes.
        try office.usher.sql("DELETE FROM note WHERE name = 'key-checks'")
        guard name != "recovery", name != "tokens" else { return }
        try harm(name, .another, in: office.usher)
        let result = try await office.run("person", "list")
        #expect(result.code == 5 && result.error.contains("\(name).key is not the one"), "\(result)")
        #expect(try office.usher.sql("SELECT COUNT(*) FROM note WHERE name = 'key-checks'") == "0\n")
    }

    @Test("that make links prove themselves by the newest one")
    func provesLinks() async throws {
        let usher = try await CommandLineProgram.installed()
        try usher.sql("DELETE FROM note WHERE name = 'key-checks'")
        try harm("tokens", .another, in: usher)
        let result = try await usher.run("person", "list")
        #expect(result.code == 5 && result.error.contains("tokens.key is not the one"), "\(result)")
    }
}
