import Basics
import OpenSSL

/// How many rows are read, and committed, at once: as many as make a few megabytes, by the size of those before.
struct ChunkSize {
    private static let mostRows = 2_000
    private static let mostBytes = 4 << 20

    private(set) var rows = 50

    mutating func learn(from chunk: [[SQLValue]]) {
        let bytes = chunk.reduce(0) { $0 + $1.reduce(0) { $0 + $1.size } }
        let average = max(1, bytes / max(1, chunk.count))
        // Step by step, since the next rows may be larger than those that were seen.
        rows = max(1, min(rows * 4, Self.mostRows, Self.mostBytes / average))
    }
}

extension CopiedTable {
    func count(in connection: any SQLConnection) throws -> Int {
        try connection.row(counting, []) { $0.number(0) } ?? 0
    }

    /// The key of the last row: what a copy into the database goes on behind.
    func lastKey(in connection: any SQLConnection) throws -> [SQLValue]? {
        try connection.row(ending, []) { row in try key.indices.map { try row.value(Int32($0)) } }
    }

    /// - Throws: `Fault.Code.conflict` for a row that this program cannot have written, with where it is.
    func rows(after key: [SQLValue]?, limit: Int, in connection: any SQLConnection) throws -> [[SQLValue]] {
        try connection.rows(key == nil ? beginning : continuing, (key ?? []) + [.number(limit)]) { row in
            try columns.indices.map { try value(at: $0, of: row) }
        }
    }

    private func value(at place: Int, of row: any SQLRow) throws -> SQLValue {
        // Whatever cannot be read is told with the row that it is in.
        guard let value = try? row.value(Int32(place)), columns[place].holds(value) else {
            let key = key.map { (try? row.value(Int32($0))) ?? .text("?") }
            throw unfit(place, "no \(columns[place].kind.words)", key)
        }
        return value
    }

    /// - Throws: `Fault.Code.conflict` for a row that the other database cannot hold.
    func requireFitness(of rows: [[SQLValue]], for dialect: Dialect) throws {
        guard !dialect.holdsNUL else { return }
        for row in rows {
            for (place, value) in row.enumerated() {
                guard case .text(let text) = value, text.utf8.contains(0) else { continue }
                throw unfit(place, "the character NUL, which \(dialect.name) does not hold", key(of: row))
            }
        }
    }

    private func unfit(_ place: Int, _ what: Sentence, _ key: [SQLValue]) -> Fault {
        Fault(
            .conflict,
            """
            The column \(columns[place].name) of the table \(name) has \(what), where \(address(of: key)). Mend that \
            row and run the same usher copy again, or release the database that is copied.
            """)
    }
}

extension CopiedTable.Column {
    fileprivate func holds(_ value: SQLValue) -> Bool {
        switch (value, kind) {
        case (.integer, .integer), (.text, .text), (.blob, .bytes): true
        case (.null, _): isNullable
        default: false
        }
    }
}

extension CopiedTable.Column.Kind {
    fileprivate var words: Sentence {
        switch self {
        case .integer: "whole number"
        case .text: "text in UTF-8"
        case .bytes: "bytes"
        }
    }
}

extension SQLValue {
    fileprivate var size: Int {
        switch self {
        case .integer, .null: 8
        case .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        }
    }

    /// Its kind, and its bytes behind their number.
    private var canonical: [UInt8] {
        func counted(_ kind: UInt8, _ bytes: [UInt8]) -> [UInt8] { [kind] + UInt64(bytes.count).bigEndianBytes + bytes }
        switch self {
        case .null: return [0]
        case .integer(let number): return [1] + UInt64(bitPattern: number).bigEndianBytes
        case .text(let text): return counted(2, Array(text.utf8))
        case .blob(let bytes): return counted(3, bytes)
        }
    }

    /// The digest of all rows up to one: that of the rows before, and of this row.
    static func digest(of row: [SQLValue], after digest: [UInt8]) throws -> [UInt8] {
        try SHA256.digest(of: row.reduce(into: digest) { $0 += $1.canonical })
    }
}

extension UInt64 {
    fileprivate var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian, Array.init) }
}
