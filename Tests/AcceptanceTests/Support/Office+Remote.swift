import Foundation
import Remote
import Testing

/// The commands of people, over HTTP: each has a home of their own, as on machines of their own.
extension Office {
    /// Without use a session ends after an hour.
    private static let idleSeconds = 3500.0

    /// The same command for the server, where it is one of a person: `--as` becomes whose session it is.
    func remotely(_ arguments: [String]) async throws -> (arguments: [String], environment: [String: String])? {
        guard way == .overHTTP else { return nil }
        if arguments.first == "enrol" {
            return (arguments + ["--server", try await address()], environment(of: "somebody-new"))
        }
        guard let sign = arguments.firstIndex(of: "--as"), sign + 1 < arguments.count else { return nil }
        let person = arguments[sign + 1]
        let server = try await address()
        var others = try await retyped(Array(arguments[..<sign] + arguments[(sign + 2)...]), of: person)
        if now - (lastUse(of: person) ?? 0) > Self.idleSeconds {
            // A code works once: that of the command signs in, which is as fresh.
            let code = others.firstIndex(of: "--code")
            try await signIn(person, code: code.map { others[$0 + 1] })
            if let code { others.removeSubrange(code...(code + 1)) }
        }
        noteUse(of: person)
        return (others + ["--server", server], environment(of: person))
    }

    /// - Parameter code: what the authenticator shows now if nil.
    @discardableResult
    func signIn(_ person: String, code: String? = nil) async throws -> SavedSession {
        let address = try await address()
        let shown = try await self.code(of: person)
        let arguments = [
            "login", address, "--email", person, "--password-stdin", "--code", code ?? shown, "--json",
        ]
        let result = try await usher.launch(
            usher.program, arguments, Self.password + "\n", environment(of: person), isCrowd: true)
        // Thrown and not demanded: what is done once for many tests must fail in each of them.
        guard result.code == 0 else { throw CommandLineProgram.Missing(description: "\(result)") }
        noteUse(of: person)
        return try #require(try folder(of: person).session(at: ServerAddress(address)))
    }

    /// A session that was begun at another server on the same data.
    func take(_ session: SavedSession, since time: Double) async throws {
        try folder(of: session.email).keep(
            SavedSession(
                server: try ServerAddress(try await address()), email: session.email, token: session.token,
                expiresAt: session.expiresAt, caFile: nil))
        noteUse(of: session.email, at: time)
    }

    private func folder(of person: String) -> SessionFolder {
        SessionFolder(environment: environment(of: person))
    }

    /// Neither the data folder nor the clock: what a command needs it must get from the server.
    func environment(of person: String) -> [String: String] {
        ["HOME": usher.path("homes/\(person)"), "USHER_DATA": ""]
    }
}
