import ArgumentParser
import Basics
import Onboarding
import Remote

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
            try await actor.answer(.get("effects", query: page.query(("parked", flag(parked))))) { app, actor in
                try await app.onboarding.effects(parked ? .parked : nil, page.page, by: actor).document(\.json)
            } print: { found in
                // A table may cut what `retry` needs whole.
                if Output.isTerminal, !found["items"].elements.isEmpty { Output.error("Whole keys: add --json.") }
                try found.printTable(
                    ["STATE", "TRIES", "DUE", "KEY", "ERROR"],
                    empty: parked ? "No effect is parked." : "There is no effect."
                ) { effect in
                    let tries = "\(effect["tries"].number ?? 0)/\(effect["greatestTries"].number ?? 0)"
                    return [effect["state"].text ?? "", tries] + effect.cells("dueAt", "key", "error")
                }
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try a parked effect again, now.",
            discussion: "Example:\n  usher effect retry KEY --reason 'the mail server is back'")

        @OptionGroup var settling: SettlingOptions

        func run() async throws {
            try await settling.run("retry") {
                try await $0.onboarding.retryEffect(settling.key, reason: settling.reason, by: $1)
            }
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a parked effect up; its request goes on without it.",
            discussion: "Example:\n  usher effect drop KEY --reason 'the address does not exist'")

        @OptionGroup var settling: SettlingOptions

        func run() async throws {
            try await settling.run("drop") {
                try await $0.onboarding.dropEffect(settling.key, reason: settling.reason, by: $1)
            }
        }
    }

    /// Which effect, and why: a reason goes to the audit trail.
    struct SettlingOptions: ParsableArguments {
        @Argument(help: "Key of the effect, as `usher effect list --json` shows it.") var key: String
        @Option(help: "Why; recorded in the audit trail.") var reason: String
        @OptionGroup var actor: ActorOptions

        /// Does it, then tells what state the effect has now.
        ///
        /// - Parameter step: what the API calls it.
        func run(_ step: String, _ body: (App, Actor) async throws -> Void) async throws {
            try await actor.answer(.post("effects", key, step, body: ["reason": .string(reason)])) { app, actor in
                try await body(app, actor)
                _ = try await app.onboarding.runDue()
                return try await app.onboarding.effect(key, by: actor).json
            } print: {
                Output.line("\(key) is \($0["state"].text ?? "") now.")
                if let error = $0["error"].text { Output.line("Last error: \(error)") }
            }
        }
    }
}
