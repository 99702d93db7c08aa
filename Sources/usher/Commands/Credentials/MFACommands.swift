import ArgumentParser
import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import Remote

struct MFACommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mfa", abstract: "Second factors: state, verification, recovery codes.",
        discussion: "Example:\n  usher mfa status alice@acme.example",
        subcommands: [Status.self, Verify.self, RecoveryCodes.self, Reset.self, Unlock.self])

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the state of a person's second factor.",
            discussion: "Example:\n  usher mfa status alice@acme.example --json")

        @Argument(help: "E-mail address.") var email: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(
                .get("people", email, "mfa"),
                here: { try await $0.onboarding.mfaStatus(of: try address(email), by: $1).json }
            ) { status in
                let factor = status["kind"].text.map { "\($0), since \(status["since"].text ?? "")" }
                Output.line("Factor:         \(factor ?? "none")")
                Output.line("Last verified:  \(status["lastVerifiedAt"].text ?? "never")")
                Output.line("Recovery codes: \(status["recoveryCodesLeft"].number ?? 0) left")
                if let misses = status["misses"].number, misses > 0 {
                    Output.line("Wrong codes:    \(misses)\(status["locked"].isTrue ? ", locked" : "")")
                }
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
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
            let call = APIRequest.post("people", email, "mfa", "verifications", body: ["code": .string(code)])
            try await actor.answerVerification(call) { app, actor in
                try await app.onboarding.verify(code, of: try address(email), by: actor)
            }
        }
    }

    struct RecoveryCodes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace my recovery codes and show the new ones, once.",
            discussion: "Example:\n  usher mfa recovery-codes --as alice@acme.example --code 123456")

        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.answer(.post("account", "recovery-codes")) { app, actor in
                let codes = try await app.onboarding.replaceRecoveryCodes(by: actor)
                return ["recoveryCodes": .array(codes.map(JSON.string))]
            } print: {
                Output.line("Keep these; each works once, the old ones no more, and they are never shown again:")
                for code in $0["recoveryCodes"].elements { Output.line("  \(code.text ?? "")") }
            }
        }
    }
}

extension MFACommands {
    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask for a lost authenticator to be replaced; two people must agree.",
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
            let members: [String: JSON] = ["reason": .string(reason), "stolen": .bool(stolen)]
            try await actor.answerRequest(.post("people", email, "mfa", "resets", body: members)) { app, actor in
                try await app.onboarding.requestFactorReset(
                    of: try address(email), reason: reason, stolen: stolen, by: actor)
            }
        }
    }
}

extension MFACommands {
    struct Unlock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
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
            let call = APIRequest.post("people", email, "mfa", "unlocks", body: ["reason": .string(reason)])
            try await actor.answerRequest(call) { app, actor in
                try await app.onboarding.requestFactorUnlock(of: try address(email), reason: reason, by: actor)
            }
        }
    }
}

extension ActorOptions {
    /// What became of a code or a secret; exit code 1 unless it was accepted.
    func answerVerification(
        _ call: APIRequest, here: (App, Actor) async throws -> CodeVerification
    ) async throws {
        let verification = try await document(call.takingVerdict(), here: { try await here($0, $1).json })
        let isAccepted = verification["accepted"].isTrue
        try show(verification) {
            let wait = $0["retryAfterSeconds"].number.map { ", try again in \($0) s" } ?? ""
            Output.line(isAccepted ? "accepted" : "refused: \($0["reason"].text ?? "")\(wait)")
        }
        if !isAccepted { throw Exit.refused }
    }
}

struct CanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "can", abstract: "May this person, or this program, do this here, now? Exit 0 only for allow.",
        discussion: "Example:\n  usher can alice@acme.example start-instance --cloud acme/prod --mfa-age 60")

    @Argument(help: "E-mail address, or the client id of a program.") var subject: String
    @Argument(help: "An action of the privilege matrix; see: usher catalogue show matrix") var action: String
    @Option(help: ArgumentHelp("Where, by short names.", valueName: "org/cloud")) var cloud: String
    @Option(help: "Seconds since the person last proved their factor; what Usher saw if left out.") var mfaAge: Int64?
    @OptionGroup var folder: FolderOptions

    func validate() throws {
        if let mfaAge, mfaAge < 0 || mfaAge > 1 << 40 {
            throw ValidationError("--mfa-age is a number of seconds, 0 or more.")
        }
    }

    func run() async throws {
        // An address has the sign that no client id has.
        let program = APIAccountID(subject)
        let call = APIRequest.get(
            "decisions",
            query: [
                (program == nil ? "person" : "client", subject), ("action", action), ("cloud", cloud),
                ("mfaAge", mfaAge.map(String.init)),
            ])
        let decision = try await folder.document(call) { app in
            guard let program else {
                let email = try address(subject)
                return try await app.onboarding.decide(action, by: email, in: cloud, mfaAgeSeconds: mfaAge).json
            }
            return try await app.onboarding.decide(action, byProgram: program, in: cloud).json
        }
        try folder.show(decision) {
            let reason = $0["reason"].text.flatMap(Decision.Reason.init)?.sentence
            Output.line("\($0["decision"].text ?? ""): \(reason ?? "")")
        }
        if decision["decision"] != "allow" { throw Exit.refused }
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
