import Foundation
import Testing

/// What an operator does to a running request, as `docs/workflows.md` tells it.
@Suite("Steering from the command line", .timeLimit(.minutes(60)))
struct SteeringCommandTests {
    private static let alice = "alice@acme.example"

    @Test("freezes a request and thaws it, each with a reason, shown by request and inbox", arguments: Way.allCases)
    func freezes(way: Way) async throws {
        let office = try await Office.open(way)
        let id = try await office.submit(Self.alice, "prod=OPE")
        let before = try await office.done("request", "show", id)
        #expect(before["frozenAt"] == nil)
        #expect(before["timers"].items.map { $0["timer"] } == ["remind", "also_ask.deputy", "go.expired"])
        #expect(before["timers"][0].keys == ["at", "timer"])

        let frozen = try await office.done("workflow", "freeze", id, "--reason", "the contract is checked")
        #expect(frozen["frozenAt"].text?.hasPrefix("2027-03-01T") == true, "\(frozen)")
        let inbox = try await office.run("inbox", "--as", Office.marie)
        #expect(inbox.output.contains("frozen"), "\(inbox)")
        office.pass(seconds: 90 * 86_400)
        #expect(try await office.done("run-due") == ["timers": 0, "effects": 0, "failures": 0])
        #expect(try await office.done("request", "list", "--overdue")["items"] == [])
        let refused = try await office.run("request", "cancel", id, "--as", Office.marie, "--json")
        #expect(refused.code == 3, "\(refused)")
        let twice = try await office.run("workflow", "freeze", id, "--reason", "again", "--json")
        #expect(twice.code == 1)
        #expect(try twice.fault()["message"].text?.contains("frozen since 2027-03-01") == true)

        let thawed = try await office.done("workflow", "thaw", id, "--reason", "it holds")
        #expect(thawed["frozenAt"] == nil && thawed["overdue"] == false)
        #expect(try await office.done("run-due")["timers"] == 0)
        let shown = try await office.done("request", "show", id, "--history")
        #expect(shown["history"].items.map { $0["event"] } == ["start", "freeze", "thaw"])
        #expect(shown["history"].items.map { $0["note"] }.suffix(2) == ["the contract is checked", "it holds"])
        #expect(shown["effects"] == [])
        let trail = try await office.done("audit", "list")["items"].items
        #expect(trail.contains { $0["action"] == "request.thaw" && $0["detail"].text?.hasSuffix("it holds") == true })
        #expect(try await office.run("doctor").code == 0)
    }

    @Test("moves a deadline, and refuses what it cannot mean with its field and code", arguments: Way.allCases)
    func movesDeadline(way: Way) async throws {
        let office = try await Office.open(way)
        let id = try await office.submit(Self.alice, "prod=OPE")
        let moved = try await office.done("workflow", "deadline", id, "2027-03-15", "--reason", "Marie is ill")
        #expect(moved["dueAt"] == "2027-03-15T23:00:00.000Z", "\(moved)")
        let timer = try await office.done(
            "workflow", "deadline", id, "2027-06-01T08:00:00+02:00", "--timer", "go.expired", "--reason", "Easter")
        #expect(timer["timers"][2] == ["timer": "go.expired", "at": "2027-06-01T06:00:00.000Z"])
        for (arguments, code) in [
            (["2027-02-01"], "in_the_past"), (["next week"], "invalid_date"), (["2037-01-01"], "too_far"),
            (["2027-08-01"], "too_late"), (["2027-04-01", "--timer", "go.away"], "unknown_timer"),
        ] {
            let refused = try await office.run(
                ["workflow", "deadline", id] + arguments + ["--reason", "x", "--json"])
            #expect(refused.code == 1, "\(refused)")
            #expect(try refused.fault()["faults"][0]["code"] == .string(code))
        }
        #expect(try await office.run("workflow", "deadline", id, "2027-04-01").code == 2)
        let person = try await office.run(
            "workflow", "deadline", id, "2027-04-01", "--reason", "mine", "--as", Office.marie)
        #expect(person.code == 3, "\(person)")
        let nobody = try await office.run("workflow", "freeze", "nothing", "--reason", "x")
        #expect(nobody.code == 4, "\(nobody)")
    }

