import Foundation
import Testing

extension CommandLineProgram {
    /// A fresh installation with its first delivery manager invited.
    static func installed() async throws -> CommandLineProgram {
        let usher = try CommandLineProgram()
        try await usher.initialize()
        return usher
    }

    static let spoiltTemplate = "data/custom/templates/mail/en/invitation.txt.mustache"

    /// The same, but the manager's invitation was parked, since its template cannot be used any more.
    ///
    /// Nothing begins while it cannot, so it is spoilt afterwards and the mail made due again.
    static func installedWithParkedMail() async throws -> CommandLineProgram {
        let usher = try await installed()
        for mail in try usher.mails() { try FileManager.default.removeItem(atPath: usher.path("data/mail/\(mail)")) }
        try usher.write("no subject\n", to: spoiltTemplate)
        _ = try usher.sql(
            """
            UPDATE effect SET state = 'due', settled_at_ms = NULL, claimed_until_ms = 0, tries = 0
            WHERE template = 'invitation'
            """)
        _ = try await usher.run("run-due")
        return usher
    }

    func initialize() async throws {
        let result = try await run("init", "--manager", "marie@cloud.example", "--name", "Marie Durand")
        try #require(result.code == 0, "\(result)")
    }

    func mails() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: data.appending(path: "mail").path)
            .filter { $0.hasSuffix(".eml") }
    }
}

@Suite("usher effect", .timeLimit(.minutes(60)))
struct EffectCommandTests {
    /// An installation whose first mail was parked, and the key of that mail.
    private func withParkedMail() async throws -> (usher: CommandLineProgram, key: String) {
        let usher = try await CommandLineProgram.installedWithParkedMail()
        let result = try await usher.run("effect", "list", "--parked", "--json")
        let document = try result.document()
        try #require(document["items"].items.count == 1, "\(result)")
        #expect(document["next"] == nil)
        #expect(
            document["items"][0].keys == [
                "cause", "dueAt", "error", "greatestTries", "item", "key", "kind", "orderedAt", "profile", "recipient",
                "request", "state", "template", "tries",
            ])
        #expect(document["items"][0]["template"] == "invitation")
        return (usher, try #require(document["items"][0]["key"].text))
    }

    @Test("tries a parked mail again once its cause is gone")
    func retries() async throws {
        let (usher, key) = try await withParkedMail()
        #expect(try usher.mails() == [])
        try FileManager.default.removeItem(atPath: usher.path(CommandLineProgram.spoiltTemplate))
        let result = try await usher.run("effect", "retry", key, "--reason", "template mended", "--json")
        #expect(result.code == 0, "\(result)")
        #expect(try result.document()["state"] == "done")
        #expect(try usher.mails().count == 1)
        let trail = try await usher.run("audit", "list", "--json").document()
        #expect(trail["items"].items.contains { $0["action"] == "effect.retry" && $0["detail"] == "template mended" })
    }

    @Test("parks it again, and says why, while the cause remains")
    func parksAgain() async throws {
        let (usher, key) = try await withParkedMail()
        let result = try await usher.run("effect", "retry", key, "--reason", "hope", "--json")
        #expect(try result.document()["state"] == "parked", "\(result)")
        #expect(try result.document()["error"].text?.contains("invitation.txt.mustache") == true)
    }

    @Test("gives a parked effect up, once; what is not parked is refused with exit code 1")
    func drops() async throws {
        let (usher, key) = try await withParkedMail()
        let result = try await usher.run("effect", "drop", key, "--reason", "told by telephone", "--json")
        #expect(try result.document()["state"] == "dropped", "\(result)")
        let again = try await usher.run("effect", "drop", key, "--reason", "twice", "--json")
        #expect(again.code == 1)
        #expect(try again.fault()["code"] == "conflict")
        #expect(try await usher.run("effect", "list", "--parked", "--json").document()["items"] == [])
    }

    @Test("needs a reason, a key that exists, and the operator")
    func refuses() async throws {
        let usher = try await CommandLineProgram.installed()
        #expect(try await usher.run("effect", "drop", "x/y").code == 2)
        #expect(try await usher.run("effect", "drop", "x/y", "--reason", "").code == 1)
        #expect(try await usher.run("effect", "retry", "x/y", "--reason", "r").code == 4)
        #expect(try await usher.run("effect", "list", "--as", "marie@cloud.example").code == 3)
    }
}

