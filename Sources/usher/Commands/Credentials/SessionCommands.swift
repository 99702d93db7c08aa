import ArgumentParser
import Basics
import Foundation
import Operations
import Remote

/// `usher login URL`: from now on commands work through that server, as the person who signed in.
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Sign in at a server; commands work through it from then on.",
        discussion: """
            The session is kept in ~/.config/usher, in a file that only you can read, until `usher \
            logout` or until it ends
            by itself. Passwords go over https, or to this machine.

            Examples:
              usher login https://usher.example --email rita@acme.example
              printf '%s\\n' "$PASSWORD" | usher login https://usher.example --email rita@acme.example \\
                --password-stdin --code 123456
            """)

    @Argument(help: ArgumentHelp("Address of the server.", valueName: "url")) var url: String
    @Option(help: "Your e-mail address; asked for if left out.") var email: String?
    @Flag(help: "Read the password from the first line of standard input.") var passwordStdin = false
    @Option(help: "Current code of your authenticator, or a recovery code; asked for if left out.") var code: String?
    @OptionGroup var folder: FolderOptions

    func validate() throws {
        if folder.server != nil || folder.folder != nil {
            throw ValidationError("The server is the argument: usher login URL, without --server and --data.")
        }
    }

    func run() async throws {
        let address = try ServerAddress(url)
        // Known before a password is typed.
        let caFile = folder.caFile.map { URL(filePath: $0).path }
        if let caFile, !FileManager.default.isReadableFile(atPath: caFile) {
            throw Fault.invalid("ca-file", "unreadable", "The file \(caFile) cannot be read.")
        }
        let email = try email ?? EnrolCommand.ask("E-mail address:")
        let password = try readSecret("Password:", fromStandardInput: passwordStdin)
        var connection = try folder.connection(to: address)
        connection.server.use(token: nil)
        let members: [String: JSON] = [
            "email": .string(email), "password": .string(String(decoding: password.exposed, as: UTF8.self)),
        ]
        let entered = try await connection.server.send(APIRequest(.signIn, body: members)).document
        if entered["owesCode"].isTrue {
            connection.server.use(token: entered["token"].text)
            try await prove(&connection, caFile)
        } else {
            try connection.keep(entered, caFile: caFile)
        }
        try folder.show(connection.document) {
            Output.line(
                "Signed in at \(address.text) as \($0["email"].text ?? "") until \($0["expiresAt"].text ?? "").")
        }
    }

    /// The second half.
    ///
    /// Half a session is kept nowhere.
    private func prove(_ connection: inout Connection, _ caFile: String?) async throws {
        do {
            guard let code = try code ?? (isatty(STDIN_FILENO) == 1 ? EnrolCommand.ask("Code:") : nil) else {
                throw Fault(.unauthenticated, "This account has an authenticator: its code is wanted, too.")
            }
            try await connection.prove(code, caFile: caFile)
        } catch {
            // It ends by itself within the hour; what went wrong before is what the user must read.
            _ = try? await connection.server.send(APIRequest(.signOut))
            throw error
        }
    }
}

/// `usher logout`: ends the session, there and here.
struct LogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "End the session at the server, and forget it here.",
        discussion: "Example:\n  usher logout")

    @OptionGroup var folder: FolderOptions

    func run() async throws {
        guard let connection = try folder.connection(), connection.session != nil else {
            throw Fault.invalid("server", "not_signed_in", "You are signed in nowhere.")
        }
        let address = connection.server.address
        // Forgotten first: whatever the server says, this program will not use the session again.
        try connection.sessions.forget(address)
        do { _ = try await connection.server.send(APIRequest(.signOut)) } catch let fault as Fault
            where fault.code == .unauthenticated
        {}  // It had ended already.
        try folder.show(["server": .string(address.text)]) { _ in Output.line("Signed out of \(address.text).") }
    }
}

/// `usher whoami`: where commands work, and as whom.
struct WhoamiCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami", abstract: "Say where commands work, and as whom.",
        discussion: "Example:\n  usher whoami --json")

    @OptionGroup var folder: FolderOptions

    func run() async throws {
        guard let connection = try folder.connection() else {
            let here: JSON = [
                "server": .null, "data": .string(folder.path), "operator": .string(App.operatorName), "email": .null,
                "name": .null, "verifiedAt": .null, "expiresAt": .null,
            ]
            return try folder.show(here) { _ in
                Output.line("operator \(App.operatorName), on the data folder \(folder.path)")
            }
        }
        let session = try await connection.server.send(APIRequest(.currentSession)).document
        let there: JSON = [
            "server": .string(connection.server.address.text), "data": .null, "operator": .null,
            "email": session["person"]["email"], "name": session["person"]["name"],
            "verifiedAt": session["verifiedAt"], "expiresAt": session["expiresAt"],
        ]
        try folder.show(there) {
            Output.line("\($0["name"].text ?? "") <\($0["email"].text ?? "")>, at \($0["server"].text ?? "")")
            Output.line($0["verifiedAt"].text.map { "Last code:    \($0)" } ?? "Last code:    none")
            Output.line("Signed in until \($0["expiresAt"].text ?? "")")
        }
    }
}

extension Connection {
    /// Whom the session is of; never its token.
    fileprivate var document: JSON {
        [
            "server": .string(server.address.text), "email": JSON(session?.email),
            "expiresAt": JSON(session?.expiresAt),
        ]
    }
}
