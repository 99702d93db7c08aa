import Foundation
import Testing

/// From a denial at the terminal to what was denied, by the command that the denial names.
@Suite("Commands: access asked for where it was denied", .timeLimit(.minutes(60)))
struct AccessRequestCommandTests {
    private static let alice = "alice@acme.example"
    private static let wish = ["--access", "create-instance", "--cloud", "acme/prod"]

    private func office(_ way: Way) async throws -> Office {
        let office = try await Office.open(way)
        _ = try await office.approve(try await office.submit(Self.alice, "prod=OPE"))
        _ = try await office.enrol(Self.alice)
        office.pass(seconds: 60)
        return office
    }

    /// The command that somebody was told, in the words that a shell makes of it.
    private func told(_ error: String, _ office: Office) async throws -> [String] {
        let command = try #require(error.split(separator: "\n").last.map(String.init))
        let words = try await office.usher.run(
            tool: "/bin/bash", "-c", "printf '%s\\n' \(command.trimmingCharacters(in: .whitespaces))")
        var found = words.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        try #require(found.first == "usher", "\(command)")
        found.removeFirst()
        // Where somebody is known by their session, the script says who types it.
        guard let server = found.firstIndex(of: "--server") else { return found }
        found.removeSubrange(server...server + 1)
        return found + ["--as", Self.alice]
    }

    @Test("goes the whole circle: denied, told how, asked, followed, decided, allowed", arguments: Way.allCases)
    func circle(_ way: Way) async throws {
        let office = try await office(way)
        let can = ["can", Self.alice, "create-instance", "--cloud", "acme/prod", "--as", Self.alice]
        let denied = try await office.run(can)
        #expect(denied.code == 1 && denied.output == "deny: The action needs a higher profile in this cloud.\n")
        #expect(denied.error.contains("the profile POW would be enough"), "\(denied)")
        let explained = try await office.run(can + ["--explain"])
        #expect(explained.output.contains("raised to POW") && explained.error == denied.error, "\(explained)")
        let document = try await office.run(can + ["--explain", "--json"])
        #expect(try document.document()["explanation"]["askable"] == "POW" && document.error.isEmpty)
        #expect(try await office.run(can + ["--json"]).document().keys.contains("explanation") == false)

        let rehearsed = try await office.run(try await told(denied.error, office) + ["--dry-run"])
        #expect(rehearsed.code == 0 && rehearsed.output.contains("Nothing was saved."), "\(rehearsed)")
        let asked = try await office.done(try await told(denied.error, office) + ["--key", "k-1"])
        let id = try #require(asked["id"].text)
        #expect(asked["workflow"] == "access-request" && asked["state"] == "confirming" && asked["reason"] == "WHY")
        #expect(asked["items"][0]["asked"] == "POW" && asked["requestedBy"] == .string(Self.alice))
        let again = ["request", "submit"] + Self.wish + ["--reason", "WHY", "--as", Self.alice, "--json"]
        #expect(try await office.run(again + ["--key", "k-1"]).document()["id"] == .string(id))
        let second = try await office.run(again)
        #expect(second.code == 1 && second.error.contains("open already"), "\(second)")
        let open = try await office.run(can)
        #expect(open.code == 1 && open.error.isEmpty, "\(open)")

        #expect(try await office.done("request", "show", id, "--as", Self.alice)["state"] == "confirming")
        #expect(try await office.done("request", "cancel", id, "--as", Self.alice)["state"] == "cancelled")
        let once = try await office.done(
            ["request", "submit"] + Self.wish + ["--reason", "On call", "--until", "2027-03-31", "--as", Self.alice])
        let next = try #require(once["id"].text)
        office.pass(seconds: 60)
        try await office.done(
            "request", "approve", next, "--as", Office.rita, "--code", try await office.code(of: Office.rita))
        #expect(try await office.approve(next)["state"] == "changed")
        #expect(try await office.run(can + ["--mfa-age", "60"]).code == 0)
    }

    @Test("tells the owner of the folder what to type for somebody, whatever their address looks like to a shell")
    func quoted() async throws {
        let office = try await office(.inProcess)
        let strange = "o'hara`id`$x@acme.example"
        _ = try await office.approve(try await office.submit(strange, "prod=OPE"))
        _ = try await office.enrol(strange)
        for person in [Self.alice, strange] {
            let denied = try await office.run("can", person, "create-instance", "--cloud", "acme/prod")
            #expect(denied.error.contains(" --as "), "\(denied)")
            let words = try await told(denied.error, office)
            #expect(words.suffix(2) == ["--as", person], "\(words)")
            #expect(try await office.done(words)["person"]["email"] == .string(person))
        }
        // Nothing to ask for: nobody could confirm it; somebody else's; nobody at all.
        for person in [Office.rita, Office.marie, "nobody@acme.example"] {
            let denied = try await office.run("can", person, "create-instance", "--cloud", "acme/prod")
            #expect(denied.code == 1 && denied.error.isEmpty, "\(denied)")
        }
    }

    @Test("refuses what cannot be meant, and what is not there or not theirs alike", arguments: Way.allCases)
    func refused(_ way: Way) async throws {
        let office = try await office(way)
        try await office.done("org", "add", "Globex", "--slug", "globex", "--representative", "r@globex.example")
        let submit = ["request", "submit"]
        let reason = ["--reason", "x"]
        for wrong in [
            Self.wish, ["--access", "create-instance"] + reason, ["--cloud", "acme/prod"] + reason, reason,
            Self.wish + reason + ["--org", "acme"], Self.wish + reason + ["--grant", "prod=STD"],
            Self.wish + reason + ["--email", Self.alice], Self.wish + reason + ["--csv", "people.csv"],
        ] {
            let result = try await office.run(submit + wrong + ["--as", Self.alice])
            #expect(result.code == 2 && result.output.isEmpty, "\(wrong) \(result)")
        }
        for (cloud, code) in [("globex/default", 4), ("globex/void", 4), ("void/void", 4), ("prod", 1)]
            as [(String, Int32)]
        {
            let result = try await office.run(
                submit + ["--access", "create-instance", "--cloud", cloud, "--as", Self.alice, "--json"] + reason)
            #expect(result.code == code, "\(cloud) \(result)")
            #expect(code == 1 || result.error.replacing(cloud, with: "…").contains("There is no cloud …"), "\(result)")
        }
        let typed = try await office.run(
            submit + ["--access", "creat-instance", "--cloud", "acme/prod"] + reason + ["--as", Self.alice])
        #expect(typed.code == 4 && typed.error.contains("create-instance"), "\(typed)")
        let empty = try await office.run(
            submit + Self.wish + ["--reason", " ", "--until", "2020-01-01", "--as", Self.alice, "--json"])
        #expect(empty.code == 1)
        #expect(try Set(empty.fault()["faults"].items.compactMap { $0["field"].text }) == ["reason", "until"])
        let operatorAlone = try await office.run(submit + Self.wish + reason)
        #expect(operatorAlone.code == 3, "\(operatorAlone)")
        #expect(try office.usher.sql("SELECT count(*) FROM request WHERE workflow = 'access-request'") == "0\n")
    }
}
