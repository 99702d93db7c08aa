import Basics

/// The SQL of this target on one connection to a PostgreSQL server.
///
/// Used by one thread at a time. A statement that is run often is prepared once. A pooler that
/// gives every transaction another server connection forgets such statements, so behind one they
/// are parsed each time.
final class PostgreSQLConnection: SQLConnection {
    let dialect = Dialect.postgreSQL
    private let wire: Wire
    private let isPooled: Bool
    private var statements: [SQL.Key: Statement] = [:]
    /// Names of the statements that the server knows.
    private var preparedNames: Set<String> = []
    /// Called before every statement but those that wait: a test makes it fail.
    var interruption: (@Sendable () throws -> Void)?
    /// What goes ahead of the next statement, in the same round trip.
    private var waiting: [SQL] = []

    private struct Statement {
        let name: String
        /// With `$1` in place of `?`.
        let text: String
    }

    /// - Throws: `PostgreSQLError`.
    init(_ address: PostgreSQLAddress, patience: Double) throws {
        wire = try Wire(address.keywords, patience: patience + 2)
        let process = try Self.exchange([.init(kind: .run, text: "SELECT pg_backend_pid()")], on: wire)
            .rows { $0.integer(0) }.first
        let own = Int64(wire.process)
        isPooled = process.map { $0 != own } ?? true
    }

    var isBroken: Bool { wire.isBroken }

    /// Has a statement run ahead of the next one, without a round trip of its own.
    ///
    /// What it fails by is what the next one throws.
    func later(_ sql: SQL) { waiting.append(sql) }

    /// Ends a transaction that failed; where that fails, too, the connection is given up.
    ///
    /// What only waited to be sent is never run.
    func rollBack() {
        waiting = []
        // The failure that led here says more than another one.
        if !isBroken, (try? run("ROLLBACK", [])) == nil { wire.isBroken = true }
    }

    @discardableResult
    func run(_ sql: SQL, _ values: [SQLValue]) throws -> Int { try answer(to: sql, each: [values]).changed }

    func run(_ sql: SQL, each rows: [[SQLValue]]) throws {
        if !rows.isEmpty { _ = try answer(to: sql, each: rows) }
    }

    func rows<Element>(
        _ sql: SQL, _ values: [SQLValue], _ decode: (any SQLRow) throws -> Element
    ) throws -> [Element] {
        try answer(to: sql, each: [values]).rows(decode)
    }

    func define(_ sql: SQL) throws {
        _ = try Self.exchange([.init(kind: .run, text: sql.text)], on: wire)
    }

    /// Of the last of `rows`.
    private func answer(to sql: SQL, each rows: [[SQLValue]]) throws -> Answer {
        try interruption?()
        var messages: [Wire.Message] = []
        let ahead = waiting
        waiting = []
        for sql in ahead { add(sql, [], to: &messages) }
        for values in rows { add(sql, values, to: &messages) }
        return try Self.exchange(messages, on: wire) { message, isSuccess in
            guard case .prepare(let name) = message.kind, !isSuccess else { return }
            // The server did not come so far; the next use prepares it.
            preparedNames.remove(name)
        }
    }

    private func add(_ sql: SQL, _ values: [SQLValue], to messages: inout [Wire.Message]) {
        let statement = statement(sql)
        guard !isPooled else {
            return messages.append(.init(kind: .run, text: statement.text, values: values))
        }
        if preparedNames.insert(statement.name).inserted {
            messages.append(.init(kind: .prepare(name: statement.name), text: statement.text))
        }
        messages.append(.init(kind: .runPrepared(name: statement.name), text: statement.text, values: values))
    }

    private func statement(_ sql: SQL) -> Statement {
        if let known = statements[sql.key] { return known }
        let statement = Statement(name: "usher\(statements.count)", text: Self.numbered(sql.text))
        statements[sql.key] = statement
        return statement
    }

    /// - Parameter each: told of every message whether the server did what it says.
    /// - Returns: The answer to the last one.
    private static func exchange(
        _ messages: [Wire.Message], on wire: Wire, each: (Wire.Message, Bool) -> Void = { _, _ in }
    ) throws -> Answer {
        let answers = try wire.exchange(messages)
        for (message, answer) in zip(messages, answers) { each(message, answer.isSuccess) }
        for (message, answer) in zip(messages, answers) {
            do { try answer.requireSuccess(of: message.text) } catch {
                if error.endsConnection { wire.isBroken = true }
                throw error
            }
        }
        // One for each message, and there is one at least.
        return answers[answers.count - 1]
    }

    /// `?` in order and `?1` by number become `$1`; none of our statements has a question mark otherwise.
    static func numbered(_ text: String) -> String {
        var numbered = ""
        numbered.reserveCapacity(text.utf8.count + 8)
        var count = 0
        var rest = text[...]
        while let mark = rest.firstIndex(of: "?") {
            numbered += rest[..<mark] + "$"
            rest = rest[rest.index(after: mark)...]
            count += 1
            if rest.first?.isASCII != true || rest.first?.isNumber != true { numbered += String(count) }
        }
        return numbered + rest
    }
}
