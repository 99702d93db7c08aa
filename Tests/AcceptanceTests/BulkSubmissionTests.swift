import Foundation
import Testing

@Suite("usher request submit --csv", .timeLimit(.minutes(60)))
struct BulkSubmissionTests {
    static let header = "email,name,locale,grants,until,reason"

    /// Submits a file's bytes for Rita.
    private func submit(
        _ bytes: [UInt8], _ options: String..., to office: Office
    ) async throws -> CommandLineProgram.Result {
        try Data(bytes).write(to: office.usher.folder.appending(path: "people.csv"))
        return try await office.run(
            ["request", "submit", "--org", "acme", "--csv", "people.csv", "--as", Office.rita, "--json"] + options)
    }

    private func submit(
        _ lines: [String], _ options: String..., end: String = "\n", to office: Office
    ) async throws -> CommandLineProgram.Result {
        let text = ([Self.header] + lines).map { $0 + end }.joined()
        try Data(text.utf8).write(to: office.usher.folder.appending(path: "people.csv"))
        return try await office.run(
            ["request", "submit", "--org", "acme", "--csv", "people.csv", "--as", Office.rita, "--json"] + options)
    }

    private func requests(_ office: Office) async throws -> [Document] {
        try await office.done("request", "list", "--org", "acme")["items"].items.filter {
            $0["workflow"] == "account-request"
        }
    }

    @Test(
        "submits each row, with quoted commas, doubled quotes, line ends and two clouds, and asks once for all",
        arguments: Way.allCases)
    func submitsRows(way: Way) async throws {
        let office = try await Office.open(way)
        let before = try office.usher.mails().count
        let result = try await submit(
            [
                "ada@acme.example,\"Lovelace, Ada\",fr,prod=OPE;default=STD,2027-12-31,\"Says \"\"yes\"\",\nwell\"",
                "bob@acme.example,Bob,,prod=MNT,,Joins", "",
            ], to: office)
        #expect(result.code == 0 && result.error.isEmpty, "\(result)")
        let verdict = try result.document()
        #expect(verdict.keys == ["encoding", "items", "next", "notes", "refused", "rows"])
        #expect(verdict["rows"] == 2 && verdict["refused"] == 0 && verdict["encoding"] == "UTF-8")
        #expect(verdict["items"].items.map { $0["line"] } == [2, 4])
        #expect(verdict["items"][0].keys == ["accepted", "email", "faults", "line", "request"])
        let ada = try await office.done("request", "show", try #require(verdict["items"][0]["request"].text))
        #expect(ada["person"] == ["email": "ada@acme.example", "name": "Lovelace, Ada", "locale": "fr"])
        #expect(ada["reason"] == "Says \"yes\",\nwell")
        #expect(ada["items"].items.map { $0["asked"] } == ["OPE", "STD"])
        #expect(ada["until"] == "2027-12-31T23:00:00.000Z")
        let bob = try await office.done("request", "show", try #require(verdict["items"][1]["request"].text))
        #expect(bob["person"]["locale"] == "en" && bob["items"][0]["asked"] == "DTM")
        #expect(try office.usher.mails().count == before + 1)
    }

    @Test("reads what spreadsheets write: a byte order mark, CRLF, Latin-1", arguments: Way.allCases)
    func readsEncodings(way: Way) async throws {
        let office = try await Office.open(way)
        let marked = try await submit(
            [0xEF, 0xBB, 0xBF] + Array("\(Self.header)\r\nzoe@acme.example,Zoé,fr,prod=STD,,Été\r\n".utf8), to: office)
        #expect(marked.code == 0, "\(marked)")
        let latin = try #require(
            "\(Self.header)\r\nnoe@acme.example,Noé Façade,fr,prod=STD,,Été".data(using: .isoLatin1))
        let result = try await submit([UInt8](latin), to: office)
        #expect(result.code == 0, "\(result)")
        #expect(try result.document()["encoding"] == "Windows-1252")
        let names = try await requests(office).map { $0["person"]["name"] }
        #expect(Set(names.compactMap(\.text)) == ["Zoé", "Noé Façade"])
        let wide = try #require(
            "\(Self.header)\nida@acme.example,Ida,en,prod=STD,,x".data(using: .utf16))
        let read = try await submit([UInt8](wide), "--dry-run", to: office)
        #expect(read.code == 0, "\(read)")
        #expect(try read.document()["encoding"] == "UTF-16")
    }

    @Test(
        "says what could be submitted, how the file was read, and asks once for what the file lacks",
        arguments: Way.allCases)
    func mapping(way: Way) async throws {
        let office = try await Office.open(way)
        let file = try office.usher.write(
            "login;firstName;lastName;shoe\nada@acme.example;Ada;Lovelace;43\n", to: "okta.csv")
        let base = ["request", "submit", "--org", "acme", "--csv", file, "--as", Office.rita]
        let missing = try await office.run(base + ["--dry-run"])
        #expect(missing.code == 1 && missing.error.contains("Missing: grants, reason."), "\(missing)")
        let all = ["--map", "okta", "--grant", "prod=STD", "--reason", "Moves"]
        let rehearsed = try await office.run(base + all + ["--dry-run"])
        #expect(rehearsed.code == 0 && rehearsed.output.contains("1 could be submitted, 0 refused."), "\(rehearsed)")
        #expect(rehearsed.output.contains("not looked at: shoe."), "\(rehearsed)")
        let map = try office.usher.write("# mine\nemail: login\nname: firstName + lastName\n", to: "mine.map")
        let done = try await office.run(base + ["--map", map, "--grant", "prod=STD", "--reason", "Moves"])
        #expect(done.code == 0 && done.output.contains("1 submitted, 0 refused."), "\(done)")
        let unknown = try await office.run(base + ["--map", "moon"])
        #expect(unknown.code == 1 && unknown.error.contains("bamboohr"), "\(unknown)")
    }

