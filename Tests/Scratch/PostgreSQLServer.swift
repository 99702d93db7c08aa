import Synchronization

/// A PostgreSQL server of the tests' own, on a socket and on no network; it ends with this object or this process.
public final class PostgreSQLServer: Sendable {
    /// Of all tests of a process that do nothing to the server but make databases on it.
    public static let shared = Result { try PostgreSQLServer() }

    /// The folder of the socket.
    public let folder: String
    private let companion: Companion
    private let databases = Atomic(0)

    /// - Parameter options: of `postgres`, such as `-c`, `max_connections=10`.
    public init(_ options: String...) throws {
        companion = try Companion("postgresql.sh", options)
        folder = companion.greeting
    }

    /// `restart`, `stop` or `start`; the end is as sudden as that of a machine.
    public func order(_ word: String) throws { try companion.order(word) }

    /// The URL of a new database.
    ///
    /// - Parameters:
    ///   - options: as `CREATE DATABASE` knows them.
    public func makeDatabase(_ options: String = "TEMPLATE template0") throws -> String {
        let name = "usher_\(databases.add(1, ordering: .relaxed).newValue)"
        try psql("CREATE DATABASE \(name) \(options)")
        return url(of: name)
    }

    public func dropDatabase(_ url: String) throws { try psql("DROP DATABASE \(Self.name(of: url)) WITH (FORCE)") }

    /// Of a URL that this server made.
    public static func name(of url: String) -> String {
        String(url.dropFirst("postgres://usher@/".count).prefix { $0 != "?" })
    }

    /// Every row of a database, as statements.
    public func dump(_ url: String) throws -> String { try Tool.run("/usr/bin/pg_dump", "--data-only", url) }

    public func url(of database: String) -> String { "postgres://usher@/\(database)?host=\(folder)" }

    /// Runs statements behind the program's back.
    ///
    /// - Returns: The rows, columns by `|`.
    @discardableResult
    public func psql(_ statements: String, on database: String = "postgres") throws -> String {
        try Tool.run(
            "/usr/bin/psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1",
            "--command", statements, database.hasPrefix("postgres://") ? database : url(of: database))
    }
}

/// PgBouncer in transaction mode before a server; it ends with this object or this process.
public final class PgBouncer: Sendable {
    private let companion: Companion

    public init(before server: PostgreSQLServer) throws {
        companion = try Companion("pgbouncer.sh", [server.folder])
    }

    /// Of a database, by its URL at the server.
    public func url(of url: String) -> String {
        "postgres://usher@/\(PostgreSQLServer.name(of: url))?host=\(companion.greeting)"
    }
}
