import ArgumentParser
import Basics
import Onboarding
import Records
import Workflow

extension WorkflowCommands {
    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "replay",
            abstract: "Play the histories of real requests through an edited definition; exit 0 only if none differs.",
            discussion: """
                Says for each request of the same workflow what would have been otherwise first: the state, a refusal,
                the parts that are asked, mails and effects, or a timer that would have gone off \
                before. Changes nothing.
                For the operator only.

                Examples:
                  usher workflow replay my/account-request.yaml --all
                  usher workflow replay my/account-request.yaml --run ID --json
                """)

        /// Requests that differ and are listed under `--json`; the rest is counted.
        private static let mostListed = 1_000

        @Argument(
            help: "A file, or the name of an installed definition.", completion: .file(extensions: ["yaml", "yml"]))
        var definition: String
        @Option(name: .customLong("run"), help: ArgumentHelp("Only this request.", valueName: "id")) var request:
            String?
        @Flag(help: "Every request of this workflow.") var all = false
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            if (request != nil) == all { throw ValidationError("Say which requests: --run ID, or --all.") }
        }

        func run() async throws {
            let edited = try await Definition.named(definition, in: actor.folder)
            let (request, json) = (request, actor.json)
            let tally = try await actor.run { app, actor in
                var tally = Tally(json: json)
                var progress = Progress("requests")
                if let request {
                    guard let id = RequestID(request) else { throw Authority.missing("request", request) }
                    tally.add(try await app.onboarding.rehearse(edited, request: id, by: actor))
                    return tally
                }
                var page: PageRequest? = PageRequest(limit: 500)
                while let current = page {
                    let found = try await app.onboarding.rehearse(edited, current, by: actor)
                    progress.end()
                    for request in found.items { tally.add(request) }
                    progress.show(tally.same + tally.differing)
                    page = found.next.map { PageRequest(after: $0, limit: 500) }
                }
                progress.end()
                return tally
            }
            try tally.finish()
            if tally.differing > 0 { throw Exit.refused }
        }

        /// What was found so far; only what must be listed at the end is kept.
        private struct Tally {
            let json: Bool
            var same = 0
            var differing = 0
            private var listed: [JSON] = []

            init(json: Bool) { self.json = json }

            mutating func add(_ request: RehearsedRequest) {
                guard let divergence = request.divergence else {
                    same += 1
                    return
                }
                differing += 1
                guard json else {
                    Output.line(
                        "\(request.id.text)  \(divergence.at.shown)  \(divergence.event): \(divergence.kind.rawValue)")
                    Output.line("    before: \(divergence.old)\n    edited: \(divergence.new)")
                    return
                }
                guard listed.count < Replay.mostListed else { return }
                listed.append([
                    "request": .string(request.id.text), "version": .integer(Int64(request.version)),
                    "entry": .integer(Int64(divergence.entry)), "at": .string(divergence.at.iso8601),
                    "event": .string(divergence.event), "differs": .string(divergence.kind.rawValue),
                    "old": .string(divergence.old), "new": .string(divergence.new),
                ])
            }

            func finish() throws {
                guard json else {
                    return Output.line("Requests that would have gone elsewhere: \(differing); the same way: \(same).")
                }
                Output.json([
                    "items": .array(listed), "differ": .integer(Int64(differing)), "same": .integer(Int64(same)),
                ])
            }
        }
    }
}
