import Basics

/// One step of the schema, forward only.
///
/// Never edited after it landed: databases exist that went through it.
struct Migration: Sendable {
    /// 1, 2, 3, … without gaps.
    let number: Int
    let name: String
    /// Whether programs that know only the schema before may go on working on this one: it adds what they
    /// do not miss, and nothing that they would have to keep right.
    ///
    /// What such a schema makes superfluous is taken away by a later migration, once nobody uses it.
    let expands: Bool
    let statements: @Sendable (Dialect) -> [SQL]
    /// What SQL cannot say, after the statements and in their transaction.
    var fill: @Sendable (any SQLConnection) throws -> Void = { _ in }

    init(
        number: Int, name: String, expands: Bool = false, statements: @escaping @Sendable (Dialect) -> [SQL],
        fill: @escaping @Sendable (any SQLConnection) throws -> Void = { _ in }
    ) {
        self.number = number
        self.name = name
        self.expands = expands
        self.statements = statements
        self.fill = fill
    }

    static let all: [Migration] = [
        .first, .requestSubjects, .reviews, .apiAccounts, .calendars, .sessions, .renewals, .operators, .operation,
        .batches, .requestBatches, .searchKeys, .unattended, .everybodysManagers, .guesses, .keepsakes, .passwordLinks,
        .auditSearch, .securityEvents, .announcements, .deliveries, .fileColumns, .anyLanguage, .nodes, .growth,
        .auditChains, .applications, .resources, .access, .webhooks, .messages, .laterGrants,
    ]
}

/// Brings a database to the newest schema that this program knows.
struct Migrator {
    let migrations: [Migration]
    /// Whether the ends of a copy are opened, too: for that copy alone.
    var isForCopy = false

    /// Each migration is a transaction of its own; one that fails
    /// leaves the database as the one before made it.
    ///
    /// - Returns: What a copy has marked the database as, nil for one that nobody copies.
    /// - Throws: `Fault.Code.unavailable` for a database that a newer program wrote, or
    ///   that a copy keeps from being used.
    @discardableResult
    func migrate(_ connection: some SQLConnection) throws -> CopyMark? {
        guard let unreferenced = connection.dialect.unreferenced else { return try migrateToNewest(connection) }
        // Outside of a transaction, within which SQLite ignores it.
        try connection.define(unreferenced.before)
        let result = Result { try migrateToNewest(connection) }
        try connection.define(unreferenced.after)
        return try result.get()
    }

    private func migrateToNewest(_ connection: some SQLConnection) throws -> CopyMark? {
        let newest = migrations.last?.number ?? 0
        while true {
            // Of several programs that start at once one migrates and the others wait.
            let (version, mark) = try connection.writing {
                let version = try Self.prepareVersion(connection)
                let oldest = try Self.oldestVersion(connection)
                guard oldest <= newest else { throw Self.tooNew(version, newest) }
                let mark = version == 0 ? nil : try CopyMark(in: connection)
                if let mark, !isForCopy { try mark.requireUse(isNewest: version >= newest) }
                if let next = migrations.first(where: { $0.number > version }) {
                    for statement in next.statements(connection.dialect) { try connection.define(statement) }
                    try next.fill(connection)
                    try Self.requireReferences(connection, after: next)
                    try connection.send(
                        "INSERT INTO schema_version (version, name) VALUES (?, ?)",
                        [.number(next.number), .text(next.name)])
                    if next.expands {
                        try connection.send(
                            "INSERT INTO schema_expansion (version, oldest) VALUES (?, ?)",
                            [.number(next.number), .number(oldest)])
                    }
                }
                return (version, mark)
            }
            if version >= newest { return mark }
        }
    }

    /// The table of what was done, which is there before the first migration.
    static let versions: SQL =
        "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL)"

    static func version(_ connection: some SQLConnection) throws -> Int {
        try connection.row("SELECT COALESCE(MAX(version), 0) FROM schema_version", []) { $0.number(0) } ?? 0
    }

    /// The schema that a program must know at least to work on this one.
    static func oldestVersion(_ connection: some SQLConnection) throws -> Int {
        let version = try version(connection)
        guard version >= Migration.nodes.number else { return version }
        return try connection.row("SELECT \(oldest)", []) { $0.number(0) } ?? 0
    }

    private static let oldest: SQL = """
        (SELECT MAX(COALESCE(e.oldest, v.version))
            FROM schema_version v LEFT JOIN schema_expansion e ON e.version = v.version)
        """

    /// For a service that runs while others upgrade or copy its database: asked before each batch of writes.
    ///
    /// - Parameter newest: number of the last migration that this program knows.
    /// - Throws: `Fault.Code.unavailable` with the reason why it must not write.
    static func requireWritable(_ connection: some SQLConnection, newest: Int) throws {
        let known: SQL = newest < Migration.nodes.number ? "(SELECT MAX(version) FROM schema_version)" : oldest
        let found = try connection.row("SELECT \(known), (SELECT value FROM note WHERE name = 'copy')", []) {
            (oldest: $0.number(0), mark: $0.maybeText(1))
        }
        guard let found else { return }
        // What this one would write may no longer fit.
        guard found.oldest <= newest else { throw upgraded(found.oldest, newest) }
        if let mark = found.mark { throw try CopyMark(text: mark).refusalToWrite }
    }

    private static func prepareVersion(_ connection: some SQLConnection) throws -> Int {
        try connection.define(versions)
        return try version(connection)
    }

    /// - Throws: `Fault.Code.unavailable` if a row refers to one that is
    ///   not there; the migration is taken back.
    private static func requireReferences(_ connection: some SQLConnection, after migration: Migration) throws {
        guard let unreferenced = connection.dialect.unreferenced,
            let table = try connection.row(unreferenced.violations, [], { $0.text(0) })
        else { return }
        throw Fault(
            .unavailable, "The database cannot be upgraded to version \(migration.number): \(table) is damaged.")
    }

    /// For a program that runs while another upgrades its database in a manner that it cannot go along with.
    private static func upgraded(_ version: Int, _ newest: Int) -> Fault {
        Fault(
            .unavailable,
            """
            A newer program has brought this database to schema version \(version), and this one knows versions up to \
            \(newest). Nothing was changed. End this program and start the newer one.
            """)
    }

    static func tooNew(_ version: Int, _ newest: Int) -> Fault {
        Fault(
            .unavailable,
            """
            This database has schema version \(version), but this program knows versions up to \(newest). \
            Run the newer program, or restore a backup from before the upgrade.
            """)
    }
}