    static let rows = [
        "ada@acme.example,Ada,en,prod=OPE,,Joins", "eve@acme.example,=HYPERLINK(1),en,prod=OPE,,Joins",
        "ADA@acme.example,Ada again,en,prod=STD,,Joins", "nobody,Nobody,sv,test=XXX,2020-01-01,",
        "bob@acme.example,Bob,en,prod=OPE,,Joins",
    ]

    @Test("tells each bad row with its line and every fault, and submits the others", arguments: Way.allCases)
    func tellsBadRows(way: Way) async throws {
        let office = try await Office.open(way)
        let result = try await submit(Self.rows, to: office)
        #expect(result.code == 1 && result.error.isEmpty, "\(result)")
        let verdict = try result.document()
        #expect(verdict["refused"] == 3)
        #expect(verdict["items"].items.map { $0["accepted"] } == [true, false, false, false, true])
        #expect(verdict["items"][1]["faults"][0]["code"] == "formula")
        #expect(verdict["items"][2]["faults"][0]["code"] == "duplicate_row")
        #expect(verdict["items"][2]["faults"][0]["message"].text?.contains("line 2") == true)
        let faults = verdict["items"][3]["faults"].items.compactMap { $0["code"].text }
        #expect(
            Set(faults) == [
                "invalid_email", "unknown_locale", "unknown_cloud", "unknown_profile", "in_the_past", "required",
            ])
        #expect(try await requests(office).count == 2)
        // The same file again: who has an open request does not get a second one.
        let again = try await submit(Self.rows, to: office)
        #expect(try again.document()["refused"] == 5, "\(again)")
        #expect(try await requests(office).count == 2)
        let plain = try await office.run(
            "request", "submit", "--org", "acme", "--csv", "people.csv", "--as", Office.rita)
        #expect(plain.code == 1 && plain.output.contains("line 3") && plain.output.contains("5 refused"), "\(plain)")
    }

    @Test(
        "submits nothing where one row is bad and all or nothing was asked, and nothing on a dry run",
        arguments: Way.allCases)
    func submitsNothing(way: Way) async throws {
        let office = try await Office.open(way)
        let mails = try office.usher.mails().count
        for options in ["--all-or-nothing", "--dry-run"] {
            let result = try await submit(Self.rows, options, to: office)
            #expect(result.code == 1, "\(result)")
            #expect(try result.document()["refused"] == 3)
            #expect(try result.document()["items"].items.allSatisfy { $0["request"] == .null })
        }
        let good = [Self.rows[0], Self.rows[4]]
        let rehearsed = try await submit(good, "--all-or-nothing", "--dry-run", to: office)
        #expect(rehearsed.code == 0, "\(rehearsed)")
        #expect(try await requests(office).isEmpty)
        #expect(try office.usher.sql("SELECT count(*) FROM person") == "2\n")
        #expect(try office.usher.mails().count == mails)
        let done = try await submit(good, "--all-or-nothing", to: office)
        #expect(done.code == 0, "\(done)")
        #expect(try await requests(office).count == 2)
        #expect(try office.usher.mails().count == mails + 1)
    }

    @Test(
        "refuses a file that is no table of people, and says where",
        arguments: [
            ("", "empty"), ("name,email\n", "wrong_header"), ("\(header)\n", "no_rows"),
            ("\(header)\n\"a@b.example,A,en,prod=OPE,,x\n", "bad_quotes"),
            ("\(header)\na@b.example,\"A\" B,en,prod=OPE,,x\n", "bad_quotes"), ("\(header)\na\u{0}\n", "not_text"),
        ])
    func refusesFile(text: String, code: String) async throws {
        let office = try await Office.open()
        let result = try await submit(Array(text.utf8), to: office)
        #expect(result.code == 1 && result.output.isEmpty, "\(result)")
        #expect(try result.fault()["faults"][0]["code"] == .string(code), "\(result)")
    }

    @Test("refuses 100,001 rows at once, before the first is submitted", arguments: Way.allCases)
    func refusesTooMany(way: Way) async throws {
        let office = try await Office.open(way)
        let rows = (0...100_000).map { "p\($0)@acme.example,Person,en,prod=STD,,Joins" }
        let result = try await submit(rows, to: office)
        // Submitting them would take many minutes.
        #expect(result.seconds < 60)
        #expect(result.code == 1 && result.output.isEmpty, "\(result.code) \(result.error)")
        #expect(try result.fault()["faults"][0]["code"] == "too_many_rows")
        #expect(try await requests(office).isEmpty)
    }

    @Test("knows only the organization of who submits, and needs a file that can be read", arguments: Way.allCases)
    func refusesStrangers(way: Way) async throws {
        let office = try await Office.open(way)
        try await office.done("org", "add", "Other", "--slug", "other", "--representative", "otto@other.example")
        let file = try office.usher.write("\(Self.header)\n\(Self.rows[0])\n", to: "people.csv")
        for organization in ["other", "nowhere"] {
            let result = try await office.run(
                "request", "submit", "--org", organization, "--csv", file, "--as", Office.rita, "--json")
            #expect(result.code == 4, "\(result)")
        }
        let unreadable = try await office.run(
            "request", "submit", "--org", "acme", "--csv", "nowhere.csv", "--as", Office.rita, "--json")
        #expect(unreadable.code == 1, "\(unreadable)")
        #expect(try unreadable.fault()["faults"][0]["code"] == "unreadable")
        let both = try await office.run(
            "request", "submit", "--org", "acme", "--csv", file, "--email", "a@b.example", "--as", Office.rita)
        #expect(both.code == 2, "\(both)")
    }
}
