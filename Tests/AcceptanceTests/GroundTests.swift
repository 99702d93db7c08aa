import Foundation
import Scratch
import Testing

/// What an installation stands on, as `doctor` and the rest of the program find it.
@Suite("usher doctor, on the ground", .timeLimit(.minutes(60)))
struct GroundTests {
    private func failures(_ result: CommandLineProgram.Result) throws -> [String: String] {
        let failed = try result.document()["items"].items.filter { $0["ok"] == false }
        return Dictionary(failed.map { ($0["check"].text ?? "", $0["detail"].text ?? "") }) { first, _ in first }
    }

    @Test(
        "says which file of the folder others may use", .aboutTheFile,
        arguments: ["keys/seal-1.key", "keys/tokens.key", "keys/recovery.key", "keys/audit.key", "usher.db"])
    func findsLooseFiles(file: String) async throws {
        let usher = try await CommandLineProgram.installed()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: usher.path("data/\(file)"))
        let result = try await usher.run("doctor", "--json")
        #expect(result.code == 1)
        #expect(try failures(result)["folder"]?.contains("chmod 600") == true, "\(result)")
    }

    @Test("names what a clock that was ahead left behind, and puts it right with a reason, on record")
    func repairsInstants() async throws {
        let office = try await Office.open()
        #expect(try await office.run("doctor").code == 0)
        let step = "(SELECT last_step + 1000000 FROM factor AS f WHERE f.id = factor.id)"
        try office.usher.sql("UPDATE factor SET last_step = \(step) WHERE state = 'active'")
        let person = "(SELECT person_id FROM factor WHERE state = 'active' LIMIT 1)"
        try office.usher.sql(
            """
            INSERT INTO attempts (person_id, misses, blocked_until_ms, locked) VALUES (\(person), 9, 4102444800000, 0)
            ON CONFLICT (person_id) DO UPDATE SET blocked_until_ms = 4102444800000
            """)
        let found = try await office.run("doctor", "--json")
        #expect(found.code == 1)
        let told = try failures(found)["instants"] ?? ""
        #expect(told.contains("Authenticators") && told.contains("Waits") && told.contains("--repair"), "\(found)")
        #expect(try await office.run("doctor", "--repair").code == 2)
        let repaired = try await office.run("doctor", "--repair", "--reason", "The clock was a year ahead.")
        #expect(repaired.code == 0, "\(repaired)")
        let entries = try office.usher.sql(
            "SELECT action FROM audit WHERE detail LIKE '%a year ahead%' GROUP BY action ORDER BY action")
        #expect(entries == "clock.repair\nfactor.repair\n")
        // A code of the next step counts again.
        office.pass(seconds: 60)
        let code = try await office.code(of: Office.rita)
        #expect(try await office.done("mfa", "verify", Office.rita, code)["accepted"] == true)
    }

    @Test("fails while the newest entry of the trail lies ahead of the clock")
    func findsFutureTrail() async throws {
        let usher = try await CommandLineProgram.installed()
        let ahead = ["USHER_NOW": "2099-01-01T00:00:00Z"]
        _ = try await usher.run("mail", "test", "a@example.com")
        let appointed = try await usher.run(
            "person", "appoint", "olga@cloud.example", "--duty", "operator", "--name", "Olga Roux", environment: ahead)
        #expect(appointed.code == 0, "\(appointed)")
        let result = try await usher.run("doctor", "--json")
        #expect(try failures(result)["instants"]?.contains("2099-01-01") == true, "\(result)")
    }

    @Test("names organizations in which nobody answers")
    func findsUnattended() async throws {
        let office = try await Office.open()
        _ = try office.usher.sql("UPDATE person SET state = 'closed' WHERE email = '\(Office.rita)'")
        let result = try await office.run("doctor", "--json")
        #expect(result.code == 1)
        #expect(try failures(result)["duties"]?.contains("acme has no representative") == true, "\(result)")
    }

    @Test("works on a read-only copy, as reading does, and says why nothing else can", .aboutTheFile)
    func examinesReadOnly() async throws {
        let office = try await Office.open()
        let result = try await office.shell(
            """
            copy="$data.copy"; cp -a "$data" "$copy" && mount --bind "$copy" "$copy" || exit 99
            mount -o remount,ro,bind "$copy" || exit 99
            "$usher" audit verify --data "$copy"; echo "verify $?"
            "$usher" person list --data "$copy" > /dev/null; echo "list $?"
            "$usher" doctor --data "$copy"; echo "doctor $?"
            "$usher" run-due --data "$copy"; echo "due $?"
            "$usher" mail test a@example.com --data "$copy"; echo "mail $?"
            "$usher" org add Other --slug other --representative o@other.example --data "$copy" 2>&1; echo "org $?"
            "$usher" serve --listen 127.0.0.1:0 --data "$copy" 2>&1; echo "serve $?"
            """, mayMount: true)
        try #require(result.code != 99, "\(result)")
        for line in ["verify 0", "list 0", "doctor 1", "org 5", "serve 5"] {
            #expect(result.output.contains("\(line)\n"), "\(line): \(result)")
        }
        #expect(result.output.contains("The audit trail holds"))
        let failed = result.output.split(separator: "\n").filter { $0.hasPrefix("FAILED") }
        #expect(failed.count == 1 && failed.first?.contains("read-only") == true, "\(result)")
        #expect(!result.error.contains("belongs to the user"))
    }

    @Test("finds a full disk, which is not ready either")
    func findsFullDisk() async throws {
        let office = try await Office.open()
        let result = try await office.shell(
            """
            mkdir "$data.disk" && mount -t tmpfs -o size=8m,mode=700 tmpfs "$data.disk" || exit 99
            cp -a "$data/." "$data.disk/"
            head -c 8m /dev/zero > "$data.disk/filler" 2> /dev/null
            "$usher" doctor --data "$data.disk"; echo "doctor $?"
            "$usher" serve --listen 127.0.0.1:0 --data "$data.disk" 2> "$data.log" &
            service=$!
            for try in $(seq 2400); do grep -q 'Serving on' "$data.log" && break; sleep 0.05; done
            url=$(grep -o 'http://127.0.0.1:[0-9]*' "$data.log" | head -1)
            echo "full $(curl -s -o /dev/null -w '%{http_code}' "$url/readyz")"
            rm "$data.disk/filler"
            for try in $(seq 2400); do
                code=$(curl -s -o /dev/null -w '%{http_code}' "$url/readyz"); [ "$code" = 200 ] && break; sleep 0.1
            done
            echo "room $code"
            kill $service; wait $service
            """, mayMount: true)
        try #require(result.code != 99, "\(result)")
        #expect(result.output.contains("doctor 1\n") && result.output.contains("FAILED  writing"), "\(result)")
        #expect(result.output.contains("full 503\n") && result.output.contains("room 200\n"), "\(result)")
    }

    @Test("is not needed to see that a newer program upgraded the database: a running service writes nothing more")
    func noticesUpgrade() async throws {
        let office = try await Office.open()
        let result = try await office.shell(
            """
            "$usher" serve --listen 127.0.0.1:0 2> "$data.log" &
            service=$!
            for try in $(seq 2400); do grep -q 'Serving on' "$data.log" && break; sleep 0.05; done
            url=$(grep -o 'http://127.0.0.1:[0-9]*' "$data.log" | head -1)
            echo "before $(curl -s -o /dev/null -w '%{http_code}' "$url/readyz")"
            sql "INSERT INTO schema_version VALUES (9999, 'of a newer program')"
            for try in $(seq 2400); do
                code=$(curl -s -o /dev/null -w '%{http_code}' "$url/readyz"); [ "$code" = 503 ] && break; sleep 0.1
            done
            echo "after $code"
            kill $service; wait $service
            """)
        #expect(result.output.contains("before 200\n") && result.output.contains("after 503\n"), "\(result)")
    }
}
