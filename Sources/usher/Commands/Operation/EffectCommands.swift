import ArgumentParser
import Basics
import Onboarding
import Records
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
                    // How often a mail is tried is a matter of time.
                    let greatest = effect["kind"] == "mail" ? "" : "/\(effect["greatestTries"].number ?? 0)"
                    let tries = "\(effect["tries"].number ?? 0)\(greatest)"
                    return [effect["state"].text ?? "", tries] + effect.cells("dueAt", "key", "error")
                }
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try parked effects again, now: one, all, or those that met one error.",
            discussion: """
                Examples:
                  usher effect retry KEY --reason 'the address exists now'
                  usher effect retry --all --reason 'the mail server is back'
                  usher effect retry --error 'Relay access denied' --reason 'the relay knows us now'
                """)

        @Argument(help: "Key of the effect, as `usher effect list --json` shows it.") var key: String?
        @Flag(help: "Every effect that is parked.") var all = false
        @Option(help: "Those whose error contains this text.") var error: String?
        @OptionGroup var settling: SettlingOptions

        func validate() throws {
            guard [key != nil, all, error != nil].count(where: { $0 }) == 1, error?.isEmpty != true else {
                throw ValidationError("Give a KEY, or --all, or --error TEXT.")
            }
        }

        func run() async throws {
            let (reason, error) = (settling.reason, error)
            if let key {
                return try await settling.run("retry", key) {
                    try await $0.onboarding.retryEffect(key, reason: reason, by: $1)
                }
            }
            let body: [String: JSON] = ["reason": .string(reason)]
                .merging(error.map { ["error": .string($0)] } ?? [:]) { $1 }
            try await settling.runMany("retry", "put back", body: body) {
                try await $0.onboarding.retryEffects(error: error, reason: reason, by: $1)
            }
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give parked effects up: one, whose request goes on without it, or all of ended requests.",
            discussion: """
                Examples:
                  usher effect drop KEY --reason 'the address does not exist'
                  usher effect drop --ended --reason 'nobody waits for them'
                """)

        @Argument(help: "Key of the effect, as `usher effect list --json` shows it.") var key: String?
        @Flag(help: "Every parked effect of requests that have ended.") var ended = false
        @OptionGroup var settling: SettlingOptions

        func validate() throws {
            guard (key != nil) != ended else { throw ValidationError("Give a KEY, or --ended.") }
        }

        func run() async throws {
            let reason = settling.reason
            if let key {
                return try await settling.run("drop", key) {
                    try await $0.onboarding.dropEffect(key, reason: reason, by: $1)
                }
            }
            try await settling.runMany("drop-ended", "dropped", body: ["reason": .string(reason)]) {
                try await $0.onboarding.dropEndedEffects(reason: reason, by: $1)
            }
        }
    }

    /// Why: a reason goes to the audit trail.
    struct SettlingOptions: ParsableArguments {
        @Option(help: "Why; recorded in the audit trail.") var reason: String
        @OptionGroup var actor: ActorOptions

        /// Does it, then tells what state the effect has now.
        ///
        /// - Parameter step: what the API calls it.
        func run(_ step: String, _ key: String, _ body: (App, Actor) async throws -> Void) async throws {
            try await actor.answer(.post("effects", key, step, body: ["reason": .string(reason)])) { app, actor in
                try await body(app, actor)
                _ = try await app.onboarding.performDue()
                return try await app.onboarding.effect(key, by: actor).json
            } print: {
                Output.line("\(key) is \($0["state"].text ?? "") now.")
                if let error = $0["error"].text { Output.line("Last error: \(error)") }
            }
        }

        /// Does it to many, then tells how many they were.
        func runMany(
            _ step: String, _ done: String, body: [String: JSON], _ work: (App, Actor) async throws -> Int
        ) async throws {
            try await actor.answer(.post("effects", step, body: body)) { app, actor in
                let count = try await work(app, actor)
                _ = try await app.onboarding.performDue()
                return ["count": .integer(Int64(count))]
            } print: {
                let count = $0["count"].number ?? 0
                Output.line("Effects \(done): \(count).")
            }
        }
    }
}
