import ArgumentParser
import Basics
import Onboarding
import Operations

/// `usher api-account …`: accounts of programs, each with a person who owns it.
struct APIAccountCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api-account", abstract: "Accounts of programs: ask, collect the secret, rotate it, close.",
        discussion: "Example:\n  usher api-account list --org acme --as rita@acme.example",
        subcommands: [
            Request.self, List.self, Show.self, Collect.self, Rotate.self, Keys.self, Assign.self, Close.self,
            Verify.self,
        ])

    struct Request: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "request",
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
            let grants = try grant.map { text -> JSON in
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                guard parts.count == 2 else { throw ValidationError("--grant takes CLOUD=PROFILE, not \(text).") }
                return ["cloud": .string(parts[0]), "profile": .string(parts[1])]
            }
            let members: JSON.Members = [
                "owner": .string(owner), "purpose": .string(purpose), "grants": .array(grants),
            ]
            try await actor.answerRequest(APIRequest(.requestProgramAccount, org, body: members))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List an organization's accounts of programs.",
            discussion: "Example:\n  usher api-account list --org acme --json")

        @Option(help: ArgumentHelp("Short name of the organization.", valueName: "slug")) var org: String
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.list(
                APIRequest(.listProgramAccounts, org, query: page.query()),
                heading: ["CLIENT ID", "STATE", "OWNER", "PROFILES", "PURPOSE"],
                empty: "There is no account of a program."
            ) { $0.cells("clientId", "state", "owner") + [$0.profiles] + $0.cells("purpose") }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show an account of a program, never its secret.",
            discussion: "Example:\n  usher api-account show CLIENT-ID --as alice@acme.example")

        @Argument(help: "The client id.") var id: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.showProgramAccount, id)) { account in
                let name = TerminalLanguage.words("API account \(account["clientId"].text ?? "")")
                Output.text("\(Output.bold(name))  \(account["state"].text ?? "")")
                var fields = Fields(column: 10)
                fields.add("Purpose:", "\(account["purpose"].text ?? "")")
                fields.add("Owner:", "\(account.cells("owner", "organization").joined(separator: ", "))")
                fields.add("Profiles:", "\(account.profiles)")
                for secret in account["secrets"].elements {
                    let since: Sentence = "since \(secret["createdAt"].text ?? "")"
                    fields.add("Secret:", secret["endsAt"].text.map { "\(since), ends at \($0)" } ?? since)
                }
                fields.print()
            }
        }
    }

    struct Collect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "collect",
            abstract: "Open an approved account as its owner: shows client id and secret, once.",
            discussion: "Example:\n  usher api-account collect --token T --as alice@acme.example --code 123456")

        @Option(help: "The token of the link in the mail.") var token: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.collectProgramAccount, body: ["token": .string(token)])) {
                $0.printSecret()
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate",
            abstract: "Make a second secret; the first ends by itself after an overlap, and you are warned before.",
            discussion: """
                Example:
                  usher api-account rotate CLIENT-ID --overlap-days 7 --as alice@acme.example --code 123456
                """)

        @Argument(help: "The client id.") var id: String
        @Option(help: "Days for which both secrets work, 0 to 30.") var overlapDays = Onboarding.usualOverlapDays
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            guard (0...Onboarding.greatestOverlapDays).contains(overlapDays) else {
                throw ValidationError("--overlap-days must be 0 to \(Onboarding.greatestOverlapDays).")
            }
        }

        func run() async throws {
            try await actor.answer(APIRequest(.rotateSecret, id, body: ["overlapDays": .integer(overlapDays)])) {
                $0.printSecret()
            }
        }
    }

    struct Keys: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "keys", abstract: "Let the program prove itself by a key; every secret of it ends.",
            discussion: """
                Example:
                  usher api-account keys CLIENT-ID --keys public.jwks --as alice@acme.example --code 123456
                """)

        @Argument(help: "The client id.") var id: String
        @Option(help: ArgumentHelp("Its public keys, a JSON Web Key Set.", valueName: "file")) var keys: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let body: JSON.Members = ["keys": try KeyFile.read(keys)]
            try await actor.answer(APIRequest(.setProgramKeys, id, body: body)) { _ in
                Output.line("The program \(id) proves itself by its key from now on; no secret opens it.")
            }
        }
    }

    struct Assign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "assign",
            abstract: "Ask that somebody else own a program; its owner or a colleague with a duty there agrees.",
            discussion: """
                Until then the program and its secrets are the old owner's. Without --as it is done \
                at once, and everybody
                is told.

                Example:
                  usher api-account assign CLIENT-ID --owner bob@acme.example --as rita@acme.example
                """)

        @Argument(help: "The client id.") var id: String
        @Option(help: ArgumentHelp("Who answers for the program.", valueName: "email")) var owner: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.assignProgramAccount, id, body: ["owner": .string(owner)])) {
                if let request = $0["ownerRequest"].text {
                    Output.line("Asked that \(owner) answer for \(id): the owner or a colleague agrees.")
                    Output.line("See usher request show \(request)")
                } else {
                    Output.line("\($0["owner"].text ?? "") answers for \(id).")
                }
            }
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "close", abstract: "Close an account of a program for good: its secrets stop at once.",
            discussion: "Example:\n  usher api-account close CLIENT-ID --reason 'Retired' --as rita@acme.example")

        @Argument(help: "The client id.") var id: String
        @Option(help: "Why; kept in the record.") var reason: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.closeProgramAccount, id, body: ["reason": .string(reason)])) { _ in
                Output.line("The API account \(id) is closed.")
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Check a secret, read from a prompt or standard input; exit 0 only if it is right.",
            discussion: """
                For the owner of the data folder, and for the program's owner.

                Example:
                  usher api-account verify CLIENT-ID --secret-stdin < secret.txt
                """)

        @Argument(help: "The client id.") var id: String
        @Flag(help: "Read the secret from standard input.") var secretStdin = false
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let secret = try readSecret("Secret:", fromStandardInput: secretStdin)
            let members: JSON.Members = ["secret": .string(String(decoding: secret.exposed, as: UTF8.self))]
            try await actor.answerVerification(APIRequest(.verifySecret, id, body: members))
        }
    }
}

/// Of the documents about accounts of programs.
extension JSON {
    fileprivate var profiles: String {
        self["grants"].elements.map { $0.cells("cloud", "profile").joined(separator: "=") }.joined(separator: ", ")
    }

    /// The one time that the secret is shown.
    func printSecret() {
        var fields = Fields(column: 15)
        fields.add("Client id:", "\(self["clientId"].text ?? "")")
        fields.add("Client secret:", "\(self["clientSecret"].text ?? "")")
        fields.print()
        Output.line("Keep the secret now: it is never shown again.")
        if let end = self["olderEndsAt"].text { Output.line("The secret before it works until \(end).") }
    }
}