@Suite("usher audit", .timeLimit(.minutes(60)))
struct AuditCommandTests {
    @Test("lists page by page: ids for scripts, addresses for people")
    func lists() async throws {
        let usher = try await CommandLineProgram.installed()
        let first = try await usher.run("audit", "list", "--limit", "1", "--json").document()
        #expect(first["items"].items.count == 1)
        #expect(first["items"][0]["sequence"] == 1)
        #expect(first["items"][0]["action"] == "catalogue.install")
        let cursor = try #require(first["next"].text)
        let rest = try await usher.run("audit", "list", "--after", cursor, "--json").document()
        #expect(rest["items"][0]["sequence"] == 2)
        #expect(rest["items"][0]["action"] == "duty.assign")
        #expect(rest["items"][0]["subject"].text?.count == 26)
        #expect(rest["next"] == nil)
        let plain = try await usher.run("audit", "list")
        #expect(plain.output.contains("marie@cloud.example"), "\(plain)")
        #expect(try await usher.run("audit", "list", "--after", "x").code == 1)
        #expect(try await usher.run("audit", "list", "--as", "marie@cloud.example").code == 3)
    }

    @Test("exports what verifies with the hashes of another program")
    func exports() async throws {
        let usher = try await CommandLineProgram.installed()
        let result = try await usher.run("audit", "export")
        let entries = try result.output.split(separator: "\n").map { try Document(parsing: String($0)) }
        #expect(entries.count == 4)
        for (number, entry) in entries.enumerated().dropFirst() {
            // In its chain; the first of an organization follows the newest of the installation.
            let earlier = entries.prefix(number)
            let before =
                earlier.last { $0["organization"] == entry["organization"] }
                ?? earlier.last { $0["organization"] == nil }
            #expect(entry["previousHash"] == before?["hash"])
        }
        // The eleven lines of the first entry, hashed by coreutils.
        let first = try #require(entries.first)
        let at = try usher.sql("SELECT at_ms FROM audit WHERE sequence = 1").trimmingCharacters(in: .newlines)
        let fields = ["actor", "onBehalfOf", "action", "organization", "request", "subject", "detail"]
        let lines = ["usher-audit-2", "1", at] + fields.map { first[$0].text ?? "" }
        let text = lines.joined(separator: "\n") + "\n" + (first["previousHash"].text ?? "")
        let hashed = try await usher.run(tool: "/usr/bin/sha256sum", input: text)
        #expect(hashed.output.prefix(64) == first["hash"].text ?? "", "\(result)")
    }

    @Test("keeps a spreadsheet from reading what people typed as a formula")
    func neutralisesFormulas() async throws {
        let usher = try await CommandLineProgram.installedWithParkedMail()
        let parked = try await usher.run("effect", "list", "--parked", "--json").document()
        let key = try #require(parked["items"][0]["key"].text)
        let reason = "=HYPERLINK(\"http://evil.example\",\"x\")"
        let dropped = try await usher.run("effect", "drop", key, "--reason", reason)
        try #require(dropped.code == 0, "\(dropped)")
        let result = try await usher.run("audit", "export", "--format", "csv")
        #expect(result.code == 0, "\(result)")
        #expect(result.output.hasPrefix("sequence,at,actor,onBehalfOf,action,organization,request,subject,detail,"))
        #expect(result.output.contains(",\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\","))
        #expect(try await usher.run("audit", "export", "--format", "csv", "--json").code == 2)
        #expect(try await usher.run("audit", "export", "--format", "xlsx").code == 2)
    }

    @Test("verifies a trail that nobody touched")
    func verifies() async throws {
        let usher = try await CommandLineProgram.installed()
        let result = try await usher.run("audit", "verify", "--json")
        #expect(result.code == 0, "\(result)")
        let document = try result.document()
        #expect(document.keys == ["chains", "defect", "entries", "head", "kept", "ok", "publicKey", "signedUpTo"])
        #expect(document["ok"] == true && document["entries"] == 4 && document["signedUpTo"] == 4)
        #expect(document["head"]["signature"].text?.count == 128)
    }

    @Test(
        "finds what was changed, taken out or cut off, with exit code 1",
        arguments: [
            ("UPDATE audit SET detail = 'nothing' WHERE sequence = 1", "Entry 1 was changed"),
            ("DELETE FROM audit WHERE sequence = 1", "Entry 1 is missing"),
            ("DELETE FROM audit WHERE sequence = 4", "cut after entry 3"),
        ])
    func findsTampering(statement: String, defect: String) async throws {
        let usher = try await CommandLineProgram.installed()
        try usher.rewrite(statement)
        let result = try await usher.run("audit", "verify", "--json")
        #expect(result.code == 1, "\(result)")
        #expect(try result.document()["ok"] == false)
        #expect(try result.document()["defect"].text?.contains(defect) == true, "\(result)")
        #expect(try await usher.run("audit", "verify").output.contains(defect))
    }
}
