import Foundation
import Scratch
import Testing

@Suite("usher doctor", .timeLimit(.minutes(60)))
struct DoctorCommandTests {
    /// The details of the checks that failed, by name.
    private func failures(_ result: CommandLineProgram.Result) throws -> [String: String] {
        let failed = try result.document()["items"].items.filter { $0["ok"] == false }
        return Dictionary(failed.map { ($0["check"].text ?? "", $0["detail"].text ?? "") }) { first, _ in first }
    }

    @Test("finds a fresh installation sound, and leaves no trace in it")
    func findsSound() async throws {
        let usher = try await CommandLineProgram.installed()
        let before = try usher.sql("SELECT COUNT(*) FROM audit, audit_head")
        let result = try await usher.run("doctor", "--json")
        #expect(result.code == 0, "\(result)")
        let items = try result.document()["items"].items
        let ofServers = TestDatabase.isFile ? [] : ["server", "clocks", "connections", "privileges", "nodes"]
        #expect(
            items.compactMap { $0["check"].text } == [
                "folder", "keys", "configuration", "definitions", "clock", "database", "space", "writing", "audit",
                "guards", "trail", "heads", "catalogue", "versions", "histories", "calendars",
            ] + ofServers + [
                "secrets", "row", "instants", "duties", "answers", "mail", "webhooks", "effects", "outbox", "timers",
            ])
        #expect(items.allSatisfy { $0.keys == ["check", "defects", "detail", "ok", "warning"] && $0["defects"] == [] })
        #expect(items.allSatisfy { $0["ok"] == true })
        #expect(try usher.sql("SELECT COUNT(*) FROM audit, audit_head") == before)
        let plain = try await usher.run("doctor")
        #expect(plain.output.split(separator: "\n").count == items.count, "\(plain)")
    }

    @Test("says when others may enter the folder, and goes on")
    func findsOpenFolder() async throws {
        let usher = try await CommandLineProgram.installed()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: usher.data.path)
        let result = try await usher.run("doctor", "--json")
        #expect(result.code == 1)
        #expect(try failures(result).keys.sorted() == ["folder"], "\(result)")
    }

    @Test("says which key is missing, and still examines the database")
    func findsMissingKey() async throws {
        let usher = try await CommandLineProgram.installed()
        try FileManager.default.removeItem(atPath: usher.path("data/keys/tokens.key"))
        let result = try await usher.run("doctor", "--json")
        #expect(result.code == 1)
        #expect(try failures(result)["keys"]?.contains("tokens") == true, "\(result)")
        #expect(try result.document()["items"].items.contains { $0["check"] == "database" && $0["ok"] == true })
    }

    @Test("finds a database that is none", .aboutTheFile)
    func findsDamage() async throws {
        let usher = try await CommandLineProgram.installed()
        for log in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: usher.path("data/usher.db\(log)")) {
            try FileManager.default.removeItem(atPath: usher.path("data/usher.db\(log)"))
        }
        try usher.write(String(repeating: "damage", count: 2_000), to: "data/usher.db")
        let result = try await usher.run("doctor", "--json")
        #expect(result.code == 1)
        #expect(try failures(result)["database"]?.contains("damaged") == true, "\(result)")
    }

    /// On a server, whoever may switch guards off for a moment leaves no trace of that.
    private let guards = TestDatabase.isFile ? ["guards"] : []

    @Test("finds a history that does not give the stored state")
    func findsOtherState() async throws {
        let usher = try await CommandLineProgram.installed()
        // Whatever guards the history in the schema, an attacker with the file could take it away too.
        try usher.rewrite("DELETE FROM history")
        let result = try await usher.run("doctor", "--json")
        #expect(result.code == 1)
        #expect(try failures(result).keys.sorted() == guards + ["histories", "trail"], "\(result)")
    }

    @Test("finds an audit trail that was changed")
    func findsTampering() async throws {
        let usher = try await CommandLineProgram.installed()
        try usher.rewrite("UPDATE audit SET actor = 'operator eve'")
        let result = try await usher.run("doctor", "--json")
        #expect(result.code == 1)
        #expect(try failures(result).keys.sorted() == ["audit"] + guards + ["trail"], "\(result)")
    }

    @Test("finds a mail that was given up, and the template that is to blame")
    func findsParkedMail() async throws {
        let usher = try await CommandLineProgram.installedWithParkedMail()
        let result = try await usher.run("doctor", "--json")
        #expect(result.code == 1)
        #expect(try failures(result).keys.sorted() == ["definitions", "effects"], "\(result)")
        #expect(try failures(result)["effects"]?.contains("/mail/invitation/") == true)
    }

    @Test("tells that the clock was set once, and what has been due since nobody worked")
    func tellsOfClockAndDelay() async throws {
        let usher = try await CommandLineProgram.installed()
        let result = try await usher.run("doctor", "--json", environment: ["USHER_NOW": "2099-01-01T00:00:00Z"])
        #expect(result.code == 1)
        #expect(try failures(result)["timers"]?.contains("run-due") == true, "\(result)")
        let later = try await usher.run("doctor", "--json")
        #expect(later.code == 0, "\(later)")
        let clock = try later.document()["items"].items.first { $0["check"] == "clock" }
        #expect(clock?["detail"].text?.contains("USHER_NOW was used") == true)
    }

    @Test("needs an installation")
    func needsInstallation() async throws {
        #expect(try await CommandLineProgram().run("doctor").code == 4)
    }
}

