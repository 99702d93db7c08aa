import Basics
public import Records

/// The store in a PostgreSQL database that any number of nodes share.
///
/// Of each node one connection writes, with group commit, and several read.
public final class PostgreSQLStore: DurableStore {
    private let committer: GroupCommitter
    private let readers: PostgreSQLReaders
    private let marks = SharedLook<StoreMark?>()
    public let isReadOnly: Bool
    public var retries: Int { committer.retries }

    /// Connects, and brings the schema up to date.
    ///
    /// Blocks while doing so; for the start of a program.
    ///
    /// - Parameters:
    ///   - readers: how many reads go on at once, each on a connection of its own.
    ///   - isForCopy: whether it may be the end of a copy: for that copy alone, which writes nothing by it.
    /// - Throws: `Fault.Code.unavailable` if the server cannot be reached, refuses this program, or has a database
    ///   that is not fit, that a newer program wrote, or that a copy keeps from being used.
    public convenience init(_ address: PostgreSQLAddress, readers: Int = 4, isForCopy: Bool = false) throws {
        try self.init(address, readers: readers, migrations: Migration.all, isForCopy: isForCopy)
    }

    /// - Parameter interruption: called before every statement of a writing transaction.
    init(
        _ address: PostgreSQLAddress, readers: Int = 4, migrations: [Migration], isForCopy: Bool = false,
        interruption: (@Sendable () throws -> Void)? = nil
    ) throws {
        let migrator = Migrator(migrations: migrations, isForCopy: isForCopy)
        isReadOnly = try Self.withConnection(to: address) { try migrator.migrate($0) } != nil
        let newest = migrations.last?.number ?? 0
        committer = GroupCommitter { PostgreSQLWriter(address, schema: newest, interruption: interruption) }
        self.readers = PostgreSQLReaders(address, width: readers)
    }

    /// Brings the schema of a database up to date, which must be fit for it.
    public static func prepare(_ address: PostgreSQLAddress) throws {
        try withConnection(to: address) { _ = try Migrator(migrations: Migration.all).migrate($0) }
    }

    /// Runs `body` on a connection of its own, outside of any transaction: for migrations and copies, of which a
    /// statement takes as long as it takes.
    static func withConnection<Result>(
        to address: PostgreSQLAddress, _ body: (PostgreSQLConnection) throws -> Result
    ) throws -> Result {
        do {
            let connection = try PostgreSQLConnection(address, patience: 3_600)
            try requireFitness(connection)
            return try body(connection)
        } catch {
            throw PostgreSQLError.explainedAtStart(error)
        }
    }

    /// The oldest version that is tried.
    static let oldestVersion = 15

    /// - Throws: `Fault.Code.unavailable` for a server or a database on which this program would not behave.
    private static func requireFitness(_ connection: PostgreSQLConnection) throws {
        let version =
            try connection.row(
                "SELECT CAST(current_setting('server_version_num') AS INTEGER)", []
            ) { $0.number(0) / 10_000 } ?? 0
        guard version >= oldestVersion else {
            throw Fault(
                .unavailable,
                """
                The database server is PostgreSQL \(version); \(oldestVersion) or later is needed. Nothing was \
                changed.
                """
            )
        }
        let manners = try connection.row(
            """
            SELECT CAST(datcollate AS TEXT), CAST(datctype AS TEXT), CAST(pg_encoding_to_char(encoding) AS TEXT),
                datlocprovider = 'c', CAST(datname AS TEXT)
            FROM pg_database WHERE datname = current_database()
            """, []
        ) {
            (
                collation: $0.text(0), characters: $0.text(1), encoding: $0.text(2), isLibc: $0.integer(3) == 1,
                name: $0.text(4)
            )
        }
        guard let manners else { return }
        // Keys are compared byte by byte; a language's order would hide some from their lists.
        let isPlain = ["C", "POSIX", "C.UTF-8", "C.utf8"].contains(manners.collation) && manners.isLibc
        guard isPlain, manners.encoding == "UTF8" else {
            throw Fault(
                .unavailable,
                """
                The database \(manners.name) has the encoding \(manners.encoding) and the collation \
                \(manners.collation), but must have UTF8 and C. Nothing was changed. Make another: \
                createdb --template=template0 --encoding=UTF8 --locale=C NAME
                """)
        }
    }

    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try await committer.write(body)
    }

    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any Snapshot) throws -> Result
    ) async throws -> Result {
        try await readers.read(body)
    }

    /// What a snapshot of now sees: the same for as long as no transaction ends that has written.
    ///
    /// And of which server: one that takes over may have lost what the other had, and count on from there.
    ///
    /// Of thousands of questions a second, each asks for it: those that come together are told of one look.
    public func mark() async throws -> StoreMark? {
        try await marks.value {
            try await ask { connection in
                try connection.row(
                    """
                    SELECT CAST(pg_current_snapshot() AS TEXT) || ' '
                        || CAST(EXTRACT(EPOCH FROM pg_postmaster_start_time()) AS TEXT)
                    """, []
                ) { StoreMark($0.text(0)) }
            }
        }
    }

    public func close() async throws {
        await committer.close()
        await readers.close()
    }
}

extension PostgreSQLStore {
    /// Asks on a connection that reads.
    func ask<Value: Sendable>(
        _ question: @escaping @Sendable (PostgreSQLConnection) throws -> Value
    ) async throws -> Value {
        try await readers.read { snapshot in
            guard let transaction = snapshot as? SQLTransaction<PostgreSQLConnection> else {
                preconditionFailure("readers of this store read on its connections")
            }
            return try question(transaction.connection.base)
        }
    }

    public func integrityFindings() async throws -> [String] {
        try await ask { connection in
            try connection.rows(
                """
                SELECT 'the index ' || CAST(indexrelid AS regclass) || ' is not valid: REINDEX it'
                FROM pg_index WHERE NOT indisvalid
                UNION ALL
                SELECT 'the constraint ' || conname || ' has never been checked'
                FROM pg_constraint WHERE NOT convalidated
                """, []
            ) { $0.text(0) }
        }
    }

    public func schemaVersion() async throws -> Int { try await ask { try Migrator.version($0) } }

    public func isDurable() async throws -> Bool {
        try await ask { connection in
            try connection.row(
                """
                SELECT current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'
                    AND current_setting('synchronous_commit') <> 'off'
                """, []
            ) { $0.integer(0) == 1 } ?? false
        }
    }

    public func missingGuards() async throws -> [String] {
        let expected = Migration.all.flatMap { $0.statements(.postgreSQL) }.map(\.text)
            .filter { $0.hasPrefix("CREATE TRIGGER ") }.map { String($0.split(separator: " ")[2]) }
        let found = try await ask { connection in
            try connection.rows(
                """
                SELECT CAST(tgname AS TEXT) FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
                WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND prosrc LIKE '%is append-only%'
                """, []
            ) { $0.text(0) }
        }
        return expected.filter { !found.contains($0) }
    }
}
