import Foundation
import Testing

/// The audit trail judged by three: `usher`, a shell script around sqlite3 and openssl, and Python's hashlib.
@Suite("The audit chain, recomputed")
struct AuditChainTests {
    /// From the page in `docs/audit.md` alone: entries, and the hash of the last.
    private static let recomputation = """
        import hashlib, sqlite3, sys
        rows = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True).execute(
            "SELECT sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail, "
            "previous_hash, hash FROM audit ORDER BY sequence").fetchall()
        before = bytes(32)
        for number, row in enumerate(rows, 1):
            fields = [(f or "").replace("\\\\", "\\\\\\\\").replace("\\n", "\\\\n") for f in row[2:9]]
            text = "\\n".join(["usher-audit-1", str(row[0]), str(row[1]), *fields, row[9].hex()])
            if row[0] != number or row[9] != before or hashlib.sha256(text.encode()).digest() != row[10]:
                sys.exit("entry %d does not hold" % number)
            before = row[10]
        print(len(rows), before.hex())
        """

    /// A story with refusals, a question, a deed of the workflow itself, and text that looks like the format.
    private func story() async throws -> Office {
        let office = try await Office.open()
        let id = try await office.submit(MainJobTests.alice, "prod=OPE", "default=STD")
        try await office.done(
            "request", "question", id, "Why? C:\\new\\\\nusher-audit-1\n7\n\nÉté 🌞", "--as", Office.marie, "--code",
            try await office.code(of: Office.marie))
        try await office.done("request", "answer", id, "Because.", "--as", Office.rita)
        try await office.approve(id, items: "prod=DTM", "default")
        try await office.enrol(MainJobTests.alice)
        return office
    }

    private func script(_ office: Office, key: String) async throws -> CommandLineProgram.Result {
        let path = OtherPrograms.package.appending(path: "Tools/verify-audit.sh").path
        return try await office.usher.run(
            tool: "/bin/sh", path, office.usher.data.appending(path: "usher.db").path, key)
    }

    private func python(_ office: Office) async throws -> CommandLineProgram.Result {
        try await office.usher.launch(
            URL(filePath: OtherPrograms.python),
            ["-c", Self.recomputation, office.usher.data.appending(path: "usher.db").path], "", [:])
    }

    @Test("gives the same numbers and hashes as programs that know only the documentation")
    func recomputes() async throws {
        let office = try await story()
        let verdict = try await office.done("audit", "verify")
        #expect(verdict["ok"] == true && verdict["defect"] == nil)
        let entries = try #require(verdict["entries"].integer)
        #expect(entries > 15 && verdict["signedUpTo"] == .integer(entries))
        let python = try await python(office)
        #expect(python.code == 0, "\(python)")
        #expect(python.output == "\(entries) \(verdict["head"]["hash"].text ?? "")\n")
        let script = try await script(office, key: try #require(verdict["publicKey"].text))
        #expect(script.code == 0 && script.output.hasPrefix("\(entries) entries hold"), "\(script)")
    }

    @Test(
        "breaks wherever somebody rewrites, removes, exchanges or adds an entry",
        arguments: [
            "UPDATE audit SET actor = 'operator eve' WHERE sequence = 3",
            "UPDATE audit SET at_ms = at_ms + 1 WHERE sequence = 5",
            "UPDATE audit SET detail = NULL, subject = detail WHERE sequence = (SELECT max(sequence) FROM audit)",
            "UPDATE audit SET hash = previous_hash WHERE sequence = 4", "DELETE FROM audit WHERE sequence = 2",
            "DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)",
            """
            UPDATE audit SET sequence = 999 WHERE sequence = 6; UPDATE audit SET sequence = 6 WHERE sequence = 7;
            UPDATE audit SET sequence = 7 WHERE sequence = 999
            """,
            """
            INSERT INTO audit (sequence, at_ms, actor, action, previous_hash, hash)
            SELECT sequence + 1, at_ms, 'operator eve', 'grant.begin', hash, zeroblob(32) FROM audit
            ORDER BY sequence DESC LIMIT 1
            """,
        ])
    func findsTampering(statements: String) async throws {
        let office = try await Office.open()
        let key = try #require(try await office.done("audit", "verify")["publicKey"].text)
        let triggers = try await office.usher.sqlite3(
            "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_master WHERE type = 'trigger'")
        try await office.usher.sqlite3("\(triggers); \(statements)")
        let verdict = try await office.run("audit", "verify", "--json")
        #expect(verdict.code == 1, "\(verdict)")
        #expect(try verdict.document()["ok"] == false)
        #expect(try verdict.document()["defect"].text?.isEmpty == false)
        #expect(try await script(office, key: key).code == 1)
        // A trail cut at its end is whole as a chain: only its signature tells.
        let isCut = statements.hasPrefix("DELETE") && statements.contains("max")
        #expect(try await python(office).code == (isCut ? 0 : 1))
    }

    @Test("does not hold under another key, though every hash of a trail that was forged whole does")
    func findsForgery() async throws {
        let office = try await Office.open()
        let key = try #require(try await office.done("audit", "verify")["publicKey"].text)
        let other = try await Office.open()
        // A forger without the key signs with another one.
        try other.usher.write(String(repeating: "42", count: 32) + "\n", to: "data/keys/audit.key")
        let forged = try await other.run("audit", "verify", "--json")
        #expect(forged.code == 1, "\(forged)")
        _ = try await other.submit(MainJobTests.alice, "prod=OPE")
        #expect(try await python(other).code == 0)
        #expect(try await script(other, key: key).code == 1)
    }
}