@Suite("usher mail", .timeLimit(.minutes(60)))
struct MailCommandTests {
    @Test("files a test mail in the language asked for, each time a new one")
    func filesTestMail() async throws {
        let usher = try await CommandLineProgram.installed()
        let before = try usher.mails().count
        let result = try await usher.run("mail", "test", "postmaster@example.com", "--locale", "fr", "--json")
        #expect(result.code == 0, "\(result)")
        #expect(try result.document()["via"] == "folder")
        _ = try await usher.run("mail", "test", "postmaster@example.com")
        #expect(try usher.mails().count == before + 2)
    }

    @Test("ends with 5 when the mail server cannot be reached, 1 when the address is none")
    func fails() async throws {
        let usher = try await CommandLineProgram.installed()
        // Port 1 of this machine: nobody listens there.
        let outage = try await usher.run(
            "mail", "test", "a@example.com", "--json", environment: ["USHER_SMTP_URL": "smtp://127.0.0.1:1"])
        #expect(outage.code == 5, "\(outage)")
        #expect(try outage.fault()["code"] == "unavailable")
        #expect(try await usher.run("mail", "test", "nobody").code == 1)
    }

    @Test("previews every shipped template in each language without a data folder", arguments: ["en", "fr", "de"])
    func previews(locale: String) async throws {
        let usher = try CommandLineProgram()
        for template in ["invitation", "approval-asked", "welcome", "test"] {
            let result = try await usher.run("mail", "preview", template, "--locale", locale, "--json")
            #expect(result.code == 0, "\(result)")
            let document = try result.document()
            #expect(document.keys == ["html", "locale", "subject", "template", "text"])
            #expect(document["html"].text?.contains("<html lang=\"\(locale)\">") == true)
        }
        let html = try await usher.run("mail", "preview", "welcome", "--locale", locale, "--html")
        #expect(html.output.hasPrefix("<!doctype html>"))
    }

    @Test("knows no template and no language that do not exist")
    func refusesUnknown() async throws {
        let usher = try CommandLineProgram()
        #expect(try await usher.run("mail", "preview", "nope").code == 4)
        #expect(try await usher.run("mail", "preview", "../en/welcome").code == 4)
        #expect(try await usher.run("mail", "preview", "welcome", "--locale", "xx").code == 1)
    }
}

@Suite("usher config, export-defaults, completions", .timeLimit(.minutes(60)))
struct FileCommandTests {
    @Test("shows each setting with its origin: the environment over the file over the default")
    func showsOrigins() async throws {
        let usher = try CommandLineProgram()
        try usher.write(
            "product: Acme Access\ntime-zone: UTC\nsmtp:\n  url: smtp://u:hunt@er2@host\n", to: "data/usher.yaml")
        let result = try await usher.run("config", "show", "--json", environment: ["USHER_TIME_ZONE": "Europe/Rome"])
        #expect(result.code == 0, "\(result)")
        let items = try result.document()["items"].items
        func setting(_ key: String) -> Document { items.first { $0["key"].text == key } ?? .missing }
        #expect(setting("product")["value"] == "Acme Access")
        #expect(setting("product")["origin"].text?.hasPrefix("file ") == true)
        #expect(setting("time-zone")["origin"] == "environment USHER_TIME_ZONE")
        #expect(setting("calendar")["origin"] == "default")
        #expect(setting("smtp.url")["value"] == "smtp://u:•••@host")
        let plain = try await usher.run("config", "show")
        #expect(!plain.output.contains("er2") && plain.output.contains("Acme Access"), "\(plain)")
    }

