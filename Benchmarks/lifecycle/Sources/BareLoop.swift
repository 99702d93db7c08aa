import GRDB

/// What GRDB does at its best with the same rows: prepared statements, one thread, no reads, no rules, no answers.
enum BareLoop {
    /// Writes a recording into a copy of the file that it began from, durably, so many rows to a transaction.
    ///
    /// - Returns: Seconds.
    static func run(_ recording: Recording, into path: String, rowsPerTransaction: Int) throws -> Double {
        let pool = try DatabasePool(path: path)
        let seconds = try pool.writeWithoutTransaction { database in
            // GRDB's pool sets NORMAL, which is not durable: each transaction here is flushed as ours are.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // The log's bound, too, is ours.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
            var statements: [String: Statement] = [:]
            for change in recording.changes where statements[change.sql] == nil {
                statements[change.sql] = try database.makeStatement(sql: change.sql)
            }
            let prepared = recording.changes.compactMap { change in
                statements[change.sql].map { (statement: $0, arguments: StatementArguments(change.values)) }
            }
            let start = ContinuousClock.now
            for first in stride(from: 0, to: prepared.count, by: rowsPerTransaction) {
                try database.inTransaction(.immediate) {
                    for (statement, arguments) in prepared[first..<min(first + rowsPerTransaction, prepared.count)] {
                        statement.setUncheckedArguments(arguments)
                        try statement.execute()
                    }
                    return .commit
                }
            }
            return (ContinuousClock.now - start).seconds
        }
        try pool.close()
        return seconds
    }
}
