import ArgumentParser
import Basics
import Foundation
import Operations
import Records
import Remote

/// A server that commands speak to, and what is kept of signing in there.
struct Connection: Sendable {
    let server: RemoteServer
    let sessions: SessionFolder
    /// Nil where nobody has signed in.
    private(set) var session: SavedSession?

    /// Proves a code for whoever is signed in; the token that comes
    /// of it takes the place of the one before.
    mutating func prove(_ code: String, caFile: String? = nil) async throws {
        guard session?.refreshToken == nil else {
            throw Fault.invalid(
                "code", "unexpected",
                "You signed in with a browser, so a fresh code is typed there: sign in again with usher login.")
        }
        let answer = try await server.send(APIRequest(.proveCode, body: ["code": .string(code)]))
        try keep(answer.document, caFile: caFile)
    }

    /// Keeps what signing in, or a proof, answered.
    mutating func keep(_ document: JSON, caFile: String? = nil) throws {
        guard let token = document["token"].text else { return }
        let session = SavedSession(
            server: server.address, email: document["person"]["email"].text ?? "", token: token,
            expiresAt: document["expiresAt"].text ?? "", caFile: caFile ?? session?.caFile)
        try keep(session)
    }

    mutating func keep(_ session: SavedSession) throws {
        try sessions.keep(session)
        server.use(token: session.token)
        self.session = session
    }
}

extension FolderOptions {
    static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// The server that the command goes to: `--server`, `USHER_SERVER`, or where `usher
    /// login` was last; nil where it works on a data folder, since `--data` or
    /// `USHER_DATA` names one, or there is no server.
    private func address(in sessions: SessionFolder) throws -> ServerAddress? {
        if folder != nil { return nil }
        if let named = server ?? Self.environment["USHER_SERVER"].flatMap({ $0.isEmpty ? nil : $0 }) {
            return try ServerAddress(named)
        }
        if Self.environment["USHER_DATA"]?.isEmpty == false { return nil }
        return try sessions.server()
    }

    /// For the check of arguments alone: what cannot be read is told when the command runs.
    var isRemote: Bool {
        (try? address(in: SessionFolder(environment: Self.environment))) != .some(nil)
    }

    func connection() throws -> Connection? {
        let sessions = SessionFolder(environment: Self.environment)
        return try address(in: sessions).map { try connection(to: $0, sessions) }
    }

    func connection(
        to address: ServerAddress, _ sessions: SessionFolder = SessionFolder(environment: environment)
    ) throws -> Connection {
        let session = try sessions.session(at: address)
        let server = RemoteServer(
            address, caFile: caFile ?? session?.caFile, token: session?.token, client: "usher/\(Usher.version)",
            language: TerminalLanguage.chosen?.rawValue)
        let connection = Connection(server: server, sessions: sessions, session: session)
        connection.renewing()
        return connection
    }

    /// For what exists only where the data is.
    ///
    /// - Throws: `Fault.Code.invalid` where the command would go to a server.
    func requireFolder() throws {
        guard let address = try address(in: SessionFolder(environment: Self.environment)) else { return }
        let name = CommandLine.arguments.dropFirst().prefix { !$0.hasPrefix("-") }.prefix(2).joined(separator: " ")
        throw Fault.invalid(
            "server", "not_remote",
            "usher \(name) works on a data folder, not through the server \(address.text): give --data DIR.")
    }

    /// Has what `body` asks answered: by the server, or on the opened data folder.
    ///
    /// - Parameters:
    ///   - uses: what the folder's settings must be good for.
    ///   - actor: who asks there; the operator if left out.
    func asking<Result: Sendable>(
        for uses: Set<Settings.Use> = App.usual,
        as actor: (App) async throws -> Actor = { _ in .operator(App.operatorName) },
        _ body: (Desk) async throws -> Result
    ) async throws -> Result {
        if let connection = try connection() { return try await body(.server(connection.server)) }
        return try await App.run(in: self, for: uses) { try await body(.folder($0, try await actor($0))) }
    }

    /// The document that answers one request.
    func document(_ request: APIRequest) async throws -> JSON {
        try await asking(for: request.uses) { try await $0.send(request).document }
    }

    /// The document with `--json`, else what `print` tells of it.
    func show(_ document: JSON, print: (JSON) throws -> Void) throws {
        if json { Output.json(document) } else { try print(document) }
    }
}

extension ActorOptions {
    /// As of the folder, for who acts: the operator or `--as`;
    /// through a server it is whoever signed in.
    func asking<Result: Sendable>(
        for uses: Set<Settings.Use> = App.usual, _ body: (Desk) async throws -> Result
    ) async throws -> Result {
        guard var connection = try folder.connection() else {
            return try await folder.asking(for: uses, as: actor, body)
        }
        guard email == nil else {
            throw ValidationError(
                "--as acts on a data folder; at \(connection.server.address.text) you are who signed in. "
                    + "Give --data DIR, or leave out --as.")
        }
        if let code { try await connection.prove(code) }
        return try await body(.server(connection.server))
    }

    func document(_ request: APIRequest) async throws -> JSON {
        try await asking(for: request.uses) { try await $0.send(request).document }
    }

    func show(_ document: JSON, print: (JSON) throws -> Void) throws { try folder.show(document, print: print) }

    /// A document, and how it is told.
    func answer(_ request: APIRequest, print: (JSON) throws -> Void) async throws {
        try show(try await document(request), print: print)
    }

    /// A list, as a table of these members of its items.
    func list(
        _ request: APIRequest, heading: [Sentence], empty: Sentence, row: (JSON) throws -> [String]
    ) async throws {
        try await answer(request) { try $0.printTable(heading, empty: empty, row: row) }
    }
}

extension APIRequest {
    /// What the command needs where it works on a folder: what would be a GET only reads.
    var uses: Set<Settings.Use> { operation.method == .get ? App.reading : App.usual }
}

extension JSON {
    /// Members as the cells of a table; empty for what is absent.
    func cells(_ names: String...) -> [String] { names.map { self[$0].text ?? "" } }

    /// The items of a list under a heading, and how it goes on.
    func printTable(_ heading: [Sentence], empty: Sentence, row: (JSON) throws -> [String]) throws {
        Table(heading, rows: try self["items"].elements.map(row)).print(empty: empty)
        say(next: self["next"].text)
    }
}

extension PageOptions {
    /// As much as a page may hold, for what reads all of them.
    static func largest(_ cursor: String?) -> [(String, String?)] {
        [("after", cursor), ("limit", String(PageRequest.greatestLimit))]
    }

    /// `after` and `limit`, beside other parameters.
    func query(_ filters: (String, String?)...) -> [(String, String?)] {
        filters + [("after", after), ("limit", String(limit))]
    }
}

/// Only `true` is worth saying.
func flag(_ isSet: Bool) -> String? { isSet ? "true" : nil }