    @Test("writes the defaults out; again it changes nothing")
    func exports() async throws {
        let usher = try CommandLineProgram()
        let first = try await usher.run("export-defaults", "mine", "--json")
        #expect(first.code == 0, "\(first)")
        let items = try first.document()["items"].items
        #expect(items.contains { $0["path"] == "workflows/account-request.yaml" && $0["state"] == "written" })
        let again = try await usher.run("export-defaults", "mine", "--json")
        #expect(try again.document()["items"].items.allSatisfy { $0["state"] == "unchanged" })
        #expect(try await usher.run("workflow", "check", "mine/workflows/account-request.yaml").code == 0)
    }

    @Test("writes nothing at all if one file differs")
    func refusesOverwriting() async throws {
        let usher = try CommandLineProgram()
        try usher.write("version: 2\n", to: "mine/catalogue/matrix.yaml")
        let result = try await usher.run("export-defaults", "mine", "--json")
        #expect(result.code == 1, "\(result)")
        #expect(try result.fault()["code"] == "conflict")
        #expect(try result.fault()["faults"][0]["field"] == "catalogue/matrix.yaml")
        #expect(
            try FileManager.default.subpathsOfDirectory(atPath: usher.path("mine")).sorted() == [
                "catalogue", "catalogue/matrix.yaml",
            ])
        #expect(try String(contentsOfFile: usher.path("mine/catalogue/matrix.yaml"), encoding: .utf8) == "version: 2\n")
    }

    @Test("does not take a file for a folder")
    func refusesFile() async throws {
        let usher = try CommandLineProgram()
        try usher.write("", to: "mine")
        let result = try await usher.run("export-defaults", "mine", "--json")
        #expect(result.code == 1, "\(result)")
        #expect(try result.fault()["faults"][0]["code"] == "no_folder")
    }

    @Test("completes commands and their subcommands in bash")
    func completesInBash() async throws {
        let usher = try CommandLineProgram()
        let script = try await usher.run("completions", "bash")
        #expect(script.code == 0, "\(script)")
        try usher.write(script.output, to: "completion.bash")
        for (words, expected) in [("", ["request", "otp", "doctor"]), ("otp ", ["code", "verify", "qr"])] {
            let given = words.split(separator: " ")
            let asked = try await usher.run(
                tool: "/bin/bash", "-c",
                """
                source ./completion.bash
                COMP_WORDS=(usher \(given.joined(separator: " ")) ''); COMP_CWORD=\(given.count + 1)
                COMP_LINE='usher \(words)'; COMP_POINT=${#COMP_LINE}
                _usher usher '' '\(given.last ?? "usher")'; printf '%s\\n' "${COMPREPLY[@]}"
                """)
            let offered = Set(asked.output.split(separator: "\n").map(String.init))
            #expect(offered.isSuperset(of: expected), "\(asked)")
        }
    }

    @Test("has every command whose operations docs/cli.md names")
    func knowsCommands() async throws {
        let page = OtherPrograms.package.appending(path: "docs/cli.md")
        let table = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "<!-- operations -->")
        let named = try #require(table.dropFirst().first).matches(of: /\| `usher ([a-z -]+)` \|/).map { String($0.1) }
        #expect(named.count > 60)
        for command in named {
            let help = try await CommandLineProgram().run(command.split(separator: " ").map(String.init) + ["--help"])
            #expect(help.code == 0 && help.output.contains("USAGE: usher \(command)"), "\(command): \(help)")
        }
    }

    @Test("knows three shells")
    func knowsShells() async throws {
        let usher = try CommandLineProgram()
        #expect(try await usher.run("completions", "zsh").output.hasPrefix("#compdef usher"))
        #expect(try await usher.run("completions", "fish").output.contains("complete -c 'usher'"))
        #expect(try await usher.run("completions", "tcsh").code == 2)
    }

    @Test(
        "gives each command a help with an example",
        arguments: [
            "catalogue show", "catalogue check", "workflow list", "workflow check", "effect list", "effect retry",
            "effect drop", "audit list", "audit export", "audit verify", "audit accept", "doctor", "mail test",
            "mail preview",
            "config show", "export-defaults", "completions",
        ])
    func helps(command: String) async throws {
        let result = try await CommandLineProgram().run(command.split(separator: " ").map(String.init) + ["--help"])
        #expect(result.code == 0, "\(result)")
        #expect(result.output.contains("Example") && result.output.contains("usher \(command)"), "\(result)")
    }
}
