import Foundation
import Testing

@Suite("usher workflow check, from outside", .timeLimit(.minutes(60)))
struct WorkflowSchemaTests {
    /// Prints a line for each definition: its path, then what jsonschema finds wrong with it, or `valid`.
    static let validator = """
        import json, sys, yaml
        from jsonschema import Draft202012Validator
        schema = json.load(open(sys.argv[1]))
        Draft202012Validator.check_schema(schema)
        # As in YAML 1.2, and for editors, `yes` is a word.
        words = yaml.SafeLoader.yaml_implicit_resolvers
        for first in "yYnNoO": words[first] = [pair for pair in words.get(first, []) if not pair[0].endswith(":bool")]
        def keys(node):
            if isinstance(node, dict): return {str(key): keys(value) for key, value in node.items()}
            return [keys(entry) for entry in node] if isinstance(node, list) else node
        for file in sys.argv[2:]:
            errors = list(Draft202012Validator(schema).iter_errors(keys(yaml.safe_load(open(file)))))
            print(file, "valid" if not errors else "/".join(str(step) for step in errors[0].path))
        """

    @Test("exports a schema that a validator of others takes, and by which every shipped definition is valid")
    func shippedAreValid() async throws {
        let usher = try CommandLineProgram()
        let exported = try await usher.run("export-defaults", usher.path("mine"))
        try #require(exported.code == 0, "\(exported)")
        let names = try FileManager.default.contentsOfDirectory(atPath: usher.path("mine/workflows"))
        let files = names.filter { $0.hasSuffix(".yaml") }.sorted().map { usher.path("mine/workflows/\($0)") }
        #expect(files.count >= 5)
        let verdict = try await usher.python(Self.validator, [usher.path("mine/workflows/schema.json")] + files)
        #expect(verdict == files.map { "\($0) valid" }.joined(separator: "\n"))
    }

    @Test(
        "refuses by the schema what the reader refuses too",
        arguments: [
            ("    due: 2bd", "    deu: 2bd", "states/asked"),
            ("    due: 2bd", "    due: 2days", "states/asked/due"),
            ("1bd: {send", "01bd: {send", "states/asked/after"),
            ("version: 1", "version: one", "version"),
            ("start: asked\n", "", ""),
            ("who: approver, ", "", "states/asked/ask"),
            ("refuse: {go: refused, needs: comment}", "refuse: {needs: comment}", "states/asked/when/refuse"),
            ("again: 1bd, at_most: 3", "again: 1bd", "states/asked/after/1bd"),
            ("served:    {end: success}", "served: {end: success, due: 1d}", "states/served"),
            ("cancelled: {end: withdrawn}", "cancelled: {end: withdrwan}", "states/cancelled/end"),
            ("then: park", "then: forget", "effects/mail/then"),
            ("organization.delivery_managers", "organization.managers", "people/approver"),
        ])
    func refusesBroken(good: String, bad: String, place: String) async throws {
        let usher = try CommandLineProgram()
        let page = try String(contentsOf: OtherPrograms.package.appending(path: "docs/workflows.md"), encoding: .utf8)
        let tea = try #require(page.split(separator: "```yaml\n").dropFirst().first?.split(separator: "```").first)
        try #require(tea.contains(good))
        let file = try usher.write(String(tea).replacing(good, with: bad), to: "tea.yaml")
        let schema = OtherPrograms.package.appending(path: "workflows/schema.json").path
        #expect(try await usher.python(Self.validator, [schema, file]) == "\(file) \(place)")
        #expect(try await usher.run("workflow", "check", file).code == 1)
    }

    @Test("judges all files that a commit hook hands over, one of them bad, and tells which")
    func hook() async throws {
        let usher = try CommandLineProgram()
        let exported = try await usher.run("export-defaults", usher.path("mine"))
        try #require(exported.code == 0, "\(exported)")
        let good = ["account-request", "mfa-reset"].map { usher.path("mine/workflows/\($0).yaml") }
        let bad = try usher.write("workflow: mine\nversion: 1\npeopel: {}\n", to: "mine/workflows/bad.yaml")
        let files = [good[0], bad, good[1]]
        let document = try await usher.run(["workflow", "check", "--json"] + files)
        #expect(document.code == 1)
        let items = try document.document()["items"].items
        #expect(items.map { $0["ok"] } == [true, false, true])
        #expect(items.map { $0["file"].text } == files)
        let plain = try await usher.run(["workflow", "check"] + files)
        #expect(plain.code == 1)
        #expect(plain.output.split(separator: "\n").contains { $0.hasPrefix("\(bad):3:1: unknown-key: ") }, "\(plain)")
        #expect(try await usher.run(["workflow", "check"] + good).code == 0)
    }

    @Test("compares a new version with the one that requests follow")
    func from() async throws {
        let usher = try CommandLineProgram()
        try #require(try await usher.run("export-defaults", usher.path("mine")).code == 0)
        let old = usher.path("mine/workflows/account-request.yaml")
        let text = try String(contentsOfFile: old, encoding: .utf8).replacing("version: 2", with: "version: 3")
            .replacing("clarification", with: "inquiry")
        let new = try usher.write(text, to: "new.yaml")
        let lost = try await usher.run("workflow", "check", new, "--from", old, "--json")
        #expect(lost.code == 1, "\(lost)")
        let finding = try lost.document()["items"][0]["findings"][0]
        #expect(finding["rule"] == "migrate-no-place")
        #expect(finding["file"].text == old)
        #expect(finding["path"] == ["approval (question)", "clarification"])
        let mended = try usher.write(text + "migrate: {2: {clarification: inquiry}}\n", to: "mended.yaml")
        let sound = try await usher.run("workflow", "check", mended, "--from", old)
        #expect(sound.code == 0, "\(sound)")
        #expect(sound.output.contains(/a run takes 77bd \+ 17d at most \(\d+ days at most by the calendar [a-z-]+\)/))
        #expect(try await usher.run("workflow", "check", new, old, "--from", old).code == 2)
        #expect(try await usher.run("workflow", "check", new, "--from", usher.path("none.yaml")).code == 4)
    }
}
