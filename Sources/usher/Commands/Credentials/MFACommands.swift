import ArgumentParser
import Basics
import Directory
import Onboarding
import Operations

struct MFACommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mfa", abstract: "Second factors: state, verification, recovery codes.",
        discussion: "Example:\n  usher mfa status alice@acme.example",
        subcommands: [Status.self, Verify.self, RecoveryCodes.self, Reset.self, Unlock.self])

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Show the state of a person's second factor.",
            discussion: "Example:\n  usher mfa status alice@acme.example --json")

        @Argument(help: "E-mail address.") var email: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.showFactor, email)) { status in
                var fields = Fields(column: 16)
                let since = status["since"].text ?? ""
                fields.add("Factor:", status["kind"].text.map { "\($0), since \(since)" } ?? "none")
                fields.add("Last verified:", status["lastVerifiedAt"].text.map { "\($0)" } ?? "never")
                fields.add("Recovery codes:", "\(status["recoveryCodesLeft"].number ?? 0) left")
                if let misses = status["misses"].number, misses > 0 {
                    fields.add("Wrong codes:", status["locked"].isTrue ? "\(misses), locked" : "\(misses)")
                }
                fields.print()
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Verify a code or a recovery code and use it up; exit 0 only if it was accepted.",
            discussion: "Example:\n  usher mfa verify alice@acme.example 123456 --json")

        @Argument(help: "E-mail address.") var email: String
        @Argument(help: "The code.") var code: String
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            if actor.code != nil {
                throw ValidationError("The code to verify is the second argument; leave out --code.")
            }
        }

        func run() async throws {
            try await actor.answerVerification(APIRequest(.verifyCode, email, body: ["code": .string(code)]))
        }
    }

    struct RecoveryCodes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "recovery-codes", abstract: "Replace my recovery codes and show the new ones, once.",
            discussion: "Example:\n  usher mfa recovery-codes --as alice@acme.example --code 123456")

        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(APIRequest(.replaceRecoveryCodes)) {
                Output.line("Keep these; each works once, the old ones no more, and they are never shown again:")
                for code in $0["recoveryCodes"].elements { Output.text("  \(code.text ?? "")") }
            }
        }
    }
}

extension MFACommands {
    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset", abstract: "Ask for a lost authenticator to be replaced; two people must agree.",
            discussion: """
                Example:
                  usher mfa reset alice@acme.example --reason 'Phone lost in the train' \\
                    --as rita@acme.example --code 123456
                They agree with: usher request approve ID --as EMAIL --code CODE
                """)

        @Argument(help: "E-mail address.") var email: String
        @Option(help: "What happened; those who agree read it.") var reason: String
        @Flag(help: "The device was stolen: the old factor stops working at once.") var stolen = false
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            let members: JSON.Members = ["reason": .string(reason), "stolen": .bool(stolen)]
            try await actor.answerRequest(APIRequest(.resetFactor, email, body: members))
        }
    }
}

extension MFACommands {
    struct Unlock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unlock",
            abstract: "Ask for a second factor that wrong codes locked to work again; two people must agree.",
            discussion: """
                Example:
                  usher mfa unlock alice@acme.example --reason 'Her phone clock was wrong' \\
                    --as rita@acme.example --code 123456
                They agree with: usher request approve ID --as EMAIL --code CODE
                """)

        @Argument(help: "E-mail address.") var email: String
        @Option(help: "What happened; those who agree read it.") var reason: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answerRequest(APIRequest(.unlockFactor, email, body: ["reason": .string(reason)]))
        }
    }
}

extension ActorOptions {
    /// What became of a code or a secret; exit code 1 unless it was accepted.
    func answerVerification(_ request: APIRequest) async throws {
        let verification = try await asking { try await $0.verdict(request) }
        let isAccepted = verification["accepted"].isTrue
        try show(verification) {
            if isAccepted { return Output.line("accepted") }
            let refused: Sentence = "refused: \($0["reason"].text ?? "")"
            Output.line($0["retryAfterSeconds"].number.map { "\(refused), try again in \($0) s" } ?? refused)
        }
        if !isAccepted { throw Exit.refused }
    }
}

struct RunDueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-due", abstract: "Fire the timers and perform the effects that are due, once: for cron.",
        discussion: "Example:\n  */5 * * * *  usher run-due --data /var/lib/usher")

    @OptionGroup var folder: FolderOptions

    func run() async throws {
        let report = try await App.run(in: folder) { try await $0.onboarding.runDue() }
        if folder.json {
            return Output.json([
                "timers": .integer(Int64(report.timers)), "effects": .integer(Int64(report.effects)),
                "failures": .integer(Int64(report.failures)),
            ])
        }
        Output.line("\(report.timers) timers fired, \(report.effects) effects performed, \(report.failures) failed.")
    }
}
