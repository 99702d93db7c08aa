import Foundation
import Synchronization

/// A PostgreSQL server of the tests' own, on a socket and on no network; it ends with this object or this process.
package final class PostgreSQLServer: Sendable {
    package struct Refusal: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    /// Of all tests of a process that do nothing to the server but make databases on it.
    package static let shared = Result { try PostgreSQLServer() }

    /// The folder of the socket.
    package let folder: String
    private let orders: FileHandle
    private let replies: FileHandle
    private let process: Process
    private let databases = Atomic(0)
    private let turn = Mutex(())

    /// - Parameter options: of `postgres`, such as `-c`, `max_connections=10`.
    package init(_ options: String...) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "postgresql.sh")
        let (input, output) = (Pipe(), Pipe())
        process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [script.path] + options
        process.standardInput = input
        process.standardOutput = output
        (orders, replies) = (input.fileHandleForWriting, output.fileHandleForReading)
        try process.run()
        // The line comes when connections are taken: no waiting by the clock.
        folder = String(decoding: replies.availableData, as: UTF8.self).trimmingCharacters(in: .newlines)
        guard !folder.isEmpty else { throw Refusal(description: "PostgreSQL did not start. Run: make setup") }
    }

    deinit { try? orders.close() }

    /// `restart`, `stop` or `start`; the end is as sudden as that of a machine.
    package func order(_ word: String) throws {
        try turn.withLock { _ in
            try orders.write(contentsOf: Data("\(word)\n".utf8))
            let reply = String(decoding: replies.availableData, as: UTF8.self)
            guard reply == "\(word)\n" else { throw Refusal(description: "PostgreSQL does not \(word): \(reply)") }
        }
    }

    /// The URL of a new database.
    ///
    /// - Parameters:
    ///   - options: as `CREATE DATABASE` knows them.
    package func makeDatabase(_ options: String = "TEMPLATE template0") throws -> String {
        let name = "usher_\(databases.add(1, ordering: .relaxed).newValue)"
        try psql("CREATE DATABASE \(name) \(options)")
        return url(of: name)
    }

    package func dropDatabase(_ url: String) throws { try psql("DROP DATABASE \(Self.name(of: url)) WITH (FORCE)") }

    /// Of a URL that this server made.
    package static func name(of url: String) -> String {
        String(url.dropFirst("postgres://usher@/".count).prefix { $0 != "?" })
    }

    /// Every row of a database, as statements.
    package func dump(_ url: String) throws -> String { try run("/usr/bin/pg_dump", ["--data-only", url]) }

    package func url(of database: String) -> String { "postgres://usher@/\(database)?host=\(folder)" }

    /// Runs statements behind the program's back.
    ///
    /// - Returns: The rows, columns by `|`.
    @discardableResult
    package func psql(_ statements: String, on database: String = "postgres") throws -> String {
        try run(
            "/usr/bin/psql",
            [
                "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1", "--command",
                statements, database.hasPrefix("postgres://") ? database : url(of: database),
            ])
    }

    private func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Refusal(description: "\(arguments): \(text)") }
        return text
    }
}
