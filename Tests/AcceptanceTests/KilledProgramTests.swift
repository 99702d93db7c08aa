import Foundation
import Testing

/// Kill -9 in the middle of the work: what was acknowledged stays, what was begun is finished, nothing happens twice.
@Suite("A program that is killed", .timeLimit(.minutes(60)))
struct KilledProgramTests {
    /// More than are committed at once, several times.
    private static let rows = 1_200

    /// Kills the import of a long table as soon as so many requests are there.
    private func killImport(_ office: Office, afterRequests requests: Int) async throws -> CommandLineProgram.Result {
        let lines = (1...Self.rows).map { "p\($0)@acme.example,Person \($0),en,prod=STD,,Joins" }
        try office.usher.write(([BulkSubmissionTests.header] + lines).joined(separator: "\n"), to: "people.csv")
        return try await office.shell(
            """
            "$usher" request submit --org acme --csv people.csv --as \(Office.rita) --json > verdict.json &
            # Watched, not timed: it ends with the condition, or with the program.
            until [ "$(sql "\(Self.count)")" -ge \(requests) ] || ! kill -0 $!; do :; done
            kill -9 $! && wait $!
            """)
    }

    @Test(
        "in the middle of an import leaves whole requests, asked for by one mail in the end",
        arguments: [1, 40])
    func finishesImport(requests: Int) async throws {
        let office = try await Office.open()
        let killed = try await killImport(office, afterRequests: requests)
        try #require(killed.code == 137, "the import was faster than its killer: \(killed)")
        #expect(try String(contentsOfFile: office.usher.path("verdict.json"), encoding: .utf8).isEmpty)

        // Claims of the dead process end after a while; then everything is finished, and nothing is left.
        office.pass(seconds: 300)
        #expect(try await office.done("run-due")["failures"] == 0)
        #expect(try await office.done("run-due") == ["timers": 0, "effects": 0, "failures": 0])
        try await requireSound(office)

        // The same file again submits exactly who is missing.
        let survivors = Int(try office.usher.sql(Self.count).trimmingCharacters(in: .newlines)) ?? -1
        #expect((0..<Self.rows).contains(survivors))
        let again = try await office.run(
            "request", "submit", "--org", "acme", "--csv", "people.csv", "--as", Office.rita, "--json")
        #expect(again.code == (survivors == 0 ? 0 : 1), "\(again.code) \(again.error)")
        #expect(try again.document()["refused"] == .integer(Int64(survivors)))
        #expect(try office.usher.sql(Self.count) == "\(Self.rows)\n")
        try await requireSound(office)
    }

    private static let count = "SELECT count(*) FROM request WHERE workflow = 'account-request' AND ended IS NULL"

    /// Doctor, audit chain, no effect left, and exactly one mail about each request, or about each file of them.
    private func requireSound(_ office: Office) async throws {
        let doctor = try await office.run("doctor")
        #expect(doctor.code == 0, "\(doctor)")
        #expect(try await office.done("audit", "verify")["ok"] == true)
        #expect(try office.usher.sql("SELECT count(*) FROM effect WHERE state <> 'done'") == "0\n")
        let mailed = try await office.usher.python(
            """
            import email, email.policy, pathlib, re, sys
            for file in pathlib.Path(sys.argv[1]).glob("*.eml"):
                mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                words = r"p\\d+@acme\\.example|the people of a file"
                print(*re.findall(words, mail.get_body(("plain",)).get_content())[:1])
            """, [office.usher.path("data/mail")])
        let people = try office.usher.sql(
            """
            SELECT email FROM person JOIN request ON holder_id = person.id
            WHERE email LIKE 'p%@acme.example' AND batch_id IS NULL
            UNION ALL SELECT 'the people of a file' FROM request WHERE batch_id IS NOT NULL GROUP BY batch_id
            """)
        let (told, asked) = (mailed.split(separator: "\n").sorted(), people.split(separator: "\n").sorted())
        #expect(told == asked)
    }

    @Test("begins one request for access, however often it is killed and begun again under one key")
    func asksOnce() async throws {
        let office = try await Office.open()
        let alice = "alice@acme.example"
        _ = try await office.approve(try await office.submit(alice, "prod=OPE"))
        _ = try await office.enrol(alice)
        // Before anything is there, somewhere in the middle, and as soon as the request can be seen.
        for (number, moment) in ["sleep 0.03", "sleep 0.1", "sleep 0.2", "watch", "watch"].enumerated() {
            let submit = """
                "$usher" request submit --access create-instance --cloud acme/prod --reason x --key k-\(number) \
                    --as \(alice) --json
                """
            let count = "SELECT count(*) FROM request WHERE workflow = 'access-request'"
            let result = try await office.shell(
                """
                watch() { until [ "$(sql "\(count)")" -gt \(number) ] || ! kill -0 $!; do :; done; }
                \(submit) > killed.json &
                \(moment)
                kill -9 $! && wait $!
                \(submit) > first.json && \(submit) > second.json && cmp first.json second.json
                """)
            #expect(result.code == 0, "\(moment) \(result)")
            #expect(try office.usher.sql(count) == "\(number + 1)\n", "\(moment)")
            let text = try String(contentsOfFile: office.usher.path("first.json"), encoding: .utf8)
            let id = try #require(try Document(parsing: text)["id"].text)
            office.pass(seconds: 300)
            #expect(try await office.done("request", "cancel", id, "--as", alice)["state"] == "cancelled")
        }
        #expect(try await office.done("run-due")["failures"] == 0)
        let doctor = try await office.run("doctor")
        #expect(doctor.code == 0, "\(doctor)")
        #expect(try await office.done("audit", "verify")["ok"] == true)
    }

    @Test("keeps what it acknowledged: each request that was printed is there after the next kill")
    func keepsAcknowledged() async throws {
        let office = try await Office.open()
        let result = try await office.shell(
            """
            # A process group of its own, so that the signal meets whatever runs at that moment.
            set -m
            (
                for i in $(seq 1000); do
                    "$usher" request submit --org acme --email "p$i@acme.example" --name "Person $i" --grant prod=STD \
                        --reason Joins --as \(Office.rita) --json >> acknowledged || exit 1
                done
            ) &
            until [ "$(grep -c '"shown"' acknowledged 2> /dev/null)" -ge 8 ] || ! kill -0 $!; do :; done
            kill -9 -- -$!
            wait $!
            grep -o '"id" : "[0-9a-z]*"' acknowledged | cut -d '"' -f 4
            """)
        let acknowledged = Set(result.output.split(separator: "\n").map(String.init))
        #expect(acknowledged.count >= 8, "\(result)")
        let stored = try await office.done("request", "list", "--org", "acme")["items"].items.compactMap {
            $0["id"].text
        }
        #expect(acknowledged.isSubset(of: stored))
        office.pass(seconds: 300)
        try await office.done("run-due")
        try await requireSound(office)
    }
}
