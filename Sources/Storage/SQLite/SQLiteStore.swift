public import Basics
import Foundation
import GRDB
public import Records

/// The store in one SQLite file: WAL, one writing thread with group commit, several readers.
///
/// Any number of processes may open the same file on one machine.
public final class SQLiteStore: DurableStore {
    /// What an acknowledged write survives.
    public enum Durability: Sendable {
        /// Loss of power: the log is flushed to disk before a write is acknowledged.
        case full
        /// The end of the process only. For benchmarks: the difference is the price of `full`.
        case off
    }

    private let pool: DatabasePool
    private let committer: GroupCommitter
    /// A connection that only asks whether others have committed; nil where nobody can.
    private let watcher: SQLiteWatcher?
    public let isReadOnly: Bool

    /// Opens the file, creating it readable by its owner only, and brings its schema up to date.
    ///
    /// Blocks while doing so; for the start of a program.
    ///
    /// - Parameter busyTimeoutSeconds: How long a write waits
    ///   for another process before it is refused.
    /// - Parameter greatestPageCount: Limits the file to so many pages of
    ///   4,096 bytes; nil for SQLite's own limit.
    /// - Parameter isForCopy: whether it may be the end of a copy: for that copy alone, which writes nothing by it.
    /// - Throws: `Fault.Code.unavailable` if the file cannot be opened, is
    ///   damaged, was written by a newer program, or is kept from being used by a copy.
    public convenience init(
        path: String, durability: Durability = .full, busyTimeoutSeconds: Double = 15, greatestPageCount: Int? = nil,
        isForCopy: Bool = false
    ) throws {
        try self.init(
            path: path, durability: durability, busyTimeoutSeconds: busyTimeoutSeconds,
            greatestPageCount: greatestPageCount, migrations: Migration.all, isForCopy: isForCopy)
    }

    init(
        path: String, durability: Durability = .full, busyTimeoutSeconds: Double = 15, greatestPageCount: Int? = nil,
        migrations: [Migration], isForCopy: Bool = false
    ) throws {
        do {
            try Self.create(path)
            let pool = try DatabasePool(path: path, configuration: Self.configuration(busyTimeoutSeconds))
            let mark = try pool.writeWithoutTransaction { database in
                try Self.setUpWriter(database, durability, greatestPageCount)
                return try Migrator(migrations: migrations, isForCopy: isForCopy).migrate(SQLiteConnection(database))
            }
            self.pool = pool
            let newest = migrations.last?.number ?? 0
            committer = GroupCommitter { SQLiteWriter(pool, schema: newest) }
            watcher = try SQLiteWatcher(path: path)
            isReadOnly = mark != nil
        } catch {
            throw Outage.explained(error)
        }
    }

    /// Opens a file in a folder that is read-only, such as an auditor's copy, for reading alone.
    ///
    /// - Throws: `Fault.Code.unavailable` for one that an older or a newer program wrote, or
    ///   whose log is beside it and cannot be read without writing.
    public init(readingOnly path: String) throws {
        do {
            var configuration = Self.configuration(5)
            configuration.readonly = true
            let pool = try DatabasePool(path: Self.readableAddress(of: path), configuration: configuration)
            let newest = Migration.all.last?.number ?? 0
            let (version, oldest, mark) = try pool.read { database in
                let connection = SQLiteConnection(database)
                return (
                    try Migrator.version(connection), try Migrator.oldestVersion(connection),
                    try CopyMark(in: connection)
                )
            }
            guard oldest <= newest else { throw Migrator.tooNew(version, newest) }
            guard version >= newest else {
                throw Fault(
                    .unavailable,
                    """
                    This database has schema version \(version), and its folder is read-only, so that it cannot be \
                    brought to version \(newest). Make a copy that can be written.
                    """)
            }
            try mark?.requireUse(isNewest: true)
            self.pool = pool
            committer = GroupCommitter { SQLiteWriter(pool, schema: newest) }
            watcher = nil
            isReadOnly = true
        } catch {
            throw Outage.explained(error)
        }
    }

    /// Runs `body` on a connection of its own, outside of any transaction: for a copy, which the port has no words for.
    static func withConnection<Result>(
        to path: String, _ body: (SQLiteConnection) throws -> Result
    ) throws -> Result {
        do {
            try create(path)
            let pool = try DatabasePool(path: path, configuration: configuration(15))
            return try pool.writeWithoutTransaction { database in
                try setUpWriter(database, .full, nil)
                return try body(SQLiteConnection(database))
            }
        } catch {
            throw Outage.explained(error)
        }
    }

