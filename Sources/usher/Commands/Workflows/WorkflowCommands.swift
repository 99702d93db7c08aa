import ArgumentParser
import Basics
import Directory
import Notification
import Onboarding
import Operations
import Remote
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
            commandName: "list", abstract: "List the definitions that new requests follow. Needs no data folder.",
            discussion: """
                STATE says whether requests begin by it: `ready`, or what keeps them from it. `nothing starts it` is one
                of your own under a name that no command, page or call begins: it can be checked, drawn and played.

                Example:
                  usher workflow list --json
                """)

        @OptionGroup var folder: FolderOptions

        func run() async throws {
            try folder.show(try await document()) {
                try $0.printTable(["WORKFLOW", "VERSION", "STATE", "FILE", "ABOUT"], empty: "There is no workflow.") {
                    let (version, state) = ($0["version"].number ?? 0, TerminalLanguage.words(Self.state(of: $0)))
                    return $0.cells("workflow") + ["\(version)", state] + $0.cells("file", "about")
                }
            }
        }

        private static func state(of workflow: JSON) -> Sentence {
            if let missing = workflow["missingVersion"].number { return "version \(missing) is gone" }
            if let findings = workflow["findings"].number, findings > 0 { return "findings: \(findings)" }
            return workflow["startable"] == true ? "ready" : "nothing starts it"
        }

        private func document() async throws -> JSON {
            if let server = try folder.connection()?.server {
                return try await server.send(APIRequest(.listWorkflows)).document
            }
            let files = try await InstalledFiles.load(folder)
            return .page(try await files.standings(in: DataFolder(path: folder.path)).map(\.json), next: nil)
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Prove definitions sound and play their scenarios; exit 0 only if all pass.",
            discussion: """
                A warning is worth knowing and refuses nothing; requests do not begin by a file with findings.
                Each finding has its place, its rule and, where one exists, an example path; docs/workflows.md says
                what to do about each. Without a file: the installed definitions. Mail templates, profiles and the
                calendar of the longest life are the installed ones; scenarios count every day as a business day.

                With --from, every state in which a run of the old file may rest must have a place in the new one.

                Examples:
                  usher workflow check my/account-request.yaml
                  usher workflow check new/tea.yaml --from old/tea.yaml
                """)

        @Argument(help: "Definitions.", completion: .file(extensions: ["yaml", "yml"])) var files: [String] = []
        @Option(
            help: ArgumentHelp("The version that runs follow now.", valueName: "old"),
            completion: .file(extensions: ["yaml", "yml"]))
        var from: String?
        @OptionGroup var folder: FolderOptions

        func validate() throws {
            if from != nil, files.count != 1 { throw ValidationError("--from compares with exactly one file.") }
        }

        func run() async throws {
            let installed = try await InstalledFiles.load(folder)
            let sources = files.isEmpty ? try installed.workflows() : try files.map { ($0, try readText($0)) }
            let old = try from.map { ($0, try readText($0)) }
            let judge = try installed.judge()
            let verdicts = sources.map { judge($0, old) }
            if folder.json {
                try Output.json(verdicts.map(\.json), next: nil)
            } else {
                for verdict in verdicts { verdict.print() }
            }
            if verdicts.contains(where: { !$0.isSound }) { throw Exit.refused }
        }
    }
}
