import Basics
import Foundation
import Records

extension SQLTransaction {
    func batch(_ id: BatchID) throws -> Batch? {
        try connection.row(Batch.columns, "FROM batch WHERE id = ?", [.id(id)]).map(counted)
    }

    func batches(of person: PersonID, limit: Int) throws -> [Batch] {
        try connection.rows(
            Batch.columns, "FROM batch WHERE person_id = ? ORDER BY id DESC LIMIT ?", [.id(person), .number(limit)]
        ).map(counted)
    }

    func runningBatches(limit: Int) throws -> [BatchID] {
        try connection.rows(
            "SELECT id FROM batch WHERE state IN ('checking', 'submitting') ORDER BY id LIMIT ?", [.number(limit)]
        ) { $0.id(0) }
    }

    func rows(of batch: BatchID, _ state: BatchRow.State?, _ page: PageRequest) throws -> Page<BatchRow> {
        let after = try page.after == nil ? "0" : Cursor.text(of: page) { Int64($0).map(String.init) == $0 }
        let line = SQLValue.integer(Int64(after) ?? 0)
        let rows: [BatchRow] =
            if let state {
                try connection.rows(
                    BatchRow.columns,
                    """
                    FROM batch_row
                    WHERE batch_id = ? AND state = ? AND line > ? ORDER BY line LIMIT ?
                    """,
                    [.id(batch), .text(state.rawValue), line, Cursor.limit(page)])
            } else {
                try connection.rows(
                    BatchRow.columns,
                    """
                    FROM batch_row
                    WHERE batch_id = ? AND line > ? ORDER BY line LIMIT ?
                    """,
                    [.id(batch), line, Cursor.limit(page)])
            }
        return Cursor.page(rows, page) { String($0.line) }
    }

    func row(_ line: Int, of batch: BatchID) throws -> BatchRow? {
        try connection.row(
            BatchRow.columns,
            """
            FROM batch_row
            WHERE batch_id = ? AND line = ?
            """,
            [.id(batch), .number(line)])
    }

    func insert(_ batch: Batch) throws {
        try connection.send(
            Batch.columns.inserting,
            [
                .id(batch.id), .id(batch.organization), .id(batch.person), .text(batch.encoding),
                .time(batch.createdAt), .text(batch.state.rawValue), .text(batch.submits.rawValue),
                batch.notes.isEmpty
                    ? .null : .text(String(decoding: try JSONEncoder().encode(batch.notes), as: UTF8.self)),
            ])
    }

    func insert(_ rows: [BatchRow], into batch: BatchID) throws {
        for row in rows {
            try connection.send(
                BatchRow.inserting,
                [.number(row.line)] + row.fields.map(SQLValue.text)
                    + [.text(row.state.rawValue), try Self.faults(row), .id(row.request), .id(batch)])
        }
    }

    func update(_ row: BatchRow, of batch: BatchID) throws {
        try connection.send(
            "UPDATE batch_row SET state = ?, faults = ?, request_id = ? WHERE batch_id = ? AND line = ?",
            [
                .text(row.state.rawValue), try Self.faults(row), .id(row.request), .id(batch), .number(row.line),
            ])
    }

    func move(_ batch: BatchID, from: Batch.State, to: Batch.State) throws -> Bool {
        try connection.run(
            "UPDATE batch SET state = ? WHERE id = ? AND state = ?",
            [.text(to.rawValue), .id(batch), .text(from.rawValue)]) == 1
    }

    func forget(_ batch: BatchID) throws {
        try connection.send("DELETE FROM batch_row WHERE batch_id = ?", [.id(batch)])
        try connection.send("DELETE FROM batch WHERE id = ?", [.id(batch)])
    }

    func forgetBatches(before time: Timestamp) throws {
        try connection.send(
            "DELETE FROM batch_row WHERE batch_id IN (SELECT id FROM batch WHERE created_at_ms < ?)", [.time(time)])
        try connection.send("DELETE FROM batch WHERE created_at_ms < ?", [.time(time)])
    }

    /// With how many of its rows stand how.
    private func counted(_ batch: Batch) throws -> Batch {
        var counts = BatchCounts()
        for (state, count) in try states(of: batch.id) {
            switch state {
            case .new: counts.new = count
            case .good: counts.good = count
            case .refused: counts.refused = count
            case .submitted: counts.submitted = count
            }
        }
        return batch.with(counts)
    }

    /// Along the index, one entry a row: some milliseconds for the largest file.
    private func states(of batch: BatchID) throws -> [(BatchRow.State, Int)] {
        try connection.rows(
            "SELECT state, COUNT(*) FROM batch_row WHERE batch_id = ? GROUP BY state", [.id(batch)]
        ) { (try $0.word(0), $0.number(1)) }
    }

    private static func faults(_ row: BatchRow) throws -> SQLValue {
        guard row.state == .refused else { return .null }
        return .text(String(decoding: try JSONEncoder().encode(row.faults), as: UTF8.self))
    }
}

extension Batch {
    /// Without its counts, which another query gives.
    static let columns = Columns(
        "batch",
        ["id", "organization_id", "person_id", "encoding", "created_at_ms", "state", "submits", "notes"]
    ) { row in
        Batch(
            id: row.id(0), organization: row.id(1), person: row.id(2), encoding: row.text(3), createdAt: row.time(4),
            state: try row.word(5), submits: try row.word(6), rows: BatchCounts(),
            notes: try row.maybeText(7).map { try JSONDecoder().decode([Sentence].self, from: Data($0.utf8)) } ?? [])
    }

    fileprivate func with(_ rows: BatchCounts) -> Batch {
        Batch(
            id: id, organization: organization, person: person, encoding: encoding, createdAt: createdAt, state: state,
            submits: submits, rows: rows, notes: notes)
    }
}

extension BatchRow {
    static let columns = Columns(
        "batch_row",
        ["line", "email", "name", "locale", "grants", "until", "reason", "state", "faults", "request_id"]
    ) { row in
        BatchRow(
            line: row.number(0), fields: (1...6).map { row.text($0) }, state: try row.word(7),
            faults: try row.maybeText(8).map { try JSONDecoder().decode([Fault.Field].self, from: Data($0.utf8)) }
                ?? [],
            request: row.maybeID(9))
    }

    fileprivate static let inserting: SQL =
        "INSERT INTO batch_row (\(columns.names), batch_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
}
