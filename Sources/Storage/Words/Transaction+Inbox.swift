import Basics
import Records

extension SQLTransaction {
    func inbox(of audiences: [Audience], _ page: PageRequest) throws -> Page<InboxEntry> {
        let after = try Position(page.after)
        // A person has few audiences. Reading a page of each
        // and merging keeps every read on its index.
        let waiting = try Set(audiences).flatMap { audience in
            try connection.rows(
                InboxEntry.columns,
                """
                FROM inbox
                WHERE audience = ? AND (due_at_ms, request_id, part) > (?, ?, ?)
                ORDER BY due_at_ms, request_id, part LIMIT ?
                """,
                [
                    .text(audience.text), .integer(after.due), .text(after.request), .text(after.part),
                    Cursor.limit(page),
                ])
        }
        var entries: [InboxEntry] = []
        for entry in waiting.sorted(by: { Position(of: $0) < Position(of: $1) }) {
            // Who is asked twice, in two functions, is shown it once.
            if let last = entries.last, Position(of: last) == Position(of: entry) { continue }
            entries.append(entry)
        }
        return Cursor.page(Array(entries.prefix(page.limit + 1)), page) { Position(of: $0).cursor }
    }

    func asks(of request: RequestID) throws -> Set<InboxEntry> {
        Set(
            try connection.rows(
                InboxEntry.columns,
                "FROM inbox WHERE request_id = ?", [.id(request)]))
    }

    /// Writes the difference only: a reminder asks nobody else.
    func replaceAsks(of request: RequestID, _ before: Set<InboxEntry>, with after: Set<InboxEntry>) throws {
        for entry in before.subtracting(after) {
            try connection.send(
                "DELETE FROM inbox WHERE request_id = ? AND part = ? AND audience = ?",
                [.id(request), .text(entry.part), .text(entry.audience.text)])
        }
        for entry in after.subtracting(before) {
            try connection.send(
                InboxEntry.inserting,
                [
                    .id(request), .text(entry.part), .text(entry.audience.text),
                    .integer(Position(of: entry).due),
                ])
        }
    }
}

extension InboxEntry {
    static let columns = Columns("inbox", ["request_id", "part", "audience", "due_at_ms"]) { row in
        let due = row.integer(3)
        return InboxEntry(
            request: row.id(0), part: row.text(1), audience: Audience(text: row.text(2)),
            dueAt: due == Position.never ? nil : Timestamp(milliseconds: due))
    }

    fileprivate static let inserting: SQL = """
        \(columns.inserting) ON CONFLICT (request_id, part, audience) DO UPDATE SET due_at_ms = excluded.due_at_ms
        """
}

/// Where an entry stands in an inbox: oldest due first, without a
/// due date last, then by age of the request.
private struct Position: Comparable {
    static let never = Int64.max

    let due: Int64
    let request: String
    let part: String

    init(of entry: InboxEntry) {
        due = entry.dueAt?.milliseconds ?? Self.never
        request = entry.request.text
        part = entry.part
    }

    /// Before everything if there is no cursor.
    init(_ cursor: String?) throws {
        // Neither a number nor an id holds a dot; a part may.
        let fields = (cursor ?? "\(Int64.min)..").split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, let due = Int64(fields[0]),
            cursor == nil || RequestID(String(fields[1]))?.text == String(fields[1])
        else { throw Cursor.refusal }
        self.due = due
        request = String(fields[1])
        part = String(fields[2])
    }

    var cursor: String { "\(due).\(request).\(part)" }

    static func < (left: Position, right: Position) -> Bool {
        (left.due, left.request, left.part) < (right.due, right.request, right.part)
    }
}
