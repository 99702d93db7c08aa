import ArgumentParser
import Basics
import Onboarding
import Storage

/// `usher effect …`: what requests ordered to be done, and what became of it.
struct EffectCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "effect", abstract: "Ordered effects: mails, grants and the like; retry or drop what is parked.",
        discussion: "Example:\n  usher effect list --parked",
        subcommands: [List.self, Retry.self, Drop.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List effects, oldest first.", discussion: "Example:\n  usher effect list --parked")

        @Flag(help: "Only those that were given up after their last try.") var parked = false
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run { app, actor in
                let found = try await app.onboarding.effects(parked ? .parked : nil, page.page, by: actor)
                if self.actor.json { return try Output.json(found.items.map(\.json), next: found.next) }
                let rows = found.items.map {
                    [$0.state.rawValue, "\($0.tries)/\($0.greatestTries)", $0.dueAt.iso8601, $0.key, $0.error ?? ""]
                }
                Table("STATE", "TRIES", "DUE", "KEY", "ERROR", rows: rows)
                    .print(empty: parked ? "No effect is parked." : "There is no effect.")
                // A table may cut what `retry` needs whole.
                if Output.isTerminal, !rows.isEmpty { Output.error("Whole keys: add --json.") }
                say(next: found.next)
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try a parked effect again, now.",
            discussion: "Example:\n  usher effect retry KEY --reason 'the mail server is back'")

        @OptionGroup var settling: SettlingOptions

        func run() async throws {
            try await settling.run { app, actor in
                try await app.onboarding.retryEffect(settling.key, reason: settling.reason, by: actor)
                _ = try await app.onboarding.runDue()
            }
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a parked effect up; its request goes on without it.",
            discussion: "Example:\n  usher effect drop KEY --reason 'the address does not exist'")

        @OptionGroup var settling: SettlingOptions

        func run() async throws {
            try await settling.run { app, actor in
                try await app.onboarding.dropEffect(settling.key, reason: settling.reason, by: actor)
                _ = try await app.onboarding.runDue()
            }
        }
    }

    /// Which effect, and why: a reason goes to the audit trail.
    struct SettlingOptions: ParsableArguments {
        @Argument(help: "Key of the effect, as `usher effect list --json` shows it.") var key: String
        @Option(help: "Why; recorded in the audit trail.") var reason: String
        @OptionGroup var actor: ActorOptions

        /// Does it, then tells what state the effect has now.
        func run(_ body: (App, Actor) async throws -> Void) async throws {
            try await actor.run { app, actor in
                try await body(app, actor)
                let key = key
                guard let effect = try await app.store.read({ try $0.effect(key: key) }) else { return }
                if self.actor.json { return try Output.json(effect.json) }
                Output.line("\(key) is \(effect.state.rawValue) now.")
                if let error = effect.error { Output.line("Last error: \(error)") }
            }
        }
    }
}
