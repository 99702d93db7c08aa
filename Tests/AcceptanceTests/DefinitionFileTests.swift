import Foundation
import Testing

@Suite("usher catalogue", .timeLimit(.minutes(60)))
struct CatalogueCommandTests {
    @Test("shows all parts without a data folder, as one document")
    func showsAll() async throws {
        let usher = try CommandLineProgram()
        let result = try await usher.run("catalogue", "show", "--json")
        #expect(result.code == 0, "\(result)")
        let document = try result.document()
        #expect(document.keys == ["matrix", "profiles", "topology"])
        #expect(document["profiles"]["items"].items.map { $0["code"] } == ["STD", "DTM", "OPE", "POW"])
        #expect(document["matrix"]["items"][0].keys == ["action", "feature", "needsMFA", "requires", "written"])
        #expect(document["matrix"]["mfaMaxAgeSeconds"] == 900)
        #expect(
            document["topology"]["items"][0]["areas"][0]["zones"][0].keys == [
                "code", "dataCentre", "description", "for",
            ])
        #expect(!FileManager.default.fileExists(atPath: usher.data.path))
    }

    @Test("shows one part as a table whose rows stand whole where there is no terminal")
    func showsMatrix() async throws {
        let result = try await CommandLineProgram().run("catalogue", "show", "matrix")
        #expect(result.code == 0, "\(result)")
        #expect(result.output.contains(/create-instance +POW +yes\n/))
        #expect(!result.output.contains("…"))
    }

    @Test("follows the operator's files in the data folder")
    func followsOverlay() async throws {
        let usher = try CommandLineProgram()
        let exported = try await usher.run("export-defaults", usher.path("data/custom"))
        try #require(exported.code == 0, "\(exported)")
        let file = "data/custom/catalogue/matrix.yaml"
        let text = try String(contentsOfFile: usher.path(file), encoding: .utf8)
        try usher.write(text.replacing("\nversion: 1\n", with: "\nversion: 7\n"), to: file)
        let result = try await usher.run("catalogue", "show", "matrix", "--json")
        #expect(try result.document()["version"] == 7, "\(result)")
    }

    @Test("does not show the defaults in place of a folder that was mistyped")
    func refusesMissingFolder() async throws {
        let usher = try CommandLineProgram()
        let result = try await usher.run("catalogue", "show", "--data", usher.path("nowhere"), "--json")
        #expect(result.code == 4, "\(result)")
        #expect(try result.fault()["code"] == "notFound")
    }

    @Test("refuses a matrix with an unknown profile, at its place, with exit code 1")
    func refusesUnknownProfile() async throws {
        let usher = try CommandLineProgram()
        let file = try usher.write(
            "version: 1\nmfa_max_age_seconds: 900\nfeatures:\n  Bodies:\n    create-instance: PWO\n", to: "mine.yaml")
        let result = try await usher.run("catalogue", "check", file, "--json")
        #expect(result.code == 1, "\(result)")
        let item = try result.document()["items"][0]
        #expect(item.keys == ["file", "findings", "ok"])
        #expect(item["ok"] == false)
        #expect(item["findings"][0]["line"] == 5)
        #expect(item["findings"][0]["message"].text?.contains("POW") == true)
        let plain = try await usher.run("catalogue", "check", file)
        #expect(plain.output.hasPrefix("\(file):5:22: "), "\(plain)")
    }

    @Test("accepts the installed catalogue; knows no file that is not there, and no kind that it cannot tell")
    func checksOthers() async throws {
        let usher = try CommandLineProgram()
        let sound = try await usher.run("catalogue", "check")
        #expect(sound.code == 0, "\(sound)")
        #expect(try await usher.run("catalogue", "check", usher.path("none.yaml")).code == 4)
        let other = try usher.write("a: b\n", to: "other.yaml")
        let result = try await usher.run("catalogue", "check", other, "--json")
        #expect(result.code == 1)
        #expect(try result.fault()["faults"][0]["code"] == "unknown_kind")
    }
}

@Suite("usher workflow", .timeLimit(.minutes(60)))
struct WorkflowCommandTests {
    @Test("finds the shipped definitions sound, with a bound on every run")
    func checksShipped() async throws {
        let result = try await CommandLineProgram().run("workflow", "check", "--json")
        #expect(result.code == 0, "\(result)")
        let items = try result.document()["items"].items
        #expect(items.map { $0["workflow"] }.contains("account-request"))
        for item in items {
            #expect(
                item.keys == [
                    "file", "findings", "lifetime", "lifetimeBound", "lifetimeBusinessDays", "lifetimeSeconds", "ok",
                    "scenarios", "version", "warnings", "workflow",
                ])
            #expect(item["lifetimeBound"].keys == ["calendar", "seconds"])
            #expect(item["findings"] == [])
            #expect(item["lifetime"].text != nil)
        }
    }

    @Test("tells a misspelt key by file, line and column, with exit code 1")
    func refusesUnknownKey() async throws {
        let usher = try CommandLineProgram()
        let file = try usher.write("workflow: mine\nversion: 1\npeopel: {}\n", to: "mine.yaml")
        let result = try await usher.run("workflow", "check", file)
        #expect(result.code == 1, "\(result)")
        #expect(result.output.contains("\(file):3:1: unknown-key:"))
        #expect(result.output.contains("people"))
        let document = try await usher.run("workflow", "check", file, "--json").document()
        #expect(document["items"][0]["workflow"] == nil)
        #expect(document["items"][0]["findings"][0].keys == ["column", "file", "line", "message", "path", "rule"])
    }

    @Test("shows the way to a state that waits for ever, and the mail that does not exist")
    func showsCounterExample() async throws {
        let usher = try CommandLineProgram()
        let file = try usher.write(
            """
            workflow: mine
            version: 1
            people: {asker: request.requester}
            effects:
              mail: {key: [request, state, round, template, recipient], tries: 8, then: park}
            start: first
            states:
              first:
                enter: [{send: no-such-mail, to: asker}]
                ask: {who: asker, choices: [go_on]}
                after: {7d: {go: done}}
                when: {go_on: {go: second}}
              second:
                ask: {who: asker, choices: [finish]}
                when: {finish: {go: done}}
              done: {end: success}

            """, to: "mine.yaml")
        let result = try await usher.run("workflow", "check", file, "--json")
        #expect(result.code == 1, "\(result)")
        let findings = try result.document()["items"][0]["findings"].items
        let waiting = findings.first { $0["rule"] == "no-timeout" }
        #expect(waiting?["path"] == ["first (go_on)", "second"], "\(result)")
        #expect(findings.filter { $0["rule"] == "missing-template" }.count == 1)
    }

    @Test("says that a template of the operator's cannot be used, and why")
    func tellsMalformedTemplate() async throws {
        let usher = try CommandLineProgram()
        try usher.write(
            "Subject: Hello\n\n{{{personName}}}\n", to: "data/custom/templates/mail/en/welcome.txt.mustache")
        let result = try await usher.run("workflow", "check")
        #expect(result.code == 1, "\(result)")
        #expect(result.output.contains("malformed-template"))
    }

    @Test("lists the definitions that new requests follow")
    func lists() async throws {
        let document = try await CommandLineProgram().run("workflow", "list", "--json").document()
        #expect(document.keys == ["items", "next"])
        #expect(
            document["items"][0].keys == [
                "about", "file", "findings", "missingVersion", "parts", "ready", "startable", "states", "version",
                "workflow",
            ])
        #expect(document["items"].items.allSatisfy { $0["ready"] == true && $0["missingVersion"] == .null })
    }
}
