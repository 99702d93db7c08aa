import ArgumentParser
import Basics
import Foundation

/// The program.
///
/// What its commands promise to scripts stands in `docs/cli.md`.
@main
struct Usher: AsyncParsableCommand {
    static let version = "0.2.0"

    static let configuration = CommandConfiguration(
        commandName: "usher",
        abstract: "Bring new people into a cloud platform safely: accounts, approvals, MFA.",
        discussion: """
            Examples:
              usher demo                               begin with this
              usher init --manager boss@example.com    a new installation
              usher login https://usher.example        work through a server

            Exit codes: 0 done, 1 refused, 2 wrong usage, 3 not allowed, 4 not found, 5 outage.
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(
                name: "Begin:",
                subcommands: [
                    DemoCommand.self, InitCommand.self, LoginCommand.self, LogoutCommand.self, WhoamiCommand.self,
                ]),
            CommandGroup(
                name: "People and places:",
                subcommands: [
                    OrgCommands.self, CloudCommands.self, ServiceCommands.self, ResourceCommands.self,
                    PersonCommands.self, DelegationCommands.self, CatalogueCommands.self, AccessCommands.self,
                ]),
            CommandGroup(
                name: "Requests:",
                subcommands: [RequestCommands.self, InboxCommand.self, ReviewCommands.self, WorkflowCommands.self]),
            CommandGroup(
                name: "Accounts and factors:",
                subcommands: [
                    EnrolCommand.self, MFACommands.self, APIAccountCommands.self, ApplicationCommands.self,
                    WebhookCommands.self,
                    CanCommand.self, OTPCommands.self,
                ]),
            CommandGroup(
                name: "Operation:",
                subcommands: [
                    ServeCommand.self, StatusCommand.self, RunDueCommand.self, EffectCommands.self, AuditCommands.self,
                    ChangesCommand.self,
                    SecurityCommands.self, MailCommands.self, DoctorCommand.self, CopyCommand.self,
                    KeyCommands.self, ConfigCommands.self, ExportDefaultsCommand.self, CompletionsCommand.self,
                ]),
        ])

    static func main() async {
        let arguments = withLeadingOptionsLast(Array(CommandLine.arguments.dropFirst()))
        forbidCoreDumps()
        do {
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Exit.leave(with: error, asJSON: arguments.contains("--json"))
        }
    }
}

/// `usher --data DIR org list` means `usher org list --data DIR`: what
/// holds for every command may stand before it.
private func withLeadingOptionsLast(_ arguments: [String]) -> [String] {
    var rest = arguments[...]
    var leading: [String] = []
    while let first = rest.first {
        let takesValue = ["--data", "--server", "--ca-file", "--as", "--code"].contains(first)
        guard
            takesValue && rest.count > 1 || first == "--json" || first.hasPrefix("--data=")
                || first.hasPrefix("--server=")
        else { break }
        leading += rest.prefix(takesValue ? 2 : 1)
        rest = rest.dropFirst(takesValue ? 2 : 1)
    }
    // Nothing but options: let the parser say what is missing.
    return rest.isEmpty ? arguments : rest + leading
}

/// A dump of this process would hold keys and secrets in clear, in a folder that others may read.
private func forbidCoreDumps() {
    var nothing = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &nothing)
}

/// How the program ends: one table from errors to exit codes.
enum Exit {
    /// `answered no`: a decision that is no, a code that is wrong, a check that failed.
    ///
    /// Its answer is printed already.
    static let refused = ExitCode(1)

    static func code(for fault: Fault) -> Int32 {
        switch fault.code {
        case .invalid, .conflict, .expired, .tooMany: 1
        case .unauthenticated, .forbidden: 3
        case .notFound: 4
        case .unavailable: 5
        }
    }

    static func leave(with error: any Error, asJSON: Bool) -> Never {
        if let code = error as? ExitCode { exit(code.rawValue) }
        if let fault = error as? Fault {
            say(fault, asJSON: asJSON)
            exit(code(for: fault))
        }
        let usage = Usher.exitCode(for: error)
        // Help and version are successes that ArgumentParser throws; its
        // own code for wrong usage is 64, ours is 2.
        if usage.isSuccess { Usher.exit(withError: error) }
        if usage == .validationFailure || error is ValidationError {
            let text = Usher.fullMessage(for: error)
            if asJSON {
                say(Fault(.invalid, Sentence(Usher.message(for: error))), asJSON: true)
            } else {
                Output.error("\(text)")
            }
            exit(2)
        }
        say(Fault(.unavailable, "Internal error."), asJSON: asJSON)
        // One document is promised with --json; without it the operator reads what went wrong.
        if !asJSON { Output.error("\(error)") }
        exit(5)
    }

    private static func say(_ fault: Fault, asJSON: Bool) {
        if asJSON { return Output.error("\(String(decoding: fault.json.data(), as: UTF8.self))") }
        Output.error("usher: \(fault.sentence)")
        if fault.code == .unauthenticated, fault.faults.isEmpty { Output.error("  Give the code with --code.") }
        if fault.faults.count > 1 || fault.faults.first.map({ $0.message != fault.message }) == true {
            for field in fault.faults { Output.error("  \(field.field): \(field.sentence)") }
        }
        if let cause = fault.cause { Output.error("  cause: \(cause)") }
    }
}
