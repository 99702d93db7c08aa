import Basics
import Foundation
import Records

extension SQLTransaction {
    func batch(_ id: BatchID) throws -> Batch? {
        try connection.row(
            """
            SELECT id, organization_id, person_id, encoding, created_at_ms, state, submits, notes FROM batch WHERE id = ?
            """, [.id(id)]
        ) { try batch($0) }
    }

    func batches(of person: PersonID, limit: Int) throws -> [Batch] {
        try connection.rows(
            """
            SELECT id, organization_id, person_id, encoding, created_at_ms, state, submits, notes FROM batch
            WHERE person_id = ? ORDER BY id DESC LIMIT ?
            """,
            [.id(person), .number(limit)]
        ) { try batch($0) }
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
                    """
                    SELECT line, email, name, locale, grants, until, reason, state, faults, request_id FROM batch_row
                    WHERE batch_id = ? AND state = ? AND line > ? ORDER BY line LIMIT ?
                    """,
                    [.id(batch), .text(state.rawValue), line, Cursor.limit(page)], Self.batchRow)
            } else {
                try connection.rows(
                    """
                    SELECT line, email, name, locale, grants, until, reason, state, faults, request_id FROM batch_row
                    WHERE batch_id = ? AND line > ? ORDER BY line LIMIT ?
                    """,
                    [.id(batch), line, Cursor.limit(page)], Self.batchRow)
            }
        return Cursor.page(rows, page) { String($0.line) }
    }

    func row(_ line: Int, of batch: BatchID) throws -> BatchRow? {
        try connection.row(
            """
            SELECT line, email, name, locale, grants, until, reason, state, faults, request_id FROM batch_row
            WHERE batch_id = ? AND line = ?
            """,
            [.id(batch), .number(line)], Self.batchRow)
    }

    func insert(_ batch: Batch) throws {
        try connection.run(
            """
            INSERT INTO batch (id, organization_id, person_id, encoding, created_at_ms, state, submits, notes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .id(batch.id), .id(batch.organization), .id(batch.person), .text(batch.encoding),
                .time(batch.createdAt), .text(batch.state.rawValue), .text(batch.submits.rawValue),
                batch.notes.isEmpty
                    ? .null : .text(String(decoding: try JSONEncoder().encode(batch.notes), as: UTF8.self)),
            ])
    }

    func insert(_ rows: [BatchRow], into batch: BatchID) throws {
        for row in rows {
            try connection.run(
                """
                INSERT INTO batch_row
                    (batch_id, line, email, name, locale, grants, until, reason, state, faults, request_id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [.id(batch), .number(row.line)] + row.fields.map(SQLValue.text)
                    + [.text(row.state.rawValue), try Self.faults(row), .id(row.request)])
        }
    }

    func update(_ row: BatchRow, of batch: BatchID) throws {
        try connection.run(
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
        try connection.run("DELETE FROM batch_row WHERE batch_id = ?", [.id(batch)])
        try connection.run("DELETE FROM batch WHERE id = ?", [.id(batch)])
    }

    func forgetBatches(before time: Timestamp) throws {
        try connection.run(
            "DELETE FROM batch_row WHERE batch_id IN (SELECT id FROM batch WHERE created_at_ms < ?)", [.time(time)])
        try connection.run("DELETE FROM batch WHERE created_at_ms < ?", [.time(time)])
    }

    private func batch(_ row: any SQLRow) throws -> Batch {
        let id: BatchID = row.id(0)
        var counts = BatchCounts()
        for (state, count) in try states(of: id) {
            switch state {
            case .new: counts.new = count
            case .good: counts.good = count
            case .refused: counts.refused = count
            case .submitted: counts.submitted = count
            }
        }
        return Batch(
            id: id, organization: row.id(1), person: row.id(2), encoding: row.text(3), createdAt: row.time(4),
            state: try row.word(5), submits: try row.word(6), rows: counts,
            notes: try row.maybeText(7).map { try JSONDecoder().decode([String].self, from: Data($0.utf8)) } ?? [])
    }

    /// Along the index, one entry a row: some milliseconds for the largest file.
    private func states(of batch: BatchID) throws -> [(BatchRow.State, Int)] {
        try connection.rows(
            "SELECT state, COUNT(*) FROM batch_row WHERE batch_id = ? GROUP BY state", [.id(batch)]
        ) { (try $0.word(0), $0.number(1)) }
    }

    private static func batchRow(_ row: any SQLRow) throws -> BatchRow {
        BatchRow(
            line: row.number(0), fields: (1...6).map { row.text($0) }, state: try row.word(7),
            faults: try row.maybeText(8).map { try JSONDecoder().decode([Fault.Field].self, from: Data($0.utf8)) }
                ?? [],
            request: row.maybeID(9))
    }

    private static func faults(_ row: BatchRow) throws -> SQLValue {
        guard row.state == .refused else { return .null }
        return .text(String(decoding: try JSONEncoder().encode(row.faults), as: UTF8.self))
    }
}
