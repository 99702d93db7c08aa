import ArgumentParser
import Basics
import Onboarding

/// `usher api-account …`: accounts of programs, each with a person who owns it.
struct APIAccountCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api-account", abstract: "Accounts of programs: ask, collect the secret, rotate it, close.",
        discussion: "Example:\n  usher api-account list --org acme --as rita@acme.example",
        subcommands: [
            Request.self, List.self, Show.self, Collect.self, Rotate.self, Assign.self, Close.self, Verify.self,
        ])

    struct Request: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask for an account for a program; a delivery manager decides cloud by cloud.",
            discussion: """
                A program has no authenticator, so profiles that need one cannot be asked for.

                Example:
                  usher api-account request --org acme --owner alice@acme.example --purpose 'Nightly inventory' \\
                    --grant prod=STD --as rita@acme.example
                """)

        @Option(help: ArgumentHelp("Short name of the organization.", valueName: "slug")) var org: String
        @Option(help: ArgumentHelp("Who answers for the program.", valueName: "email")) var owner: String
        @Option(help: "What the program does.") var purpose: String
        @Option(help: ArgumentHelp("A cloud and a profile; repeatable.", valueName: "cloud=profile"))
        var grant: [String]
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let grants = try grant.map { text in
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                guard parts.count == 2 else { throw ValidationError("--grant takes CLOUD=PROFILE, not \(text).") }
                return (cloud: parts[0], profile: parts[1])
            }
            try await actor.run { app, actor in
                let view = try await app.onboarding.requestAPIAccount(
                    organization: org, owner: owner, purpose: purpose, grants: grants, by: actor)
                if self.actor.json { return try Output.json(view.json) }
                view.print()
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List an organization's accounts of programs.",
            discussion: "Example:\n  usher api-account list --org acme --json")

        @Option(help: ArgumentHelp("Short name of the organization.", valueName: "slug")) var org: String
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run { app, actor in
                let found = try await app.onboarding.apiAccounts(organization: org, page.page, by: actor)
                if self.actor.json { return try Output.json(found.items.map(\.json), next: found.next) }
                Table(
                    "CLIENT ID", "STATE", "OWNER", "PROFILES", "PURPOSE",
                    rows: found.items.map { [$0.account.id.text, $0.state, $0.owner, $0.profiles, $0.account.purpose] }
                ).print(empty: "There is no account of a program.")
                say(next: found.next)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show an account of a program, never its secret.",
            discussion: "Example:\n  usher api-account show CLIENT-ID --as alice@acme.example")

        @Argument(help: "The client id.") var id: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run { app, actor in
                let view = try await app.onboarding.apiAccount(try clientID(id), by: actor)
                if self.actor.json { return try Output.json(view.json) }
                Output.line(Output.bold("API account \(view.account.id)") + "  \(view.state)")
                Output.line("Purpose:  \(view.account.purpose)")
                Output.line("Owner:    \(view.owner), \(view.organization)")
                Output.line("Profiles: \(view.profiles)")
                for secret in view.secrets {
                    Output.line(
                        "Secret:   since \(secret.createdAt.iso8601)"
                            + (secret.endsAt.map { ", ends at \($0.iso8601)" } ?? ""))
                }
            }
        }
    }

    struct Collect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open an approved account as its owner: shows client id and secret, once.",
            discussion: "Example:\n  usher api-account collect --token T --as alice@acme.example --code 123456")

        @Option(help: "The token of the link in the mail.") var token: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run { app, actor in
                try await app.onboarding.collectAPIAccount(token: Secret(token), by: actor).show(self.actor.json)
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a second secret; the first ends by itself after an overlap, and you are warned before.",
            discussion: """
                Example:
                  usher api-account rotate CLIENT-ID --overlap-days 7 --as alice@acme.example --code 123456
                """)

        @Argument(help: "The client id.") var id: String
        @Option(help: "Days for which both secrets work, 0 to 30.") var overlapDays = 7
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            guard (0...30).contains(overlapDays) else { throw ValidationError("--overlap-days must be 0 to 30.") }
        }

        func run() async throws {
            try await actor.run { app, actor in
                try await app.onboarding.rotateAPISecret(
                    try clientID(id), overlapSeconds: Int64(overlapDays) * 86_400, by: actor
                ).show(self.actor.json)
            }
        }
    }

    struct Assign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a program another owner, where the old one left.",
            discussion: "Example:\n  usher api-account assign CLIENT-ID --owner bob@acme.example --as rita@acme.example"
        )

        @Argument(help: "The client id.") var id: String
        @Option(help: ArgumentHelp("Who answers for the program.", valueName: "email")) var owner: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run { app, actor in
                try await app.onboarding.assignAPIAccount(
                    try clientID(id), to: try address(owner, field: "owner"), by: actor)
                if self.actor.json { return try Output.json(["clientId": .string(id), "owner": .string(owner)]) }
                Output.line("\(owner) answers for \(id).")
            }
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close an account of a program for good: its secrets stop at once.",
            discussion: "Example:\n  usher api-account close CLIENT-ID --reason 'Retired' --as rita@acme.example")

        @Argument(help: "The client id.") var id: String
        @Option(help: "Why; kept in the record.") var reason: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run { app, actor in
                try await app.onboarding.closeAPIAccount(try clientID(id), reason: reason, by: actor)
                if self.actor.json { return try Output.json(["clientId": .string(id), "state": "closed"]) }
                Output.line("The API account \(id) is closed.")
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a secret, read from a prompt or standard input; exit 0 only if it is right.",
            discussion: "Example:\n  usher api-account verify CLIENT-ID --secret-stdin < secret.txt")

        @Argument(help: "The client id.") var id: String
        @Flag(help: "Read the secret from standard input.") var secretStdin = false
        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let secret = try readSecret("Secret: ", fromStandardInput: secretStdin)
            let verification = try await App.run(in: folder) { app in
                try await app.onboarding.verifyAPISecret(secret, of: try clientID(id))
            }
            if folder.json {
                try Output.json([
                    "accepted": .bool(verification.accepted), "reason": .string(verification.reason.rawValue),
                    "retryAfterSeconds": JSON(verification.retryAfterSeconds),
                ])
            } else {
                Output.line(verification.accepted ? "accepted" : "refused: \(verification.reason.rawValue)")
            }
            if !verification.accepted { throw Exit.refused }
        }
    }
}

