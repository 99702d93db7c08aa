import ArgumentParser
import Basics
import Foundation
import Onboarding
import Operations
import Records
import Remote

/// `usher login URL`: from now on commands work through that server, as the person who signed in.
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Sign in at a server; commands work through it from then on.",
        discussion: """
            You sign in with the browser of this machine where there is one, else with that of any other, by a
            code that is shown here. With --email, password and code are asked for here instead. What comes of it
            is kept in ~/.config/usher, in a file that only you can read, until usher logout or until it ends by
            itself. Passwords go over https, or to this machine.

            Examples:
              usher login https://usher.example
              usher login https://usher.example --device
              printf '%s\\n' "$PASSWORD" | usher login https://usher.example --email rita@acme.example \\
                --password-stdin --code 123456
            """)

    @Argument(help: ArgumentHelp("Address of the server.", valueName: "url")) var url: String
    @Flag(help: "Sign in with a browser of this machine.") var browser = false
    @Flag(help: "Sign in with a browser of another machine, by a code that is shown here.") var device = false
    @Option(help: "Your e-mail address: the password is asked for here.") var email: String?
    @Flag(help: "Read the password from the first line of standard input.") var passwordStdin = false
    @Option(help: "Current code of your authenticator, or a recovery code; asked for if left out.") var code: String?
    @OptionGroup var folder: FolderOptions

    func validate() throws {
        if folder.server != nil || folder.folder != nil {
            throw ValidationError("The server is the argument: usher login URL, without --server and --data.")
        }
        guard [browser, device, isByPassword].count(where: \.self) <= 1 else {
            throw ValidationError("Sign in in one way: --browser, --device, or --email with a password.")
        }
    }

    private var isByPassword: Bool { email != nil || passwordStdin || code != nil }

    func run() async throws {
        let address = try ServerAddress(url)
        // Known before a password is typed.
        let named = folder.caFile.map { URL(filePath: $0).path }
        if let named, !FileManager.default.isReadableFile(atPath: named) {
            throw Fault.invalid("ca-file", "unreadable", "The file \(named) cannot be read.")
        }
        let former = try folder.connection(to: address)
        let caFile = named ?? former.session?.caFile
        var connection = former.startingAnew()
        if isByPassword {
            try await signIn(&connection, caFile)
        } else {
            let pages = LoginByPages(connection: connection, caFile: caFile)
            let isHere = browser || !device && LoginByPages.hasBrowser
            connection = try await isHere ? pages.inBrowser() : pages.onDevice()
        }
        // Nobody could end it any more; where that fails, too, it ends by itself.
        try? await former.end()
        try folder.show(connection.document) {
            let who = $0["email"].text ?? ""
            Output.line(
                $0["expiresAt"].text.map { "Signed in at \(address.text) as \(who) until \($0)." }
                    ?? "Signed in at \(address.text) as \(who).")
        }
    }

    private func signIn(_ connection: inout Connection, _ caFile: String?) async throws {
        let email = try email ?? EnrolCommand.ask("E-mail address:")
        let password = try readSecret("Password:", fromStandardInput: passwordStdin)
        let members: JSON.Members = [
            "email": .string(email), "password": .string(String(decoding: password.exposed, as: UTF8.self)),
        ]
        let entered = try await connection.server.send(APIRequest(.signIn, body: members)).document
        if entered["owesCode"].isTrue {
            connection.server.use(token: entered["token"].text)
            try await prove(&connection, caFile)
        } else {
            try connection.keep(entered, caFile: caFile)
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
        try await connection.end()
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
        let session = try await connection.whoami()
        let there: JSON = [
            "server": .string(connection.server.address.text), "data": .null, "operator": .null,
            "email": session["person"]["email"], "name": session["person"]["name"],
            "verifiedAt": session["verifiedAt"], "expiresAt": session["expiresAt"],
        ]
        try folder.show(there) {
            Output.line("\($0["name"].text ?? "") <\($0["email"].text ?? "")>, at \($0["server"].text ?? "")")
            Output.line($0["verifiedAt"].text.map { "Last code:    \($0)" } ?? "Last code:    none")
            if let end = $0["expiresAt"].text { Output.line("Signed in until \(end)") }
        }
    }
}

extension Connection {
    /// As the operation `currentSession` tells it.
    fileprivate func whoami() async throws -> JSON {
        guard session?.refreshToken != nil else { return try await server.send(APIRequest(.currentSession)).document }
        // Asked by any operation: it gets another token first, where this one has ended.
        _ = try await server.send(APIRequest(.showWholeCatalogue))
        let kept = try sessions.session(at: server.address)
        let person = try await server.userInfo(kept?.token ?? "")
        let verifiedAt = kept.flatMap { Self.verification(in: $0.token) }
        return [
            "person": ["email": person["email"], "name": person["name"]], "verifiedAt": JSON(verifiedAt),
            "expiresAt": .null,
        ]
    }

    /// When a code was proven for a token, by what it says of itself; nil for a password alone.
    private static func verification(in token: String) -> Timestamp? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = [UInt8](base64URL: String(parts[1])),
            let claims = try? JSON(reading: bytes, limits: .init(values: 1_000)),  // Else nothing is known.
            claims["acr"].text == AuthenticationClass.multiFactor.rawValue
        else { return nil }
        return claims["auth_time"].number.map { Timestamp(seconds: $0) }
    }

    /// The same server, as if nobody had signed in there.
    fileprivate func startingAnew() -> Connection { Connection(server: server.withoutToken, sessions: sessions) }

    /// Ends what was kept of signing in, at the server.
    fileprivate func end() async throws {
        guard let session else { return }
        if let token = session.refreshToken {
            _ = try await server.post(
                "/openid/revoke", [("token", token), ("client_id", ApplicationRegister.commandLine.text)])
        } else {
            do { _ = try await server.send(APIRequest(.signOut)) } catch let fault as Fault
                where fault.code == .unauthenticated
            {}  // It had ended already.
        }
    }

    /// Whom the session is of; never its token.
    fileprivate var document: JSON {
        [
            "server": .string(server.address.text), "email": JSON(session?.email),
            "expiresAt": JSON(session.flatMap { $0.expiresAt.isEmpty ? nil : $0.expiresAt }),
        ]
    }
}
