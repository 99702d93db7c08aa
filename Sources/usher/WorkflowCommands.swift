import ArgumentParser
import Basics
import Notification
import Workflow

/// `usher workflow …`: the definitions that requests follow.
struct WorkflowCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflow",
        abstract: "Workflow definitions: list them, prove them sound, look at them, play them, try changes.",
        discussion: "Example:\n  usher workflow check",
        subcommands: [
            List.self, Check.self, Draw.self, Simulate.self, Replay.self, Freeze.self, Thaw.self, Deadline.self,
            Migrate.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the definitions that new requests follow. Needs no data folder.",
            discussion: "Example:\n  usher workflow list --json")

        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let files = try await InstalledFiles.load(folder)
            let definitions = try files.workflows().map { try Definition.read($0.text, file: $0.file) }.sorted {
                ($0.name, $0.version) < ($1.name, $1.version)
            }
            if folder.json { return try Output.json(definitions.map(\.json), next: nil) }
            let rows = definitions.map { [$0.name, String($0.version), $0.file, $0.about] }
            Table("WORKFLOW", "VERSION", "FILE", "ABOUT", rows: rows).print(empty: "There is no workflow.")
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prove definitions sound and play their scenarios; exit 0 only if all pass.",
            discussion: """
                Each finding has its place, its rule and, where one exists, an example path. Without a file: the
                installed definitions. Mail templates are the installed ones; scenarios count every day as a
                business day.

                Example:
                  usher workflow check my/account-request.yaml
                """)

        @Argument(help: "Definitions.", completion: .file(extensions: ["yaml", "yml"])) var files: [String] = []
        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let installed = try await InstalledFiles.load(folder)
            let sources = files.isEmpty ? try installed.workflows() : try files.map { ($0, try readText($0)) }
            let verdicts = sources.map { WorkflowVerdict(file: $0, text: $1, templates: installed.templates) }
            if folder.json {
                try Output.json(verdicts.map(\.json), next: nil)
            } else {
                for verdict in verdicts { verdict.print() }
            }
            if verdicts.contains(where: { !$0.isSound }) { throw Exit.refused }
        }
    }
}

/// What was found out about one file.
struct WorkflowVerdict: Sendable {
    let file: String
    /// Nil if the file could not be read as a definition at all.
    let definition: Definition?
    let longestLife: Lifetime?
    let scenarios: [String]
    let findings: [Finding]

    var isSound: Bool { findings.isEmpty }

    /// Scenarios are played in a calendar without weekends, so that a definition is judged alike everywhere.
    init(file: String, text: String, templates: MailTemplates) {
        self.file = file
        do throws(DefinitionDefects) {
            let definition = try Definition(yaml: text, file: file)
            var refused: [Finding] = []
            let report = check(
                definition,
                templates: { name, language in
                    do throws(MailRefusal) { return try templates.fields(of: name, in: language) } catch {
                        // A template that is there and cannot be used is not missing: it gets a finding of its own.
                        let finding = Finding(
                            rule: "malformed-template", file: file, line: 1, column: 1, message: "\(error)")
                        if !refused.contains(finding) { refused.append(finding) }
                        return []
                    }
                })
            self.definition = definition
            longestLife = report.longestLife
            scenarios = report.scenarios
            findings = report.findings + refused
        } catch {
            definition = nil
            longestLife = nil
            scenarios = []
            findings = error.findings
        }
    }

    func print() {
        for finding in findings { Output.line("\(finding)") }
        let name = definition.map { "\($0.name) \($0.version), " } ?? ""
        guard isSound, let longestLife else {
            return Output.line("\(file): \(name)refused, findings: \(findings.count)")
        }
        Output.line("\(file): \(name)sound; a run takes \(longestLife) at most; scenarios passed: \(scenarios.count)")
        for scenario in scenarios { Output.line("  ✓ \(scenario)") }
    }

    var json: JSON {
        [
            "file": .string(file), "workflow": JSON(definition?.name),
            "version": JSON(definition.map { Int64($0.version) }), "ok": .bool(isSound),
            "lifetime": JSON(longestLife?.description), "scenarios": .array(scenarios.map(JSON.string)),
            "findings": .array(findings.map(\.json)),
        ]
    }
}

extension Finding {
    fileprivate var json: JSON {
        [
            "rule": .string(rule), "file": .string(file), "line": .integer(Int64(line)),
            "column": .integer(Int64(column)), "message": .string(message), "path": .array(path.map(JSON.string)),
        ]
    }
}

extension Definition {
    fileprivate var json: JSON {
        [
            "workflow": .string(name), "version": .integer(Int64(version)), "file": .string(file),
            "about": .string(about), "parts": .array(parts.map { .string($0.name) }),
            "states": .array(states.map { .string($0.name) }),
        ]
    }
}
