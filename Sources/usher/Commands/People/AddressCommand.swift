import ArgumentParser
import Basics
import Operations

extension PersonCommands {
    struct Address: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "address",
            abstract: "Ask for another e-mail address, or prove it with the code that was mailed there.",
            discussion: """
                A code goes to the new address, the word to the old one. The person proves it themselves; then somebody
                who answers for them agrees.

                Example:
                  usher person address alice@acme.example alice@health.example --as rita@acme.example
                  usher person address alice@acme.example --token CODE --as alice@acme.example
                """)

        @Argument(help: "Their e-mail address at present.") var email: String
        @Argument(help: "The one that it is to be.") var new: String?
        @Option(help: ArgumentHelp("The code from the mail to the new address.", valueName: "code")) var token: String?
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            guard (new == nil) != (token == nil) else {
                throw ValidationError("Name the new address, or give the code from the mail with --token CODE.")
            }
        }

        func run() async throws {
            if let new {
                return try await actor.answerRequest(
                    APIRequest(.requestAddress, email, body: ["address": .string(new)]))
            }
            try await actor.answerRequest(APIRequest(.proveOwnAddress, body: ["token": JSON(token)]))
        }
    }
}
