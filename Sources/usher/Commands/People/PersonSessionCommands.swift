import ArgumentParser
import Basics
import Operations

extension PersonCommands {
    struct SignIns: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign-ins", abstract: "Show when and from where somebody signed in, or tried to.",
            discussion: "Example:\n  usher person sign-ins alice@acme.example")

        @Argument(help: "E-mail address.") var email: String
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.listSignIns, email, query: page.query())) { found in
                try found.printTable(
                    ["AT", "WHAT", "TIMES", "FROM", "WITH"], empty: "Nobody has tried to sign in as \(email)."
                ) {
                    [
                        $0["at"].text ?? "", $0["kind"].text ?? "", "\($0["count"].number ?? 1)",
                        $0["address"].text ?? "", $0["client"].text ?? "",
                    ]
                }
            }
        }
    }

    struct Sessions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sessions", abstract: "Show somebody's sessions, or end all of them.",
            discussion: """
                Whoever could suspend the account may end its sessions; its owner is told by mail.

                Examples:
                  usher person sessions alice@acme.example
                  usher person sessions alice@acme.example --end
                """)

        @Argument(help: "E-mail address.") var email: String
        @Flag(help: "End all of them.") var end = false
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            if end { return try await endAll() }
            try await actor.list(
                APIRequest(.listSessionsOf, email), heading: ["SINCE", "LAST USED", "WITH"],
                empty: "\(email) is signed in nowhere."
            ) { $0.cells("createdAt", "seenAt", "client") }
        }

        private func endAll() async throws {
            try await actor.answer(APIRequest(.endSessionsOf, email)) {
                Output.line("Ended \($0["ended"].number ?? 0) sessions of \(email).")
            }
        }
    }
}
