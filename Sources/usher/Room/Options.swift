import ArgumentParser
import Basics
import Foundation
import Onboarding
import Records

/// Where the data is, and how results are printed.
struct FolderOptions: ParsableArguments {
    @Option(name: .customLong("data"), help: ArgumentHelp("Data folder.", valueName: "dir"), completion: .directory)
    var folder: String?

    @Option(
        help: ArgumentHelp("Work through this server; that of the last `usher login` if left out.", valueName: "url"))
    var server: String?

    @Option(
        help: ArgumentHelp("PEM file of the authorities that vouch for the server.", valueName: "file"),
        completion: .file())
    var caFile: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if folder != nil, server != nil {
            throw ValidationError("Give --data DIR to work on a folder or --server URL to work through a server.")
        }
    }

    /// `--data`, else `USHER_DATA`, else `./usher-data`.
    var path: String {
        folder ?? ProcessInfo.processInfo.environment["USHER_DATA"].flatMap { $0.isEmpty ? nil : $0 } ?? "usher-data"
    }
}

/// Who acts: the operator of the folder, or a person for whom the operator acts.
struct ActorOptions: ParsableArguments {
    @OptionGroup var folder: FolderOptions

    @Option(name: .customLong("as"), help: ArgumentHelp("Act for this person (on a data folder).", valueName: "email"))
    var email: String?

    @Option(help: "Current code of that person's authenticator, or of yours, where a step needs fresh MFA.")
    var code: String?

    func validate() throws {
        if code != nil, email == nil, !folder.isRemote {
            throw ValidationError("--code belongs to --as EMAIL: whose code is it?")
        }
    }

    var json: Bool { folder.json }

    func run<Result: Sendable>(
        for uses: Set<Settings.Use> = App.usual, _ body: (App, Actor) async throws -> Result
    ) async throws -> Result {
        try await App.run(in: folder, for: uses) { try await body($0, try await actor(in: $0)) }
    }

    func actor(in app: App) async throws -> Actor {
        guard let email else { return .operator(App.operatorName) }
        return try await app.onboarding.act(
            as: try EmailAddress(email, field: "as"), operatorName: App.operatorName, code: code)
    }
}

struct PageOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Go on after this cursor: the `next` of the page before.", valueName: "cursor"))
    var after: String?

    @Option(help: "At most so many (1 to 1000).")
    var limit = 100

    func validate() throws {
        guard (1...PageRequest.greatestLimit).contains(limit) else {
            throw ValidationError("--limit must be 1 to \(PageRequest.greatestLimit).")
        }
    }

    var page: PageRequest { PageRequest(after: after, limit: limit) }
}

/// A secret from a prompt without echo, or the first line of standard input; never from an argument.
func readSecret(_ prompt: Sentence, fromStandardInput: Bool) throws -> Secret {
    let line: String?
    if fromStandardInput {
        line = readLine(strippingNewline: true)
    } else {
        guard isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("There is no terminal to ask at: give the password with --password-stdin.")
        }
        FileHandle.standardError.write(Data("\(TerminalLanguage.words(prompt)) ".utf8))
        var before = termios()
        tcgetattr(STDIN_FILENO, &before)
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            Output.error("")
        }
        line = readLine(strippingNewline: true)
    }
    guard let line, !line.isEmpty else { throw ValidationError("No password was given.") }
    return Secret(line)
}