    @Test("names in doctor each request whose history gives another state, and what differs")
    func doctorNames() async throws {
        let office = try await Office.open()
        let alice = try await office.submit(Self.alice, "prod=OPE")
        _ = try await office.submit("bob@acme.example", "prod=STD")
        try office.usher.sql(
            "UPDATE request SET run = replace(run, '\"round\":0', '\"round\":7') WHERE id = '\(alice)'")
        let told = try await office.run("doctor")
        #expect(told.code == 1 && told.output.contains("\(alice)  round is 7, by the history 0\n"), "\(told)")
        let documents = try await office.run("doctor", "--json").document()["items"].items
        let histories = try #require(documents.first { $0["check"] == "histories" })
        #expect(histories["ok"] == false && histories["detail"].text?.contains(": 1 of") == true, "\(histories)")
        #expect(histories["defects"].items.map { $0["request"] } == [.string(alice)])
        #expect(documents.filter { $0["ok"] == false }.count == 1)
        try office.usher.sql("UPDATE request SET run = replace(run, ':7', ': 7') WHERE id = '\(alice)'")
        let damaged = try await office.run("doctor")
        #expect(damaged.code == 1 && damaged.output.contains("request \(alice) is damaged"), "\(damaged)")
    }

    @Test("migrates running requests after a dry run, and tells each before and after", arguments: Way.allCases)
    func migrates(way: Way) async throws {
        let office = try await Office.open(way)
        let olga = "olga@provider.example"
        try await office.done("person", "appoint", olga, "--duty", "operator", "--name", "Olga")
        try await office.enrol(olga)
        let id = try await office.submit(Self.alice, "prod=OPE")
        let shipped = try await office.usher.run("export-defaults", office.usher.path("defaults"))
        try #require(shipped.code == 0, "\(shipped)")
        let text = try String(
            contentsOfFile: office.usher.path("defaults/workflows/account-request.yaml"), encoding: .utf8)
        try office.usher.write(
            text.replacing("version: 2", with: "version: 3").replacing("due: 7bd", with: "due: 6bd"),
            to: "data/custom/workflows/account-request.yaml")
        // A server reads definitions when it begins.
        office.pass(seconds: 60)
        func migrate(_ arguments: String...) async throws -> CommandLineProgram.Result {
            try await office.run(["workflow", "migrate", "account-request"] + arguments + ["--as", olga])
        }
        #expect(try await migrate().code == 2)
        let rehearsed = try await migrate("--dry-run", "--json").document()["items"][0]
        #expect(
            rehearsed.keys == ["after", "before", "from", "migrated", "refusals", "request", "to"], "\(rehearsed)")
        #expect(rehearsed["request"] == .string(id) && rehearsed["migrated"] == false)
        #expect(rehearsed["before"]["dueAt"].text?.hasPrefix("2027-03-10") == true)
        #expect(rehearsed["after"]["dueAt"].text?.hasPrefix("2027-03-09") == true)
        let told = try await migrate("--run", id, "--dry-run")
        #expect(told.code == 0 && told.output.contains("\(id)  2 → 3  approval → approval\n"), "\(told)")
        #expect(told.output.hasSuffix("Requests would be migrated: 1, refused: 0.\n"), "\(told)")
        #expect(try await office.done("request", "show", id)["version"] == 2)
        // What moves between the dry run and the migration is migrated from where it then is.
        try await office.approve(id)
        let done = try await migrate("--all", "--json", "--code", try await office.code(of: olga))
        let items = try done.document()["items"]
        #expect(items.items.count == 1 && items[0]["migrated"] == true, "\(done)")
        #expect(items[0]["after"]["state"] == "invitation")
        #expect(try await office.done("workflow", "migrate", "account-request", "--all")["items"] == [])
        let again = try await migrate("--run", id, "--dry-run")
        #expect(again.code == 1 && again.output.contains("refused"), "\(again)")
        let shown = try await office.done("request", "show", id, "--history")
        #expect(shown["version"] == 3 && shown["history"].items.last?["event"] == "migrate")
        let person = try await office.run("workflow", "migrate", "account-request", "--all", "--as", Office.marie)
        #expect(person.code == 3, "\(person)")
        #expect(try await office.run("doctor").code == 0)
    }
}
