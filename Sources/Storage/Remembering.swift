/// A connection for the time of one transaction, which asks nothing twice.
///
/// A use case asks for the same person, cloud or duty at several places, each of which stands for itself; the
/// database answers once. That is sound because nobody else changes what a transaction sees: a snapshot stands
/// still, and one writer writes at a time. What the transaction writes to a table itself forgets every answer
/// that was read from that table.
///
/// Used by one thread at a time, as what it stands for is.
struct Remembering<Base: SQLConnection>: SQLConnection {
    let base: Base
    private let answers = Answers()

    /// What was asked, with the values, and what the rows became.
    private final class Answers {
        var bySQL: [SQL.Key: (tables: Tables, rows: [[SQLValue]: Any])] = [:]
    }

    /// Long answers are not kept: they are asked for once, and a transaction may ask for many.
    private static var greatestAnswer: Int { 20 }

    init(_ base: Base) { self.base = base }

    var dialect: Dialect { base.dialect }

    func run(_ sql: SQL, _ values: [SQLValue]) throws -> Int {
        forget(writtenBy: sql)
        return try base.run(sql, values)
    }

    func send(_ sql: SQL, _ values: [SQLValue]) throws {
        forget(writtenBy: sql)
        try base.send(sql, values)
    }

    func define(_ sql: SQL) throws { try base.define(sql) }

    func rows<Element>(
        _ sql: SQL, _ values: [SQLValue], _ decode: (any SQLRow) throws -> Element
    ) throws -> [Element] {
        try base.rows(sql, values, decode)
    }

    /// - Parameter rest: from `FROM` on.
    func rows<Record>(_ columns: Columns<Record>, _ rest: StaticString, _ values: [SQLValue]) throws -> [Record] {
        let sql = columns.selecting.followed(by: rest)
        let key = sql.key
        if let known = answers.bySQL[key]?.rows[values] as? [Record] { return known }
        let found = try base.rows(sql, values, columns.read)
        if found.count <= Self.greatestAnswer {
            answers.bySQL[key, default: (Tables.named(in: sql), [:])].rows[values] = found
        }
        return found
    }

    /// Forgets what a body asked that left no trace: it may have read what it wrote.
    func forgetAll() { answers.bySQL.removeAll(keepingCapacity: true) }

    private func forget(writtenBy sql: SQL) {
        guard !answers.bySQL.isEmpty else { return }
        let tables = Tables.written(by: sql)
        for (key, known) in answers.bySQL where !known.tables.isDisjoint(with: tables) { answers.bySQL[key] = nil }
    }
}
