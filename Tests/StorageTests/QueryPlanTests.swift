import Foundation
import Records
import Scratch
import StoreConformance
import Synchronization
import Testing

import class GRDB.Database
import class GRDB.DatabaseQueue
import struct GRDB.DatabaseValue
import class GRDB.Row
import struct GRDB.StatementArguments

@testable import Storage

/// Every statement of the port finds its rows by an index: what it costs does not grow with other people's rows.
///
/// The statements are those that the conformance suite runs, so that none is forgotten.
@Suite("Query plans", .timeLimit(.minutes(60)))
struct QueryPlanTests {
    /// Tables that stay small, or of which a whole reading is meant.
    private static let small: Set = ["definition", "calendar", "note", "schema_version", "node"]

    /// What statements call the few rows of a query within them.
    private static let subqueries: Set = ["few", "own", "link"]

    /// Statements that read a whole table, by a part of them, and why they may.
    private static let readsAll: [(part: String, reason: String)] = [
        ("FROM audit a WHERE a.request IS NOT NULL", "the doctor compares the whole trail with histories"),
        (
            "SELECT key_id FROM factor WHERE state <> 'retired' UNION",
            "the doctor, and whoever rotates keys, asks for all that are in use"
        ),
        ("last_step * period_seconds > ?", "the doctor, where a clock was ahead"),
        ("FROM session WHERE seen_at_ms > ?1 OR created_at_ms > ?1", "the doctor, where a clock was ahead"),
        ("blocked_until_ms > ?", "the doctor, where a clock was ahead"),
        ("FROM organization o WHERE NOT EXISTS", "the doctor looks at every organization"),
        (
            "GROUP BY workflow, workflow_version, state, has_ended",
            "an operator's page counts all requests, by an index"
        ),
        ("FROM token_key ORDER BY created_at_ms", "the ring that signs tokens is four keys, or six"),
        ("INSERT INTO calendar", "SQLite looks at histories only where a reference is broken"),
    ]

    @Test("of SQLite read no table whole")
    func sqlite() async throws {
        let (texts, folder) = try await Self.statements()
        let found = try await DatabaseQueue(path: folder.database).read { database in
            try texts.compactMap { text -> String? in
                let values = StatementArguments(Self.placeholders(text).map { _ in DatabaseValue.null })
                let plan = try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(text)", arguments: values)
                    .map { $0["detail"] as String }
                let scans = plan.filter { Self.isScan($0, text) }
                return scans.isEmpty ? nil : "\(scans) \(text)"
            }
        }
        Self.judge(found)
        let needless = Self.readsAll.filter { excuse in !found.contains { $0.contains(excuse.part) } }.map(\.part)
        #expect(needless == [], "these read no table whole any more")
    }

    @Test("of PostgreSQL need not read a table whole")
    func postgreSQL() async throws {
        let texts = try await Self.statements().texts.filter { !$0.contains("julianday") && !$0.contains("pragma") }
        let server = try PostgreSQLServer.shared.get()
        let url = try server.makeDatabase()
        try PostgreSQLStore.prepare(PostgreSQLAddress(url: url))
        // An empty table is read whole rather than by an index, unless that is forbidden.
        var script = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan;\n"
        for (number, text) in texts.enumerated() {
            let count = Self.placeholders(text).count
            let values = count == 0 ? "" : "(\(Array(repeating: "NULL", count: count).joined(separator: ", ")))"
            script += """
                PREPARE s\(number) AS \(PostgreSQLConnection.numbered(text));
                \\echo #\(number)
                EXPLAIN (COSTS OFF) EXECUTE s\(number)\(values);

                """
        }
        let folder = try TestFolder()
        try script.write(toFile: folder.path("plans.sql"), atomically: true, encoding: .utf8)
        let told = try shell("psql", "-XqtA", "-v", "ON_ERROR_STOP=1", "-f", folder.path("plans.sql"), url)
        #expect(told.code == 0, "\(told.output)")
        let plans = told.output.split(separator: "#")
        #expect(plans.count == texts.count)
        Self.judge(
            zip(plans, texts).compactMap { plan, text in
                let scans = plan.matches(of: /Seq Scan on (\w+)/).map { String($0.1) }.filter {
                    !Self.small.contains($0)
                }
                return scans.isEmpty ? nil : "\(scans) \(text)"
            })
    }

