import Basics
import Records
import Synchronization
import Testing

@testable import Storage

/// Within a transaction the same question is asked once, unless the answer may have become another.
@Suite("A connection that remembers", .timeLimit(.minutes(60)))
struct RememberingTests {
    /// Counts what reaches it, and answers everything with one row.
    private final class CountingConnection: SQLConnection {
        let dialect = Dialect.sqlite
        var asked = 0

        func run(_ sql: SQL, _ values: [SQLValue]) throws -> Int { 1 }
        func send(_ sql: SQL, _ values: [SQLValue]) throws {}
        func define(_ sql: SQL) throws {}
        func rows<Element>(
            _ sql: SQL, _ values: [SQLValue], _ decode: (any SQLRow) throws -> Element
        ) throws -> [Element] {
            asked += 1
            return [try decode(EmptyRow())]
        }
    }

    private struct EmptyRow: SQLRow {
        func isNull(_ column: Int32) -> Bool { true }
        func integer(_ column: Int32) -> Int64 { 0 }
        func text(_ column: Int32) -> String { "" }
        func blob(_ column: Int32) -> [UInt8] { [] }
        func value(_ column: Int32) throws -> SQLValue { .null }
    }

    private static let columns = Columns("person", ["id"]) { $0.text(0) }

    private let counting = CountingConnection()
    private let connection: Remembering<CountingConnection>

    init() { connection = Remembering(counting) }

    private func ask(_ id: String = "1") throws {
        _ = try connection.row(Self.columns, "FROM person WHERE id = ?", [.text(id)])
    }

    @Test("asks once for each value")
    func asksOnce() throws {
        for _ in 0..<3 { for id in ["1", "2"] { try ask(id) } }
        #expect(counting.asked == 2)
    }

    @Test(
        "asks anew after a write to the table",
        arguments: [
            "UPDATE person SET state = ?", "INSERT INTO person (id) VALUES (?) ON CONFLICT DO NOTHING",
            "DELETE FROM person WHERE id IN (SELECT person_id FROM duty)",
        ] as [SQL])
    func forgets(_ write: SQL) throws {
        try ask()
        try connection.send(write, [])
        try ask()
        _ = try connection.run(write, [])
        try ask()
        #expect(counting.asked == 3)
    }

    @Test("keeps what others' tables hold, though they refer to it")
    func keeps() throws {
        try ask()
        try connection.send("INSERT INTO duty (person_id, duty) SELECT id, ? FROM person", [.text("x")])
        try ask()
        #expect(counting.asked == 1)
        connection.forgetAll()
        try ask()
        #expect(counting.asked == 2)
    }

    @Test("knows that rows of a table go with those that they belong to")
    func knowsDependents() {
        let written = Tables.written(by: "DELETE FROM factor WHERE id = ?")
        #expect(!written.isDisjoint(with: Tables.named(in: "SELECT 1 FROM enrolment_session")))
        #expect(written.isDisjoint(with: Tables.named(in: "SELECT 1 FROM person")))
    }

    @Test("knows every reference by which rows go with others")
    func knowsCascades() {
        let cascades = Migration.all.flatMap { $0.statements(.sqlite) }.map(\.text)
            .flatMap { $0.matches(of: /REFERENCES (\w+) \(\w+\) ON DELETE CASCADE/).map { String($0.1) } }
        #expect(Set(cascades) == ["factor"])
    }
}
