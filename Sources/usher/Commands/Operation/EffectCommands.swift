import ArgumentParser
import Basics
import Operations

/// `usher effect …`: what requests ordered to be done, and what became of it.
struct EffectCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "effect", abstract: "Ordered effects: mails, grants and the like; retry or drop what is parked.",
        discussion: "Example:\n  usher effect list --parked",
        subcommands: [List.self, Retry.self, Drop.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List effects, oldest first.",
            discussion: "Example:\n  usher effect list --parked")

        @Flag(help: "Only those that were given up after their last try.") var parked = false
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.listEffects, query: page.query(("parked", flag(parked))))) { found in
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
            commandName: "retry", abstract: "Try parked effects again, now: one, all, or those that met one error.",
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
            if let key { return try await settling.run(.retryEffect, key) }
            try await settling.runMany(.retryEffects, { "Effects put back: \($0)." }, ["error": JSON(error)])
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drop",
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
            if let key { return try await settling.run(.dropEffect, key) }
            try await settling.runMany(.dropEndedEffects, { "Effects dropped: \($0)." })
        }
    }

    /// Why: a reason goes to the audit trail.
    struct SettlingOptions: ParsableArguments {
        @Option(help: "Why; recorded in the audit trail.") var reason: String
        @OptionGroup var actor: ActorOptions

        /// Does it, then tells what state the effect has now.
        func run(_ operation: APIOperation, _ key: String) async throws {
            try await actor.answer(APIRequest(operation, key, body: ["reason": .string(reason)])) {
                Output.line("\(key) is \(word: $0["state"].text ?? "") now.")
                if let error = $0["error"].text { Output.line("Last error: \(error)") }
            }
        }

        /// Does it to many, then tells how many they were.
        func runMany(
            _ operation: APIOperation, _ done: (Int64) -> Sentence, _ more: JSON.Members = [:]
        ) async throws {
            let members = more.merging(["reason": .string(reason)]) { $1 }
            try await actor.answer(APIRequest(operation, body: members)) {
                Output.line(done($0["count"].number ?? 0))
            }
        }
    }
}