    private static func judge(_ found: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        let unexcused = found.filter { one in !readsAll.contains { one.contains($0.part) } }
        #expect(unexcused == [], sourceLocation: sourceLocation)
    }

    /// To read along an index is none where the statement stops after some rows, and neither is
    /// to read the few rows that a subquery found.
    private static func isScan(_ step: String, _ text: String) -> Bool {
        guard let name = step.firstMatch(of: /^SCAN (\w+)/)?.1, name != "CONSTANT", !name.hasPrefix("pragma") else {
            return false
        }
        let stops = text.contains("LIMIT ") && (step.contains(" USING ") || !text.contains("WHERE "))
        return !stops && !subqueries.contains(String(name)) && !small.contains(String(name))
    }

    private static func placeholders(_ text: String) -> [Int] {
        let numbers = text.matches(of: /\?(\d+)/).compactMap { Int($0.1) }
        if let most = numbers.max() { return Array(1...most) }
        return Array(0..<text.count { $0 == "?" })
    }

    /// What the port runs, once each, and a folder with a database of its schema.
    private static func statements() async throws -> (texts: [String], folder: TestFolder) {
        let log = StatementLog()
        for conformance in ConformanceCase.all {
            let folder = try TestFolder()
            try await conformance.check(try await ListeningStore(path: folder.database, log))
        }
        let folder = try TestFolder()
        try await ListeningStore(path: folder.database, log).write { try PostgreSQLTests.useTheRest($0) }
        return (log.texts, folder)
    }
}

/// Which statements were run.
private final class StatementLog: Sendable {
    private let found = Mutex<Set<String>>([])

    func note(_ sql: SQL) { found.withLock { _ = $0.insert(sql.text) } }
    /// Each in one line.
    var texts: [String] {
        found.withLock { $0.map { $0.replacing(/\s+/, with: " ") }.sorted() }
    }
}

/// The port on one SQLite connection that tells every statement.
private final class ListeningStore: Store {
    private let queue: DatabaseQueue
    private let log: StatementLog

    init(path: String, _ log: StatementLog) async throws {
        try await SQLiteStore(path: path).close()
        queue = try DatabaseQueue(path: path)
        self.log = log
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        let log = log
        return try await queue.write { try body(Self.transaction($0, log)) }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Snapshot) throws -> Value
    ) async throws -> Value {
        let log = log
        return try await queue.read { try body(Self.transaction($0, log)) }
    }

    /// Its one connection sees itself: the version is that of what is written, by the number of changes.
    func mark() async throws -> StoreMark? {
        try await queue.read { StoreMark(String($0.totalChangesCount)) }
    }

    private static func transaction(
        _ database: Database, _ log: StatementLog
    ) -> SQLTransaction<ListeningConnection> {
        SQLTransaction(connection: ListeningConnection(SQLiteConnection(database), log))
    }
}

private struct ListeningConnection: SQLConnection {
    private let connection: SQLiteConnection
    private let log: StatementLog

    init(_ connection: SQLiteConnection, _ log: StatementLog) {
        self.connection = connection
        self.log = log
    }

    var dialect: Dialect { connection.dialect }

    func run(_ sql: SQL, _ values: [SQLValue]) throws -> Int {
        log.note(sql)
        return try connection.run(sql, values)
    }

    func send(_ sql: SQL, _ values: [SQLValue]) throws {
        log.note(sql)
        try connection.send(sql, values)
    }

    func define(_ sql: SQL) throws { try connection.define(sql) }

    func rows<Element>(
        _ sql: SQL, _ values: [SQLValue], _ decode: (any SQLRow) throws -> Element
    ) throws -> [Element] {
        log.note(sql)
        return try connection.rows(sql, values, decode)
    }
}
