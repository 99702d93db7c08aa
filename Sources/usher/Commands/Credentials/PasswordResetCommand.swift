import ArgumentParser
import Basics
import Operations

extension PersonCommands {
    /// A forgotten password: the link goes to the stored address, whoever asks.
    struct PasswordReset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password-reset", abstract: "Send somebody who forgot the password a link; choose with it.",
            discussion: """
                Where the account has an authenticator, its code or a recovery code is wanted with \
                the link. The answer is the
                same whether somebody has the address or not.

                Examples:
                  usher person password-reset alice@acme.example
                  usher person password-reset --token TOKEN --password-stdin --code 123456 < password.txt
                """)

        @Argument(help: "E-mail address; left out with --token.") var email: String?
        @Option(help: "What follows the # in the mailed link, or the whole link.") var token: String?
        @Option(help: "Code of the authenticator, or a recovery code.") var code: String?
        @Flag(help: "Read the password from the first line of standard input.") var passwordStdin = false
        @OptionGroup var folder: FolderOptions

        func validate() throws {
            guard (email == nil) != (token == nil) else {
                throw ValidationError("Name the account, to get a link, or give --token, to choose with it.")
            }
        }

        func run() async throws {
            if let email { return try await order(email) }
            let token = EnrolCommand.token(in: token ?? "")
            let password = try readSecret("New password:", fromStandardInput: passwordStdin)
            let members: JSON.Members = [
                "token": .string(token), "password": .string(String(decoding: password.exposed, as: UTF8.self)),
                "code": JSON(code),
            ]
            _ = try await folder.document(APIRequest(.choosePassword, body: members))
            try folder.show(["changed": .bool(true)]) { _ in
                Output.line("The password was changed. Every session has ended.")
            }
        }

        private func order(_ email: String) async throws {
            _ = try await folder.document(APIRequest(.forgotPassword, body: ["email": .string(email)]))
            try folder.show(["sent": .bool(true)]) { _ in
                Output.line("If somebody has this address, a link is on its way. It opens for an hour.")
            }
        }
    }
}