/// What cannot be an identifier names nothing.
func clientID(_ text: String) throws -> APIAccountID {
    guard let id = APIAccountID(text) else { throw Fault(.notFound, "There is no API account \(text.prefix(60)).") }
    return id
}

extension IssuedSecret {
    /// The one time that the secret is shown.
    fileprivate func show(_ asJSON: Bool) throws {
        let text = String(decoding: secret.exposed, as: UTF8.self)
        if asJSON {
            return try Output.json([
                "clientId": .string(clientID), "clientSecret": .string(text), "olderEndsAt": JSON(olderEndsAt),
            ])
        }
        Output.line("Client id:     \(clientID)")
        Output.line("Client secret: \(text)")
        Output.line("Keep the secret now: it is never shown again.")
        if let olderEndsAt { Output.line("The secret before it works until \(olderEndsAt.iso8601).") }
    }
}

extension APIAccountView {
    var state: String { account.closedAt == nil ? "active" : "closed" }
    var profiles: String { grants.map { "\($0.cloud)=\($0.profile)" }.joined(separator: ", ") }

    var json: JSON {
        [
            "clientId": .string(account.id.text), "organization": .string(organization), "owner": .string(owner),
            "purpose": .string(account.purpose), "state": .string(state), "request": .string(account.request.text),
            "createdAt": .string(account.createdAt.iso8601),
            "grants": .array(grants.map { ["cloud": .string($0.cloud), "profile": .string($0.profile)] }),
            "secrets": .array(
                secrets.map { ["createdAt": .string($0.createdAt.iso8601), "endsAt": JSON($0.endsAt)] }),
        ]
    }
}
