import ArgumentParser
import Basics
import Foundation
import Onboarding
import OneTimePassword
import OpenSSL

struct EnrolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol", abstract: "For the new user: choose a password, set up the authenticator, be active.",
        discussion: """
            Example, a conversation:
              usher enrol
            Example, for scripts:
              printf '%s\\n' "$PASSWORD" | usher enrol start --token TOKEN --password-stdin --json
              usher enrol verify --session SESSION --code 123456 --json
            """,
        subcommands: [Conversation.self, Start.self, Verify.self], defaultSubcommand: Conversation.self)

    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open an invitation: choose the password, get the authenticator's secret.",
            discussion: "Example:\n  usher enrol start --token TOKEN --password-stdin < password.txt")

        @Option(help: "What follows the # in the invitation's link.") var token: String
        @Flag(help: "Read the password from the first line of standard input.") var passwordStdin = false
        @Flag(help: "Set up an authenticator although no profile needs one.") var mfa = false
        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let password = try readSecret("Password: ", fromStandardInput: passwordStdin)
            try await App.run(in: folder) { app in
                let start = try await app.onboarding.startEnrolment(
                    token: Secret(EnrolCommand.token(in: token)), password: password, wantsFactor: mfa)
                if folder.json { return try Output.json(start.json) }
                guard let setup = start.setup else {
                    return Output.line("Your account is active. No authenticator is needed for what you may do.")
                }
                Output.line(try EnrolCommand.picture(of: setup))
                Output.line("Then: usher enrol verify --session \(setup.session) --code CODE")
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prove the authenticator by a code; shows the recovery codes, once.",
            discussion: "Example:\n  usher enrol verify --session SESSION --code 123456")

        @Option(help: "The session that `enrol start` gave.") var session: String
        @Option(help: "The code that the authenticator shows now.") var code: String
        @OptionGroup var folder: FolderOptions

        func run() async throws {
            try await App.run(in: folder) { app in
                let end = try await app.onboarding.verifyEnrolment(session: Secret(session), code: code)
                if folder.json {
                    return try Output.json([
                        "state": .string(end.state), "recoveryCodes": .array(end.recoveryCodes.map(JSON.string)),
                    ])
                }
                EnrolCommand.print(end)
            }
        }
    }

    struct Conversation: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "conversation", abstract: "Step by step, with prompts.", shouldDisplay: false)

        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let token = try EnrolCommand.ask("Paste the link or the code from your invitation: ")
            try await App.run(in: folder) { app in
                let setup = try await start(EnrolCommand.token(in: token), app)
                guard let setup else { return Output.line("Your account is active.") }
                Output.line(try EnrolCommand.picture(of: setup))
                while true {
                    let code = try EnrolCommand.ask("Type the code that the app shows: ")
                    do {
                        return EnrolCommand.print(
                            try await app.onboarding.verifyEnrolment(session: Secret(setup.session), code: code))
                    } catch let fault as Fault where fault.code == .invalid {
                        Output.error(fault.message)
                    }
                }
            }
        }

        /// Asks until the password is accepted.
        private func start(_ token: String, _ app: App) async throws -> EnrolmentStart.Setup? {
            while true {
                let password = try readSecret("Choose a password (a long phrase is best): ", fromStandardInput: false)
                let again = try readSecret("Once more: ", fromStandardInput: false)
                guard password.exposed == again.exposed else {
                    Output.error("These are not the same.")
                    continue
                }
                do {
                    let wantsFactor =
                        try await app.onboarding.invitation(token: Secret(token)).offersFactor
                        && EnrolCommand.ask("Set up an authenticator as well? Recommended. [Y/n] ").lowercased() != "n"
                    return try await app.onboarding.startEnrolment(
                        token: Secret(token), password: password, wantsFactor: wantsFactor
                    ).setup
                } catch let fault as Fault where fault.code == .invalid {
                    Output.error(fault.message)
                }
            }
        }
    }

    /// People paste the whole link; what counts follows the #.
    static func token(in text: String) -> String {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.split(separator: "#").last.map(String.init) ?? trimmed
    }

    static func ask(_ prompt: String) throws -> String {
        FileHandle.standardError.write(Data(prompt.utf8))
        guard let line = readLine() else {
            throw ValidationError("There is nobody to answer: use enrol start and enrol verify.")
        }
        return line
    }

    static func picture(of setup: EnrolmentStart.Setup) throws -> String {
        """
        Scan this with your authenticator app:

        \(try QRCode(setup.uri.text).terminal(colours: Output.hasColours))
        or type the key:  \(setup.secret)
        on a phone, open: \(setup.uri.text)
        """
    }

    static func print(_ end: EnrolmentEnd) {
        Output.line(
            "Your authenticator is active. Keep these recovery codes; each works once, and they are never shown again:")
        for code in end.recoveryCodes { Output.line("  \(code)") }
    }
}

extension EnrolmentStart {
    var json: JSON {
        guard let setup else {
            return [
                "session": .null, "otpauth": .null, "secret": .null, "algorithm": .null, "digits": .null,
                "period": .null, "next": "done",
            ]
        }
        return [
            "session": .string(setup.session), "otpauth": .string(setup.uri.text), "secret": .string(setup.secret),
            "algorithm": .string(setup.parameters.algorithm.rawValue),
            "digits": .integer(Int64(setup.parameters.digits.rawValue)),
            "period": .integer(Int64(setup.parameters.periodSeconds)), "next": "verify",
        ]
    }
}
