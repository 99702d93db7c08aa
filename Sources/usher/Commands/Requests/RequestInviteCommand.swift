import ArgumentParser
import Operations

extension RequestCommands {
    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "invite",
            abstract: "Send whoever is invited by a request a new link; the one before opens nothing any more.",
            discussion: """
                It goes to the stored address. For whoever asked for the account, and who decides about it.

                Example:
                  usher request invite ID --as rita@acme.example
                """)

        @Argument(help: "The request's id.") var id: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answerRequest(APIRequest(.renewInvitationOfRequest, id))
        }
    }
}
