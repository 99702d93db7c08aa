public import ArgumentParser
import Basics
import Foundation
import Onboarding
import Operations
import Records

/// `usher webhook …`: who is told by HTTP what changes.
struct WebhookCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Receivers that are told by HTTP what changes, signed.",
        discussion: "docs/webhooks.md says how one receives, and verifies.\n\nExample:\n  usher webhook list",
        subcommands: [
            Add.self, List.self, Show.self, Change.self, Rotate.self, Replay.self, Stop.self, Start.self, Test.self,
            Remove.self,
        ])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Register a receiver; shows, once, the secret by which it verifies what it is told.",
            discussion: """
                It is told what changes from now on. An address inside the network is refused, unless the setting
                webhooks.private-addresses is true.

                Examples:
                  usher webhook add Console https://console.example.com/hooks
                  usher webhook add 'Acme mirror' https://hooks.acme.example/usher --sign ed25519 --org acme \\
                    --type grant.begin --type grant.revoke
                """)

        @Argument(help: "Its name, as people read it.") var name: String
        @Argument(help: ArgumentHelp("Where it is called.", valueName: "url")) var address: String
        @Option(help: "hmac, by a secret that both know, or ed25519, by a public key.")
        var sign: Webhook.Signing = .hmac
        @Option(help: ArgumentHelp("Whose changes it is told; repeatable. Without: everybody's.", valueName: "slug"))
        var org: [String] = []
        @Option(help: ArgumentHelp("What it is told, such as grant.begin or workflow.NAME; repeatable. Without: all."))
        var type: [String] = []
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let members: JSON.Members = [
                "name": .string(name), "address": .string(address), "signing": .string(sign.rawValue),
                "organizations": .strings(org), "types": .strings(type),
            ]
            try await actor.answer(APIRequest(.addWebhook, body: members)) { $0.printWebhook() }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List webhooks, and how they fare.",
            discussion: "Example:\n  usher webhook list --json")

        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.list(
                APIRequest(.listWebhooks, query: page.query()),
                heading: ["NAME", "STATE", "POSITION", "TOLD AT", "ADDRESS", "ERROR"], empty: "There is no webhook."
            ) { $0.cells("name", "state", "position", "toldAt", "address", "error") }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a webhook, never its secret.",
            discussion: "Example:\n  usher webhook show Console")

        @OptionGroup var webhook: WebhookOptions

        func run() async throws {
            try await webhook.actor.answer(APIRequest(.showWebhook, webhook.name)) { $0.printWebhook() }
        }
    }

    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Change a webhook: what is given takes the place of what was there.",
            discussion: """
                How far it is stays, and so does its secret. An option that is given replaces the whole list; '' stands
                for an empty one.

                Example:
                  usher webhook set Console --address https://new.console.example.com/hooks
                """)

        @Option(help: ArgumentHelp("Where it is called.", valueName: "url")) var address: String?
        @Option(help: ArgumentHelp("Whose changes it is told; repeatable.", valueName: "slug")) var org: [String] = []
        @Option(help: ArgumentHelp("What it is told, such as grant.begin or workflow.NAME; repeatable.")) var type:
            [String] = []
        @OptionGroup var webhook: WebhookOptions

        func run() async throws {
            var members = JSON.Members(
                ["organizations": org, "types": type].filter { !$0.value.isEmpty }
                    .mapValues { .strings($0.filter { !$0.isEmpty }) })
            if let address { members["address"] = .string(address) }
            guard !members.isEmpty else { throw ValidationError("Say what becomes otherwise.") }
            try await webhook.actor.answer(APIRequest(.changeWebhook, webhook.name, body: members)) {
                $0.printWebhook()
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate",
            abstract: "Make another secret; for a day messages are signed by the one before, too.",
            discussion: "Example:\n  usher webhook rotate Console")

        @OptionGroup var webhook: WebhookOptions

        func run() async throws {
            try await webhook.actor.answer(APIRequest(.rotateWebhookSecret, webhook.name)) { $0.printWebhook() }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a webhook for good: it is told nothing any more.",
            discussion: "Example:\n  usher webhook remove Console --reason 'Replaced'")

        @Option(help: "Why; kept in the record.") var reason: String
        @OptionGroup var webhook: WebhookOptions

        func run() async throws {
            let body: JSON.Members = ["reason": .string(reason)]
            try await webhook.actor.answer(APIRequest(.removeWebhook, webhook.name, body: body)) {
                [name = webhook.name] _ in
                Output.line("The webhook \(name) is removed.")
            }
        }
    }
}

extension Webhook.Signing: ExpressibleByArgument {}

/// Which webhook is meant, and by whom.
struct WebhookOptions: ParsableArguments {
    @Argument(help: "Its name, or its id.") var name: String
    @OptionGroup var actor: ActorOptions
}
