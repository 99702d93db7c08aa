import Foundation
import Testing

/// What every command promises: help, exit codes, and which stream holds what.
@Suite("Every command", .timeLimit(.minutes(60)))
struct UsageTests {
    /// Subcommands that a help text lists.
    private func subcommands(in help: String) -> [String] {
        var isListing = false
        return help.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line in
            if line.isEmpty { isListing = false }
            defer { if line.hasSuffix("SUBCOMMANDS:") { isListing = true } }
            guard isListing, let name = line.prefixMatch(of: #/ {2}([a-z][a-z-]*)( |$)/#) else { return nil }
            return String(name.1)
        }
    }

    @Test("has a help on standard output, with an example that begins with its name")
    func helps() async throws {
        let usher = try CommandLineProgram()
        var waiting: [[String]] = [[]]
        var seen = 0
        while !waiting.isEmpty {
            let command = waiting.removeFirst()
            let result = try await usher.run(command + ["--help"])
            let name = (["usher"] + command).joined(separator: " ")
            #expect(result.code == 0 && result.error.isEmpty, "\(result)")
            let (overview, usage) = try #require(
                result.output.split(separator: "USAGE: ", maxSplits: 1).pair, "\(name)")
            #expect(usage.hasPrefix(name), "\(result)")
            #expect(overview.contains(/Examples?[:,]/) && overview.contains(name), "\(name) has no example")
            waiting += subcommands(in: result.output).map { command + [$0] }
            seen += 1
        }
        // A walk that found nothing would prove nothing.
        #expect(seen > 40)
    }

    @Test(
        "ends wrong usage with 2 and a hint on standard error",
        arguments: [
            ["nonsense"], ["request", "nonsense"], ["request", "list", "--bogus"], ["request", "list", "--limit", "0"],
            ["request", "list", "--limit", "x"], ["request", "show"], ["request", "show", "a", "b"],
            ["request", "submit", "--org", "acme"],
            ["request", "approve", "x", "--item", "=STD", "--as", Office.marie],
            ["request", "list", "--code", "123456"], ["mfa", "verify", Office.marie], ["otp", "code", "no base32!"],
            ["otp", "code", "MFRGG", "--digits", "7"], ["otp", "code", "MFRGG", "--algorithm", "md5"],
            ["otp", "verify", "MFRGG", "123456", "--window", "11"], ["can", "a@b.example", "x", "--cloud"],
            ["can", "a@b.example", "x", "--cloud", "a/b", "--mfa-age", "-1"], ["init"],
            ["audit", "export", "--format", "x"],
        ])
    func endsWrongUsage(arguments: [String]) async throws {
        let usher = try CommandLineProgram()
        let plain = try await usher.run(arguments)
        #expect(plain.code == 2 && plain.output.isEmpty && plain.error.contains("Usage: usher"), "\(plain)")
        let json = try await usher.run(arguments + ["--json"])
        #expect(json.code == 2 && json.output.isEmpty, "\(json)")
        #expect(try json.fault().keys == ["code", "faults", "message"])
        #expect(!FileManager.default.fileExists(atPath: usher.data.path))
    }

    @Test("tells a failure by its exit code, and as one document on standard error with --json")
    func tellsFailures() async throws {
        let office = try await Office.open()
        let cases: [([String], Int32, String)] = [
            (["person", "close", "nobody", "--reason", "x", "--as", Office.rita], 1, "invalid"),
            (["org", "add", "Acme", "--slug", "acme", "--representative", "a@b.example"], 1, "conflict"),
            (
                ["org", "add", "X", "--slug", "x", "--representative", "a@b.example", "--as", Office.rita], 3,
                "forbidden"
            ),
            (["effect", "list", "--as", Office.rita], 3, "forbidden"),
            (["inbox", "--as", "nobody@acme.example"], 4, "notFound"),
            (["org", "show", "nowhere"], 4, "notFound"), (["request", "show", "x"], 4, "notFound"),
            (["request", "show", "01m850f812qsqwd0m8pkej5sn9"], 4, "notFound"),
            (["person", "show", "nobody@acme.example"], 4, "notFound"),
            (["can", Office.rita, "create-snapshop", "--cloud", "acme/prod"], 4, "notFound"),
            (["can", Office.rita, "create-snapshot", "--cloud", "acme/nowhere"], 4, "notFound"),
        ]
        for (arguments, code, word) in cases {
            let result = try await office.run(arguments + ["--json"])
            #expect(result.code == code && result.output.isEmpty, "\(result)")
            let fault = try result.fault()
            #expect(fault.keys == ["code", "faults", "message"])
            #expect(fault["code"] == .string(word), "\(result)")
            #expect(fault["faults"].items.allSatisfy { $0.keys == ["code", "field", "message"] })
            let plain = try await office.run(arguments)
            #expect(plain.code == code && plain.output.isEmpty && plain.error.hasPrefix("usher: "), "\(plain)")
        }
    }

    @Test("tells an organization's people no more of another organization than of none", arguments: Way.allCases)
    func hidesOthers(way: Way) async throws {
        let office = try await Office.open(way)
        try await office.done("org", "add", "Other", "--slug", "other", "--representative", "otto@other.example")
        for command in [
            ["org", "show"], ["cloud", "list"], ["person", "list", "--org"], ["request", "list", "--org"],
        ] {
            let theirs = try await office.run(command + ["other", "--as", Office.rita, "--json"])
            let none = try await office.run(command + ["never", "--as", Office.rita, "--json"])
            #expect(theirs.code == 4 && none.code == 4, "\(theirs)")
            #expect(theirs.error.replacing("other", with: "never") == none.error, "\(theirs)")
        }
        let theirs = try await office.run("person", "show", "otto@other.example", "--as", Office.rita)
        let none = try await office.run("person", "show", "nemo@other.example", "--as", Office.rita)
        #expect(theirs.code == 4 && theirs.error.replacing("otto", with: "nemo") == none.error, "\(theirs)")
    }

    @Test(
        "writes no escape codes into a pipe, and none on a terminal under NO_COLOR",
        arguments: [
            (false, false, false), (true, false, true), (true, true, false),
        ])
    func knowsTerminals(terminal: Bool, noColour: Bool, coloured: Bool) async throws {
        let office = try await Office.open()
        let command = "\"$usher\" person list"
        let colours = "export TERM=xterm NO_COLOR=\(noColour ? "1" : "")\n"
        // `script` of util-linux gives a program a terminal.
        let result = try await office.shell(
            colours + (terminal ? "script --quiet --return --command '\(command)' /dev/null" : command))
        #expect(result.code == 0 && result.output.contains(Office.rita), "\(result)")
        #expect(result.output.contains("\u{1B}[") == coloured, "\(result)")
    }

    @Test("fits a narrow terminal, and is whole in a pipe")
    func fitsTerminal() async throws {
        let office = try await Office.open()
        let name = String(repeating: "Long Name ", count: 15).trimmingCharacters(in: .whitespaces)
        _ = try await office.submit(MainJobTests.alice, "prod=OPE", name: name)
        let narrow = try await office.shell(
            "script --quiet --return --command 'stty cols 60; NO_COLOR=1 \"$usher\" person list' /dev/null")
        let lines = narrow.output.split(whereSeparator: \.isNewline)
        #expect(lines.count == 4 && lines.allSatisfy { $0.count <= 60 }, "\(narrow)")
        #expect(narrow.output.contains("…"))
        #expect(try await office.run("person", "list").output.contains(name))
    }

    @Test("survives a reader that goes away, and takes no secret as an argument")
    func survivesClosedPipe() async throws {
        let office = try await Office.open()
        let result = try await office.shell(
            "\"$usher\" catalogue show matrix --json | head -n 1; exit ${PIPESTATUS[1]}")
        #expect(result.code == 0 && !result.error.contains("Fatal"), "\(result)")
        let prompt = try await office.run("enrol", "start", "--token", "x", "--json")
        #expect(prompt.code == 2 && prompt.error.contains("--password-stdin"), "\(prompt)")
        #expect(try await office.run("enrol", "start", "--token", "x", "--password", "y").code == 2)
    }

    @Test("goes through lists page by page without losing or repeating any", arguments: Way.allCases)
    func pages(way: Way) async throws {
        let office = try await Office.open(way)
        let rows = (1...7).map { "p\($0)@acme.example,Person \($0),en,prod=STD,,Joins" }
        let file = try office.usher.write(
            ([BulkSubmissionTests.header] + rows).joined(separator: "\n"), to: "people.csv")
        try await office.done("request", "submit", "--org", "acme", "--csv", file, "--as", Office.rita)
        for list in [["person", "list"], ["request", "list", "--org", "acme"], ["inbox", "--as", Office.marie]] {
            let whole = try await office.done(list)["items"].items
            #expect(whole.count >= 7, "\(list)")
            var gathered: [Document] = []
            var cursor: [String] = []
            repeat {
                let page = try await office.done(list + ["--limit", "3"] + cursor)
                #expect(page.keys == ["items", "next"] && page["items"].items.count <= 3)
                gathered += page["items"].items
                cursor = page["next"].text.map { ["--after", $0] } ?? []
            } while !cursor.isEmpty && gathered.count <= whole.count
            #expect(gathered == whole, "\(list)")
        }
    }
}

extension Array {
    /// Both elements of two.
    fileprivate var pair: (Element, Element)? { count == 2 ? (self[0], self[1]) : nil }
}
