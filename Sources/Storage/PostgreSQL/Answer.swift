import CPQ

/// What the server answered to one statement.
final class Answer {
    private let result: OpaquePointer

    init(_ result: OpaquePointer) { self.result = result }

    deinit { PQclear(result) }

    var isSuccess: Bool { [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) }

    /// - Throws: `PostgreSQLError` unless the statement was run.
    func requireSuccess(of sql: String) throws(PostgreSQLError) {
        guard isSuccess else {
            throw PostgreSQLError(
                state: field("C") ?? PostgreSQLError.connectionLost, message: field("M") ?? "", sql: sql)
        }
        // The end of a transaction in which something failed is no error to the server.
        if sql == "COMMIT", String(cString: PQcmdStatus(result)) == "ROLLBACK" {
            throw PostgreSQLError(state: "25P02", message: "the transaction had failed before it ended", sql: sql)
        }
    }

    /// A field of an error, by its letter: C for the SQLSTATE, M for what happened.
    private func field(_ letter: Unicode.Scalar) -> String? {
        PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
    }

    /// How many rows were inserted, updated or deleted.
    var changed: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    func rows<Element>(_ decode: (any SQLRow) throws -> Element) rethrows -> [Element] {
        try (0..<PQntuples(result)).map { try decode(PostgreSQLRow(result: result, row: $0)) }
    }
}

/// Values come in the binary format: big-endian numbers, everything else as its bytes.
private struct PostgreSQLRow: SQLRow {
    let result: OpaquePointer
    let row: Int32

    func isNull(_ column: Int32) -> Bool { PQgetisnull(result, row, column) == 1 }

    private func bytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        let length = Int(PQgetlength(result, row, column))
        guard let start = PQgetvalue(result, row, column) else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: length)
    }

    /// BIGINT, INTEGER, SMALLINT and BOOLEAN, of eight, four, two and one byte; 0 for NULL.
    func integer(_ column: Int32) -> Int64 {
        let bytes = bytes(column)
        let first: Int64 = bytes.count > 1 && bytes.first ?? 0 >= 0x80 ? -1 : 0
        return bytes.reduce(first) { $0 << 8 | Int64($1) }
    }

    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

    func blob(_ column: Int32) -> [UInt8] { Array(bytes(column)) }

    /// By the numbers that the server gives its types, which never change (`pg_type.dat`).
    func value(_ column: Int32) throws -> SQLValue {
        if isNull(column) { return .null }
        switch PQftype(result, column) {
        case 16, 20, 21, 23: return .integer(integer(column))
        case 17: return .blob(blob(column))
        case 25:
            if let text = String(validating: bytes(column), as: UTF8.self) { return .text(text) }
            fallthrough
        default: throw UnreadableRow(column: column, text: text(column))
        }
    }
}
