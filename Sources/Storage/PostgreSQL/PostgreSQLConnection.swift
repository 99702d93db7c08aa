import Basics

/// The SQL of this target on one connection to a PostgreSQL server.
///
/// Used by one thread at a time. A statement that is run often is prepared once. A pooler that
/// gives every transaction another server connection forgets such statements, so behind one they
/// are parsed each time.
final class PostgreSQLConnection: SQLConnection {
    let dialect = Dialect.postgreSQL
    private let wire: Wire
    /// Whether a pooler is between, which may give every transaction another process of the server.
    let isPooled: Bool
    private var statements: [SQL.Key: Statement] = [:]
    /// Names of the statements that the server knows.
    private var preparedNames: Set<String> = []
    /// Called before every statement but those that wait: a test makes it fail.
    var interruption: (@Sendable () throws -> Void)?
    /// What goes ahead of the next statement, in the same round trip.
    private var waiting: [(sql: SQL, values: [SQLValue])] = []
    /// Where in that the body begins that runs.
    private var bodyStart = 0
    /// Whether the server knows of that body.
    private var isBodyBegun = false
    /// So much goes together at most, that neither side has to hold much.
    private static let greatestLot = 200

    private struct Statement {
        let name: String
        /// With `$1` in place of `?`.
        let text: String
    }

    /// - Throws: `PostgreSQLError`.
    init(_ address: PostgreSQLAddress, patience: Double) throws {
        wire = try Wire(address.keywords, patience: patience + 2)
        let own = Int64(wire.process)
        let question = "SELECT pg_backend_pid(), pg_is_in_recovery()"
        let server = try Self.exchange([.init(kind: .run, text: question)], on: wire)
            .rows { (process: $0.integer(0), isStandby: $0.integer(1) == 1) }.first
        isPooled = server.map { $0.process != own } ?? true
        // What it answers may be older than what was acknowledged, a suspension among it. It becomes a primary
        // without ending its connections, but no primary becomes a standby so.
        if server?.isStandby == true { throw PostgreSQLError.standby }
    }

    var isBroken: Bool { wire.isBroken }

    /// Has a statement run ahead of the next one, without a round trip of its own.
    ///
    /// What it fails by is what the next one throws.
    func later(_ sql: SQL) { waiting.append((sql, [])) }

    func send(_ sql: SQL, _ values: [SQLValue]) throws {
        waiting.append((sql, values))
        if waiting.count >= Self.greatestLot { try settle() }
    }

    /// Has everything run that waits.
    func settle() throws {
        guard let last = waiting.popLast() else { return }
        // Between two bodies the last that waits is nobody's any more.
        bodyStart = min(bodyStart, waiting.count)
        _ = try answer(to: last.sql, each: [last.values])
    }

    /// A failure of what was sent before the body that runs now, and found out only with it.
    struct EarlierFailure: Error {
        let cause: PostgreSQLError
    }

    /// Begins a part of the transaction that may be undone by itself.
    ///
    /// What waits already is no part of it: a failure of that is thrown as `EarlierFailure`.
    func beginBody() {
        (bodyStart, isBodyBegun) = (waiting.count, false)
        later("SAVEPOINT body")
    }

    func endBody() {
        later("RELEASE body")
        bodyStart = waiting.count
    }

    /// Leaves no trace of the body; what of it only waits to be sent is never run.
    func undoBody() {
        waiting.removeSubrange(bodyStart...)
        if isBodyBegun {
            later("ROLLBACK TO body")
            later("RELEASE body")
        }
        bodyStart = waiting.count
    }

    /// Ends a transaction that failed; where that fails, too, the connection is given up.
    ///
    /// What only waited to be sent is never run.
    func rollBack() {
        (waiting, bodyStart) = ([], 0)
        // The failure that led here says more than another one.
        if !isBroken, (try? run("ROLLBACK", [])) == nil { wire.isBroken = true }
    }

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
        try settle()
        _ = try Self.exchange([.init(kind: .run, text: sql.text)], on: wire)
    }

    /// Of the last of `rows`.
    private func answer(to sql: SQL, each rows: [[SQLValue]]) throws -> Answer {
        try interruption?()
        var messages: [Wire.Message] = []
        for ahead in waiting[..<bodyStart] { add(ahead.sql, ahead.values, to: &messages) }
        let earlier = messages.count
        for ahead in waiting[bodyStart...] { add(ahead.sql, ahead.values, to: &messages) }
        for values in rows { add(sql, values, to: &messages) }
        (waiting, bodyStart, isBodyBegun) = ([], 0, true)
        var failed: Int?
        do {
            return try Self.exchange(messages, on: wire) { number, isSuccess in
                guard !isSuccess else { return }
                failed = failed ?? number
                // The server did not come so far; the next use prepares it.
                if case .prepare(let name) = messages[number].kind { preparedNames.remove(name) }
            }
        } catch let error as PostgreSQLError {
            guard let failed, failed < earlier, !error.endsConnection, !error.isLostRace else { throw error }
            throw EarlierFailure(cause: error)
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

    /// - Parameter each: told of every message, by its place, whether the server did what it says.
    /// - Returns: The answer to the last one.
    private static func exchange(
        _ messages: [Wire.Message], on wire: Wire, each: (Int, Bool) -> Void = { _, _ in }
    ) throws -> Answer {
        let answers = try wire.exchange(messages)
        for (number, answer) in answers.enumerated() { each(number, answer.isSuccess) }
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
