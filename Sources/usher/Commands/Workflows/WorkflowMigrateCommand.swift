import ArgumentParser
import Basics
import Operations

extension WorkflowCommands {
    /// `usher workflow migrate NAME`: running requests go on under the version that new ones follow.
    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "migrate", abstract: "Take running requests over into the newest version of their workflow.",
            discussion: """
                First with --dry-run, which shows each request before and after. Each request is a \
                transaction of its own:
                what was interrupted is finished by the same command again. Exit code 1 if one was refused.

                Examples:
                  usher workflow migrate account-request --dry-run
                  usher workflow migrate account-request --all
                """)

        @Argument(help: "The workflow.") var workflow: String
        @Option(name: .customLong("run"), help: ArgumentHelp("Only this request.", valueName: "id")) var request:
            String?
        @Flag(help: "Every request that follows an older version.") var all = false
        @Flag(help: "Only show what would happen.") var dryRun = false
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            if request != nil, all { throw ValidationError("Give --run ID or --all, not both.") }
            if request == nil, !all, !dryRun { throw ValidationError("Say which requests: --run ID, or --all.") }
        }

        func run() async throws {
            let found = try await actor.asking { try await verdicts(of: $0) }
            let refused = found["items"].elements.count { $0["after"] == .null }
            try actor.show(found) {
                let count = $0["items"].elements.count - refused
                Output.line(
                    dryRun
                        ? "Requests would be migrated: \(count), refused: \(refused)."
                        : "Requests migrated: \(count), refused: \(refused).")
            }
            if refused > 0 { throw Exit.refused }
        }

        /// All pages as one document; each is told when it is there,
        /// since a long migration may be interrupted.
        private func verdicts(of desk: Desk) async throws -> JSON {
            let members: JSON.Members = ["request": JSON(request), "all": .bool(request == nil)]
            var verdicts: [JSON] = []
            var progress = Progress("requests")
            try await desk.pages { cursor in
                APIRequest(.migrateRequests, workflow, query: [("after", cursor)], body: members, isDryRun: dryRun)
            } _: { page in
                verdicts += page["items"].elements
                if actor.json {
                    progress.show(verdicts.count)
                } else {
                    for verdict in page["items"].elements { verdict.printMigration() }
                }
            }
            progress.end()
            return .page(verdicts, next: nil)
        }
    }
}

/// Of a migration's verdicts.
extension JSON {
    fileprivate func printMigration() {
        let (before, after) = (self["before"], self["after"])
        let head =
            Output.bold(self["request"].text ?? "") + "  \(self["from"].number ?? 0) → \(self["to"].number ?? 0)"
            + "  \(before["state"].text ?? "")"
        Output.line(after["state"].text.map { "\(head) → \($0)" } ?? "\(head) → refused")
        for refusal in self["refusals"].elements.compactMap(\.text) { Output.line("  refused: \(refusal)") }
        Output.line("  before: \(before.picture)")
        if after != .null { Output.line("  after:  \(after.picture)") }
    }

    private var picture: String {
        let asked = self["asked"].elements.compactMap(\.text)
        let due = self["dueAt"].text.map { TerminalLanguage.words("due \($0)") }
        let timers = self["timers"].elements.map { $0.cells("timer", "at").joined(separator: " ") }
        let effects = self["effects"].elements.compactMap(\.text).map { TerminalLanguage.words("waits for \($0)") }
        let asks: Sentence = asked.isEmpty ? "asks nobody" : "asks \(asked.joined(separator: ", "))"
        return ([TerminalLanguage.words(asks), due].compactMap { $0 } + timers + effects).joined(separator: "; ")
    }
}
