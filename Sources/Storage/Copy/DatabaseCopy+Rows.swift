import Basics

extension DatabaseCopy {
    /// How far it is.
    public struct Progress: Sendable {
        public let table: String
        /// Of all tables.
        public let rows: Int
        public let total: Int
    }

    /// What was found to be the same on both sides.
    public struct Proof: Sendable {
        public let table: String
        public let rows: Int
        /// SHA-256 over all rows in the order of their keys.
        public let digest: [UInt8]
    }

    /// Copies what is not there yet, a few thousand rows in a transaction.
    ///
    /// What is there is how far it came: rows are copied in the order of their keys, and a part is there whole or
    /// not at all.
    ///
    /// - Throws: `Fault.Code.conflict` for a row that the destination cannot hold, or if the copy was given up.
    public func copyRows(_ progress: @escaping @Sendable (Progress) -> Void) async throws {
        try await Self.onThread {
            try withEnds { source, destination in
                let id = try commonID(source, destination)
                let tables = try CopiedTable.all.get()
                let total = try tables.reduce(0) { try $0 + $1.count(in: source) }
                var done = 0
                for table in tables {
                    done += try table.count(in: destination)
                    var last = try table.lastKey(in: destination)
                    var size = ChunkSize()
                    while case let rows = try table.rows(after: last, limit: size.rows, in: source), !rows.isEmpty {
                        try table.requireFitness(of: rows, for: destination.dialect)
                        try destination.writing {
                            try requireMark(id, in: destination)
                            try destination.run(table.inserting, each: rows)
                        }
                        done += rows.count
                        progress(Progress(table: table.name, rows: done, total: total))
                        last = rows.last.map(table.key)
                        size.learn(from: rows)
                    }
                }
                for statement in destination.dialect.settling { try destination.define(statement) }
            }
        }
    }

    /// Reads both sides from end to end.
    ///
    /// - Throws: `Fault.Code.conflict` with the first row that differs.
    public func verifyRows(_ progress: @escaping @Sendable (Progress) -> Void) async throws -> [Proof] {
        try await Self.onThread {
            try withEnds { source, destination in
                _ = try commonID(source, destination)
                let tables = try CopiedTable.all.get()
                let total = try tables.reduce(0) { try $0 + $1.count(in: source) }
                var done = 0
                return try tables.map { table in
                    let proof = try prove(table, source, destination) { rows in
                        progress(Progress(table: table.name, rows: done + rows, total: total))
                    }
                    done += proof.rows
                    return proof
                }
            }
        }
    }

    private func prove(
        _ table: CopiedTable, _ source: any SQLConnection, _ destination: any SQLConnection, _ progress: (Int) -> Void
    ) throws -> Proof {
        var digest = [UInt8](repeating: 0, count: 32)
        var count = 0
        var last: [SQLValue]?
        var size = ChunkSize()
        while true {
            let rows = try table.rows(after: last, limit: size.rows, in: source)
            let copied = try table.rows(after: last, limit: size.rows, in: destination)
            guard rows == copied else { throw difference(in: table, rows, copied) }
            guard let end = copied.last else { return Proof(table: table.name, rows: count, digest: digest) }
            digest = try copied.reduce(digest) { try SQLValue.digest(of: $1, after: $0) }
            count += copied.count
            progress(count)
            last = table.key(of: end)
            size.learn(from: copied)
        }
    }

    private func difference(in table: CopiedTable, _ rows: [[SQLValue]], _ copied: [[SQLValue]]) -> Fault {
        let same = zip(rows, copied).prefix { $0 == $1 }.count
        // One of the two has a row there, or they would be the same.
        let row = (rows.dropFirst(same).first ?? copied.dropFirst(same).first).map {
            table.address(of: table.key(of: $0))
        }
        return Fault(
            .conflict,
            """
            The copy differs from \(source.name) in the table \(table.name), where \(row ?? ""). It stays out of use: \
            drop \(destination.name), and copy to an empty one.
            """)
    }
}