    /// Without a log beside it the file is all there is, and nobody can change it: SQLite then
    /// needs no lock, which it could not take in a folder that is read-only.
    private static func readableAddress(of path: String) throws -> String {
        var status = stat()
        guard stat(path + "-wal", &status) != 0 || status.st_size == 0 else { return path }
        let allowed = CharacterSet(charactersIn: "/-._~").union(.alphanumerics)
        let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        // Fails only for unpaired surrogates, which a Swift string cannot hold.
        let escaped = absolute.addingPercentEncoding(withAllowedCharacters: allowed) ?? absolute
        return "file:\(escaped)?immutable=1"
    }

    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await committer.write(body)
    }

    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any Snapshot) throws -> Result
    ) async throws -> Result {
        do {
            return try await pool.read { try body(SQLTransaction(connection: SQLiteConnection($0))) }
        } catch {
            throw Outage.explained(error)
        }
    }

    public func mark() async throws -> StoreMark? {
        do { return try watcher?.mark() } catch { throw Outage.explained(error) }
    }

    /// Whoever is told none asks `mark`, which says why.
    public var presentMark: StoreMark? { try? watcher?.mark() }

    public func close() async throws {
        await committer.close()
        watcher?.close()
        // So that whoever copies the file alone copies everything. Where another process still
        // reads, the log stays, and nothing is lost by that. Of a connection that was closed
        // before nothing must be asked: SQLite would crash.
        if !isReadOnly {
            try? await pool.writeWithoutTransaction {
                if $0.sqliteConnection != nil { _ = try $0.checkpoint(.passive) }
            }
        }
        try pool.close()
    }

    /// The file must exist before SQLite opens it, since SQLite would let
    /// others read it; its log inherits the mode.
    private static func create(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw Fault(.unavailable, "The database cannot be opened: \(reason). Check its folder and who owns it.")
        }
        Foundation.close(descriptor)
    }

    private static func configuration(_ busyTimeoutSeconds: Double) -> Configuration {
        var configuration = Configuration()
        configuration.label = "store"
        configuration.busyMode = .timeout(busyTimeoutSeconds)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            // Savepoints keep the old content of changed pages in a
            // temporary file, unless told to use memory.
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            try database.execute(sql: "PRAGMA cache_size = -32768")
        }
        return configuration
    }

    /// After opening, because GRDB sets its pool's writer to `synchronous = NORMAL` last of all.
    private static func setUpWriter(
        _ database: Database, _ durability: Durability, _ greatestPageCount: Int?
    ) throws {
        try database.execute(sql: durability == .full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF")
        // A checkpoint costs two flushes; at 16 MB of log it is
        // rare, and the log is still read quickly.
        try database.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
        if let greatestPageCount { try database.execute(sql: "PRAGMA max_page_count = \(greatestPageCount)") }
    }
}

extension SQLiteStore {
    public func integrityFindings() async throws -> [String] {
        do {
            return try await pool.read { database in
                let pages = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
                let references = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map {
                    "a row of \($0["table"] as String) refers to a missing row of \($0["parent"] as String)"
                }
                return pages + references
            }
        } catch {
            throw Outage.explained(error)
        }
    }

    public func serverFindings(at now: Timestamp) async throws -> [ServerFinding] { [] }

    public func schemaVersion() async throws -> Int {
        try await pool.read { try Migrator.version(SQLiteConnection($0)) }
    }

    /// `PRAGMA synchronous` of the connection that writes: 2 is FULL.
    func synchronousLevel() async throws -> Int {
        try await pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
    }

    public func isDurable() async throws -> Bool {
        if isReadOnly { return true }
        return try await synchronousLevel() == 2
    }

    public func missingGuards() async throws -> [String] {
        let expected = Migration.all.flatMap { $0.statements(.sqlite) }.map(\.text)
            .filter { $0.hasPrefix("CREATE TRIGGER ") }
        let found = try await pool.read { database in
            Set(try String.fetchAll(database, sql: "SELECT sql FROM sqlite_master WHERE type = 'trigger'"))
        }
        return expected.filter { !found.contains($0) }.map { String($0.split(separator: " ")[2]) }
    }
}
