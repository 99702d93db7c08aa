import ArgumentParser
import Basics
import Onboarding
import Workflow

extension WorkflowCommands {
    /// `usher workflow migrate NAME`: running requests go on under the version that new ones follow.
    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take running requests over into the newest version of their workflow.",
            discussion: """
                First with --dry-run, which shows each request before and after. Each request is a transaction of its own:
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
            let verdicts = try await actor.run { app, actor in
                let ids = try await app.onboarding.requestsToMigrate(
                    workflow, only: try request.map(requestID), by: actor)
                var verdicts: [MigrationVerdict] = []
                for (index, id) in ids.enumerated() {
                    let verdict =
                        dryRun
                        ? try await app.onboarding.rehearseMigration(of: id, by: actor)
                        : try await app.onboarding.migrate(id, by: actor)
                    if let verdict { verdicts.append(verdict) }
                    Output.progress(index + 1, of: ids.count)
                }
                return verdicts
            }
            if actor.json {
                try Output.json(verdicts.map { $0.json(isDone: !dryRun) }, next: nil)
            } else {
                for verdict in verdicts { verdict.print() }
                let refused = verdicts.count { $0.after == nil }
                let word = dryRun ? "would be migrated" : "migrated"
                Output.line("Requests \(word): \(verdicts.count - refused), refused: \(refused).")
            }
            if verdicts.contains(where: { $0.after == nil }) { throw Exit.refused }
        }
    }
}

extension MigrationVerdict {
    fileprivate func print() {
        Output.line(Output.bold(request.text) + "  \(from) → \(to)  \(before.state) → \(after?.state ?? "refused")")
        for refusal in refusals { Output.line("  refused: \(refusal)") }
        Output.line("  before: \(before.words)")
        if let after { Output.line("  after:  \(after.words)") }
    }

    fileprivate func json(isDone: Bool) -> JSON {
        [
            "request": .string(request.text), "from": .integer(Int64(from)), "to": .integer(Int64(to)),
            "migrated": .bool(isDone && after != nil), "before": before.json, "after": after?.json ?? .null,
            "refusals": .array(refusals.map(JSON.string)),
        ]
    }
}

extension MigrationVerdict.Picture {
    fileprivate var words: String {
        let timers = timers.map { "\($0.id) \($0.at.iso8601)" }
        let parts = [
            ["asks " + (asked.isEmpty ? "nobody" : asked.joined(separator: ", "))],
            dueAt.map { ["due \($0.iso8601)"] } ?? [], timers, effects.map { "waits for \($0)" },
        ]
        return parts.joined().joined(separator: "; ")
    }

    fileprivate var json: JSON {
        [
            "state": .string(state), "dueAt": JSON(dueAt?.iso8601), "frozenAt": JSON(frozenAt?.iso8601),
            "timers": .array(timers.map { ["timer": .string($0.id), "at": .string($0.at.iso8601)] }),
            "asked": .array(asked.map(JSON.string)), "effects": .array(effects.map(JSON.string)),
        ]
    }
}
