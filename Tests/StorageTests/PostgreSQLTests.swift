import Basics
import Directory
import Foundation
import GRDB
import OneTimePassword
import Records
import Scratch
import StoreConformance
import Synchronization
import Testing

@testable import Storage

/// What a driver for PostgreSQL will say differently.
extension Dialect {
    fileprivate static let postgreSQL = Dialect(
        name: "postgresql", blob: "BYTEA", clustered: "",
        appendOnly: { table, _ in
            [
                """
                CREATE FUNCTION \(table)_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION '\(table) is append-only'; END $$
                """,
                """
                CREATE TRIGGER \(table)_no_change BEFORE UPDATE OR DELETE ON \(table)
                FOR EACH ROW EXECUTE FUNCTION \(table)_is_append_only()
                """,
            ]
        },
        beginningToWrite: ["BEGIN", "SELECT pg_advisory_xact_lock(1)"],
        // References are by identity: they go with the table, and are made anew.
        replacing: { table, references in
            ["DROP TABLE \(table) CASCADE", "ALTER TABLE \(table)_new RENAME TO \(table)"]
                + references.map {
                    "ALTER TABLE \($0.table) ADD FOREIGN KEY (\($0.column)) REFERENCES \(table) (id)"
                }
        },
        unreferenced: nil, size: "SELECT pg_database_size(current_database())")
}

/// Every statement of the words that the conformance suite runs, as PostgreSQL sees it: only prepared, since there is no
/// driver yet.
@Suite("PostgreSQL", .timeLimit(.minutes(60)))
struct PostgreSQLTests {
    @Test("takes the schema and every statement as they are, placeholders aside")
    func takesEverything() async throws {
        let folder = try TestFolder()
        let seen = Statements()
        for (number, conformance) in ConformanceCase.all.enumerated() {
            let store = try RecordingStore(path: folder.path("\(number).db"), seen)
            try await conformance.check(store)
        }
        let store = try RecordingStore(path: folder.path("more.db"), seen)
        try await store.write { try Self.useTheRest($0) }
        #expect(seen.all.count > 200)

        var script = "\(Migrator.versions.text);\n"
        script += Migration.all.flatMap { $0.statements(.postgreSQL) }.map { "\($0.text);\n" }.joined()
        for (number, text) in seen.all.enumerated() {
            script += "PREPARE s\(number) AS \(Self.numbered(text));\n"
        }
        script += Dialect.postgreSQL.size.text + ";\n"
        try script.write(toFile: folder.path("all.sql"), atomically: true, encoding: .utf8)
        let tool = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "postgresql.sh")
        let (code, output) = try shell(tool.path(percentEncoded: false), folder.path("all.sql"))
        #expect(code == 0, "\(output)")
    }

    /// Verbs that the suite has no sentence for.
    private static func useTheRest(_ transaction: any Records.Transaction) throws {
        _ = try transaction.auditGaps(limit: 1)
        _ = try transaction.sealingKeysInUse()
        _ = try transaction.factor(sealedBy: "k")
        _ = try transaction.newestInvitation()
        _ = try transaction.instantsAhead(of: Timestamp(seconds: 0))
        _ = try transaction.factorsAhead(of: Timestamp(seconds: 0))
        _ = try transaction.organizationsWithout(.representative)
        _ = try transaction.hasHolderForAll(of: .deliveryManager)
        try transaction.removeNote("n")
        _ = try transaction.endWaits(after: Timestamp(seconds: 0))
        _ = try transaction.endSessions(after: Timestamp(seconds: 0))
        let known = Sighting(.passwordWrong, pseudonym: "p", from: Origin(address: "192.0.2.1", route: "r"))
        try transaction.record(known, at: Timestamp(seconds: 0))
        _ = try transaction.securityEvents(SecurityFilter(), before: 2, limit: 1)
        _ = try transaction.securityEvents(SecurityFilter(), after: 0, limit: 1)
        _ = try transaction.securityCounts(since: Timestamp(seconds: 0))
        _ = try transaction.forgetSecurityEvents(before: Timestamp(seconds: 0), limit: 1)
    }

    /// As a driver rewrites placeholders: `?` in order, `?1` by number.
    private static func numbered(_ text: String) -> String {
        var count = 0
        return text.replacing(#/\?(\d*)/#) { match in
            count += 1
            return "$\(match.1.isEmpty ? String(count) : String(match.1))"
        }
    }
}

private final class Statements: Sendable {
    private let texts = Mutex<Set<String>>([])

    var all: [String] { texts.withLock { $0.sorted() } }

    func note(_ sql: Storage.SQL) {
        // How large the file is, each database says in its own way.
        if sql.text != Dialect.sqlite.size.text { _ = texts.withLock { $0.insert(sql.text) } }
    }
}

private struct RecordingConnection: SQLConnection {
    let inner: Storage.SQLiteConnection
    let seen: Statements

    var dialect: Dialect { inner.dialect }

    func run(_ sql: Storage.SQL, _ values: [SQLValue]) throws -> Int {
        seen.note(sql)
        return try inner.run(sql, values)
    }

    func define(_ sql: Storage.SQL) throws { try inner.define(sql) }

    func rows<Element>(
        _ sql: Storage.SQL, _ values: [SQLValue], _ decode: (any SQLRow) throws -> Element
    ) throws -> [Element] {
        seen.note(sql)
        return try inner.rows(sql, values, decode)
    }
}

/// The words on SQLite, one transaction after the other, with a note of every statement.
private final class RecordingStore: Store {
    private let queue: DatabaseQueue
    private let seen: Statements

    init(path: String, _ seen: Statements) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
        queue = try DatabaseQueue(path: path, configuration: configuration)
        self.seen = seen
        try queue.writeWithoutTransaction {
            try Migrator(migrations: Migration.all).migrate(Storage.SQLiteConnection($0))
        }
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any Records.Transaction) throws -> Result
    ) async throws -> Result {
        try await queue.write { [seen] database in
            try body(
                SQLTransaction(connection: RecordingConnection(inner: Storage.SQLiteConnection(database), seen: seen)))
        }
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any Snapshot) throws -> Result
    ) async throws -> Result {
        try await write { try body($0) }
    }
}
