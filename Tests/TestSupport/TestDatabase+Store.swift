public import Scratch
public import Storage

extension TestDatabase {
    public func open() throws -> any DurableStore {
        if isFile { return try SQLiteStore(path: place) }
        return try PostgreSQLStore(PostgreSQLAddress(url: place), readers: 2)
    }

    /// The URL of a database that has the newest schema: to copy it is quicker than to go through all migrations.
    public static let newest = Result {
        let url = try PostgreSQLServer.shared.get().makeDatabase()
        try PostgreSQLStore.prepare(PostgreSQLAddress(url: url))
        return url
    }
}
