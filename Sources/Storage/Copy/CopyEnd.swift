/// A database that is copied, or copied to.
public struct CopyEnd: Sendable {
    public enum Place: Sendable {
        /// SQLite, in this file.
        case file(String)
        case server(PostgreSQLAddress)
    }

    private let place: Place
    /// What people call it: never with a password.
    public let name: String

    public init(_ place: Place, name: String) {
        self.place = place
        self.name = name
    }

    /// Whether a copy from here has begun.
    public func isSource() async throws -> Bool {
        try await DatabaseCopy.onThread { try withConnection { try CopyMark(in: $0) } != nil }
    }

    /// Runs `body` on a connection of its own, once the schema is the newest.
    ///
    /// - Throws: `Fault.Code.unavailable` where the database cannot be used; what `body` throws.
    func withConnection<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result {
        let migrator = Migrator(migrations: Migration.all, isForCopy: true)
        switch place {
        case .file(let path):
            return try SQLiteStore.withConnection(to: path) { connection in
                try migrator.migrate(connection)
                return try body(connection)
            }
        case .server(let address):
            return try PostgreSQLStore.withConnection(to: address) { connection in
                try migrator.migrate(connection)
                return try body(connection)
            }
        }
    }
}
