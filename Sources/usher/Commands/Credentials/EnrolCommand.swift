import ArgumentParser
import Basics
import Foundation
import Onboarding
import OneTimePassword
import Operations

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
            commandName: "start", abstract: "Open an invitation: choose the password, get the authenticator's secret.",
            discussion: "Example:\n  usher enrol start --token TOKEN --password-stdin < password.txt")

        @Option(help: "What follows the # in the invitation's link.") var token: String
        @Flag(help: "Read the password from the first line of standard input.") var passwordStdin = false
        @Flag(help: "Set up an authenticator although no profile needs one.") var mfa = false
        @Flag(help: "The password chosen before is forgotten: this one takes its place, where the link allows it.")
        var anew = false
        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let password = try readSecret("Password:", fromStandardInput: passwordStdin)
            let start = try await EnrolCommand.start(
                EnrolCommand.token(in: token), password, wantsFactor: mfa, choosesAnew: anew, in: folder)
            try folder.show(start) { start in
                guard let session = start["session"].text else {
                    return Output.line("Your account is active. No authenticator is needed for what you may do.")
                }
                try EnrolCommand.draw(start)
                Output.line("Then: usher enrol verify --session \(session) --code CODE")
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Prove the authenticator by a code; shows the recovery codes, once.",
            discussion: "Example:\n  usher enrol verify --session SESSION --code 123456")

        @Option(help: "The session that `enrol start` gave.") var session: String
        @Option(help: "The code that the authenticator shows now.") var code: String
        @OptionGroup var folder: FolderOptions

        func run() async throws {
            try folder.show(
                try await EnrolCommand.prove(code, session: session, in: folder), print: EnrolCommand.print)
        }
    }

    struct Conversation: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "conversation", abstract: "Step by step, with prompts.", shouldDisplay: false)

        @OptionGroup var folder: FolderOptions

        func run() async throws {
            let token = try EnrolCommand.ask("Paste the link or the code from your invitation:")
            let start = try await start(EnrolCommand.token(in: token))
            guard let session = start["session"].text else { return Output.line("Your account is active.") }
            try EnrolCommand.draw(start)
            while true {
                let code = try EnrolCommand.ask("Type the code that the app shows:")
                do {
                    return EnrolCommand.print(try await EnrolCommand.prove(code, session: session, in: folder))
                } catch let fault as Fault where fault.code == .invalid {
                    Output.error(fault.sentence)
                }
            }
        }

        /// Asks until the password is accepted.
        private func start(_ token: String) async throws -> JSON {
            while true {
                let password = try readSecret("Choose a password (a long phrase is best):", fromStandardInput: false)
                let again = try readSecret("Once more:", fromStandardInput: false)
                guard password.exposed == again.exposed else {
                    Output.error("These are not the same.")
                    continue
                }
                do {
                    let wantsFactor =
                        try await EnrolCommand.invitation(token, in: folder)["offersFactor"].isTrue
                        && EnrolCommand.ask("Set up an authenticator as well? Recommended. [Y/n]").lowercased() != "n"
                    return try await EnrolCommand.start(token, password, wantsFactor: wantsFactor, in: folder)
                } catch let fault as Fault where fault.code == .invalid {
                    Output.error(fault.sentence)
                }
            }
        }
    }

    /// People paste the whole link; what counts follows the #.
    static func token(in text: String) -> String {
        String(decoding: PastedInvitation.token(in: Secret(text)).exposed, as: UTF8.self)
    }

    static func ask(_ prompt: Sentence) throws -> String {
        FileHandle.standardError.write(Data("\(TerminalLanguage.words(prompt)) ".utf8))
        guard let line = readLine() else {
            throw ValidationError("There is nobody to answer: use enrol start and enrol verify.")
        }
        return line
    }

    static func draw(_ start: JSON) throws {
        let uri = start["otpauth"].text ?? ""
        let picture = try QRCode(uri).terminal(colours: Output.hasColours)
        Output.line("Scan this with your authenticator app:")
        Output.text("\n" + picture)
        var fields = Fields(column: 18)
        fields.add("or type the key:", "\(start["secret"].text ?? "")")
        fields.add("on a phone, open:", "\(uri)")
        fields.print()
    }

    static func print(_ end: JSON) {
        Output.line(
            "Your authenticator is active. Keep these recovery codes; each works once, and they are never shown again:")
        for code in end["recoveryCodes"].elements { Output.text("  \(code.text ?? "")") }
    }
}

/// The three steps of an enrolment: nobody is signed in yet, what was sent and shown is the proof.
extension EnrolCommand {
    fileprivate static func invitation(_ token: String, in folder: FolderOptions) async throws -> JSON {
        try await folder.document(APIRequest(.readInvitation, body: ["token": .string(token)]))
    }

    fileprivate static func start(
        _ token: String, _ password: Secret, wantsFactor: Bool, choosesAnew: Bool = false, in folder: FolderOptions
    ) async throws -> JSON {
        let members: JSON.Members = [
            "token": .string(token), "password": .string(String(decoding: password.exposed, as: UTF8.self)),
            "factor": .bool(wantsFactor), "anew": .bool(choosesAnew),
        ]
        return try await folder.document(APIRequest(.startEnrolment, body: members))
    }

    fileprivate static func prove(_ code: String, session: String, in folder: FolderOptions) async throws -> JSON {
        let members: JSON.Members = ["session": .string(session), "code": .string(code)]
        return try await folder.document(APIRequest(.verifyEnrolment, body: members))
    }
}
