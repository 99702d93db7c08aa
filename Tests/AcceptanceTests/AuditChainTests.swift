import Foundation
import Scratch
import Testing

/// The audit trail judged by three: `usher`, a shell script around sqlite3 or psql and openssl, and Python's hashlib.
@Suite("The audit chain, recomputed", .timeLimit(.minutes(60)))
struct AuditChainTests {
    /// From the page in `docs/audit.md` alone: entries, and the hash of the last.
    private static let recomputation = """
        import csv, hashlib, io, sqlite3, subprocess, sys
        place = sys.argv[1]
        columns = "sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail"
        if place.startswith("postgres"):
            copy = ("COPY (SELECT " + columns + ", encode(previous_hash, 'hex'), encode(hash, 'hex') "
                "FROM audit ORDER BY sequence) TO STDOUT (FORMAT csv)")
            text = subprocess.run(["psql", "-Xqc", copy, place], capture_output=True, check=True).stdout.decode()
            rows = list(csv.reader(io.StringIO(text, newline="")))
        else:
            rows = sqlite3.connect("file:" + place + "?mode=ro", uri=True).execute(
                "SELECT " + columns + ", lower(hex(previous_hash)), lower(hex(hash)) FROM audit ORDER BY sequence"
            ).fetchall()

        def digest(lines):
            return hashlib.sha256("\\n".join(lines).encode()).hexdigest()

        newest, ends, moved, single = "0" * 64, {}, set(), False
        for number, row in enumerate(rows, 1):
            at, *fields, before, found = [str(field or "") for field in row[1:]]
            fields = [f.replace("\\\\", "\\\\\\\\").replace("\\n", "\\\\n") for f in fields]
            _, _, action, organization, _, _, detail = fields
            def text(format):
                return ["usher-audit-%d" % format, str(row[0]), at, *fields, before]
            if number == 1:
                single = digest(text(1)) == found
            if (action, organization) == ("audit.chains", ""):
                single = False
            chain = "" if single else organization
            previous = ends[chain][1] if chain in ends else newest
            sealed = digest("%s %d %s" % (o, *ends[o]) for o in sorted(moved))
            isSeal = action == "audit.seal" and not chain and not single
            holds = int(row[0]) == number and before == previous and digest(text(1 if single else 2)) == found
            if not holds or (isSeal and detail != sealed):
                sys.exit("entry %d does not hold" % number)
            if isSeal:
                moved.clear()
            if chain:
                ends[chain] = (number, found)
                moved.add(chain)
            else:
                newest = found
        print(len(rows), found)
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

    /// - Parameter head: a file or a hash that was kept elsewhere.
    private func script(
        _ office: Office, key: String, head: String = ""
    ) async throws -> CommandLineProgram.Result {
        let path = OtherPrograms.package.appending(path: "Tools/verify-audit.sh").path
        return try await office.usher.run(tool: "/bin/sh", path, office.usher.databasePlace, key, head)
    }

    private func python(_ office: Office) async throws -> CommandLineProgram.Result {
        try await office.usher.launch(
            URL(filePath: OtherPrograms.python),
            ["-c", Self.recomputation, office.usher.databasePlace], "", [:])
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
        let chains = try #require(verdict["chains"].integer)
        #expect(script.code == 0, "\(script)")
        #expect(
            script.output == "\(entries) entries hold (chains: \(chains)), signed up to \(entries)\n", "\(script)")
        // Each head that was kept, in each form.
        let hash = try #require(verdict["head"]["hash"].text)
        let printed = try await office.run("audit", "verify", "--json").output
        let kept = office.usher.path("data/keys/audit.head")
        for head in [hash, kept, try office.usher.write(printed, to: "head.json")] {
            #expect(try await office.run("audit", "verify", "--head", head).code == 0, "\(head)")
            let script = try await self.script(office, key: try #require(verdict["publicKey"].text), head: head)
            #expect(script.code == 0, "\(script)")
        }
        for wrong in [String(repeating: "0", count: 64), "/nowhere", try office.usher.write("{}", to: "none.json")] {
            #expect(try await office.run("audit", "verify", "--head", wrong).code == 1, "\(wrong)")
        }
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
            SELECT sequence + 1, at_ms, 'operator eve', 'grant.begin', hash, previous_hash FROM audit
            ORDER BY sequence DESC LIMIT 1
            """,
        ])
    func findsTampering(statements: String) async throws {
        let office = try await Office.open()
        let key = try #require(try await office.done("audit", "verify")["publicKey"].text)
        try office.usher.rewrite(statements)
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
        // A forger without the key has another one, with which nothing can be done here.
        try office.usher.write(String(repeating: "42", count: 32) + "\n", to: "data/keys/audit.key")
        let heads = try office.usher.sql("SELECT COUNT(*) FROM audit_head")
        for command in [["audit", "verify"], ["cloud", "add", "acme", "Another", "--slug", "another"]] {
            let refused = try await office.run(command)
            #expect(refused.code == 5 && refused.error.contains("audit.key"), "\(refused)")
        }
        #expect(try office.usher.sql("SELECT COUNT(*) FROM audit_head") == heads)
        #expect(try await python(office).code == 0)
        #expect(try await script(office, key: String(repeating: "42", count: 32)).code == 1)
    }

    /// What a forger does with the database and without the keys: statements, and what `audit verify` says.
    private static let forgeries: [(statements: String, words: String)] = [
        ("DELETE FROM audit_head", "its signature is missing"),
        ("DELETE FROM audit_head; DELETE FROM audit", "older than the last signed head"),
        (
            "DELETE FROM audit_head; DELETE FROM audit WHERE sequence > 5",
            "older than the last signed head"
        ),
        (
            "DELETE FROM audit_head WHERE sequence = (SELECT MAX(sequence) FROM audit_head)",
            "its signature is missing"
        ),
        ("UPDATE audit SET actor = 'operator eve' WHERE sequence = 4", "Entry 4 was changed"),
        ("UPDATE audit_head SET at_ms = at_ms + 1", "The signature over entry"),
    ]

    @Test("is judged alike by all, and signed by none, once it was forged", arguments: 0..<6)
    func signsNoForgery(number: Int) async throws {
        let (statements, words) = Self.forgeries[number]
        let office = try await Office.open()
        let key = try #require(try await office.done("audit", "verify")["publicKey"].text)
        let kept = office.usher.path("data/keys/audit.head")
        let before = try String(contentsOfFile: kept, encoding: .utf8)
        try office.usher.rewrite(statements)
        let verdict = try await office.run("audit", "verify")
        #expect(verdict.code == 1 && verdict.output.contains(words), "\(verdict)")
        #expect(try await script(office, key: key, head: kept).code == 1)
        let added = try await office.run("cloud", "add", "acme", "Another", "--slug", "another")
        #expect(added.code == 0 && added.error.contains("not signed"), "\(added)")
        let again = try await office.run("audit", "verify")
        #expect(again.code == 1, "\(again)")
        #expect(try String(contentsOfFile: kept, encoding: .utf8) == before)
        let doctor = try await office.run("doctor", "--json")
        let failed = try doctor.document()["items"].items.filter { $0["ok"] == false }.compactMap { $0["check"].text }
        // On a server the guards are stepped over, not taken away.
        #expect(failed.contains("audit") && failed.contains("guards") == TestDatabase.isFile, "\(doctor)")
    }

    @Test("is older than the last signed head after a restore, until that is accepted with a reason", .aboutTheFile)
    func acceptsRestore() async throws {
        let office = try await Office.open()
        let database = office.usher.path("data/usher.db")
        let copy = office.usher.path("copy.db")
        try office.usher.sql("VACUUM INTO '\(copy)'")
        try await office.done("cloud", "add", "acme", "Another", "--slug", "another")
        let later = try office.usher.write(try await office.run("audit", "verify", "--json").output, to: "later.json")
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: database + suffix) {
            try FileManager.default.removeItem(atPath: database + suffix)
        }
        try FileManager.default.moveItem(atPath: copy, toPath: database)
        let refused = try await office.run("cloud", "add", "acme", "Third", "--slug", "third")
        #expect(refused.code == 0 && refused.error.contains("is not signed"), "\(refused)")
        try await office.done("audit", "accept", "--reason", "Restored the copy of this morning")
        try await office.done("cloud", "add", "acme", "Fourth", "--slug", "fourth")
        #expect(try await office.done("audit", "verify")["ok"] == true)
        let entries = try await office.done("audit", "list", "--action", "audit.accept")["items"].items
        #expect(entries.count == 1 && entries[0]["detail"].text?.contains("of this morning") == true)
        // Whoever kept the later head goes on being told.
        #expect(try await office.run("audit", "verify", "--head", later).code == 1)
        #expect(try await office.run("audit", "accept", "--reason", "Again").code == 1)
    }

    /// What stands in a table and not in the trail: statements, and what doctor says of it.
    private static let gaps: [(statements: String, words: String)] = [
        (
            "INSERT INTO duty SELECT id, 'duty_manager', NULL FROM person WHERE email LIKE 'rita%'",
            "who gave the duty duty_manager"
        ),
        ("UPDATE person SET state = 'suspended' WHERE email LIKE 'rita%'", "is suspended"),
        ("UPDATE person SET state = 'closed' WHERE email LIKE 'rita%'", "is closed"),
        ("UPDATE person SET state = 'active' WHERE state = 'invited'", "is active"),
        (
            """
            INSERT INTO person (id, organization_id, email, email_key, name, language, state, state_since_ms,
                created_at_ms, name_key, family_key)
            SELECT '01m83t4cttjcz7wtsqj12zzxy2', organization_id, 'eve@acme.example', 'eve@acme.example', 'Eve', 'en',
                'active', 0, 0, 'eve', 'eve' FROM person WHERE email LIKE 'rita%'
            """,
            "of this person at all"
        ),
        ("UPDATE history SET by_whom = 'operator eve'", "does not tell of"),
        ("DELETE FROM audit WHERE request IS NOT NULL", "does not tell of"),
        ("DELETE FROM history", "the history of the request does not"),
    ]

    @Test("is compared with requests, duties and people by doctor", arguments: 0..<8)
    func findsGaps(number: Int) async throws {
        let (statements, words) = Self.gaps[number]
        let office = try await Office.open()
        try await office.done("person", "appoint", "olga@provider.example", "--duty", "operator", "--name", "Olga")
        try office.usher.rewrite(statements)
        let result = try await office.run("doctor", "--json")
        let trail = try result.document()["items"].items.first { $0["check"] == "trail" }
        #expect(result.code == 1 && trail?["ok"] == false, "\(result)")
        let told = trail?["defects"].items.compactMap { $0["difference"].text } ?? []
        #expect(told.contains { $0.contains(words) }, "\(told)")
    }

    @Test("sends its heads where the setting says, and says so when that fails")
    func sendsHeads() async throws {
        let office = try await Office.open()
        let file = office.usher.path("heads.jsonl")
        office.configure(["USHER_AUDIT_HEADS": "\(file), mailto:auditor@example.com"])
        try await office.done("cloud", "add", "acme", "Another", "--slug", "another")
        try await office.done("cloud", "add", "acme", "Third", "--slug", "third")
        #expect(try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").count == 2)
        #expect(try await office.run("audit", "verify", "--head", file).code == 0)
        let mails = try FileManager.default.contentsOfDirectory(atPath: office.usher.path("data/mail"))
            .map { try String(contentsOfFile: office.usher.path("data/mail/\($0)"), encoding: .utf8) }
            .filter { $0.contains("auditor@example.com") }
        // One a day, however many are signed.
        #expect(mails.count == 1)
        office.configure(["USHER_AUDIT_HEADS": office.usher.path("none/heads")])
        let failed = try await office.run("cloud", "add", "acme", "Fourth", "--slug", "fourth")
        #expect(failed.code == 0 && failed.error.contains("was not sent to"), "\(failed)")
        office.configure(["USHER_AUDIT_HEADS": "ftp://example.com"])
        let wrong = try await office.run("cloud", "add", "acme", "Fifth", "--slug", "fifth")
        #expect(wrong.code == 5 && wrong.error.contains("audit.heads"), "\(wrong)")
    }

    @Test("is filtered and exported in parts")
    func filters() async throws {
        let office = try await story()
        let all = try await office.run("audit", "export").output.split(separator: "\n").count
        let rest = try await office.run("audit", "export", "--after", "5").output.split(separator: "\n").count
        #expect(rest == all - 5)
        let rita = try await office.done("audit", "list", "--actor", Office.rita, "--limit", "1000")["items"].items
        #expect(!rita.isEmpty && rita.count < all)
        let acme = try await office.done("audit", "list", "--organization", "acme", "--limit", "1000")["items"].items
        #expect(!acme.isEmpty && acme.allSatisfy { $0["organization"] == acme[0]["organization"] })
        let dated = try await office.run("audit", "export", "--from", "2027-03-01", "--to", "2027-03-01")
        #expect(dated.output.split(separator: "\n").count == all, "\(dated)")
        #expect(try await office.run("audit", "export", "--from", "2027-03-02").output.isEmpty)
        let first = try Document(parsing: String(try #require(dated.output.split(separator: "\n").first)))
        #expect(first["sequence"] == 1)
    }
}
