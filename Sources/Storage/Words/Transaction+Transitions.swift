import Basics
import Records
import Workflow

/// The one way in which a request comes to be and moves on. The hot path:
/// no more statements than there are changes.
extension SQLTransaction {
    func insert(_ request: Request, _ move: Transition) throws {
        let inserted = try connection.run(
            """
            INSERT INTO request
                (id, organization_id, holder_id, requester, reason, until_ms, idempotency_key, created_at_ms,
                 cloud_id, campaign_id, version, subject, batch_id, workflow, workflow_version,
                 state, due_at_ms, ended, run)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [
                .id(request.id), .id(request.organization), .id(request.holder), .party(request.requester),
                .text(request.reason), .time(request.until), .maybe(request.idempotencyKey),
                .time(request.createdAt), .id(request.cloud), .id(request.campaign), .integer(move.expecting + 1),
                .maybe(request.subject?.text), .id(request.batch),
            ] + Self.columns(of: move.after))
        guard inserted == 1 else {
            throw Fault(.conflict, "This request was submitted before. Look it up instead of submitting it again.")
        }
        try keep(move, knownAsks: [])
    }

    func record(_ move: Transition) throws {
        let updated = try connection.run(
            """
            UPDATE request SET workflow = ?3, workflow_version = ?4, state = ?5, due_at_ms = ?6, ended = ?7,
                run = ?8, version = ?2 + 1
            WHERE id = ?1 AND version = ?2
            """,
            [.id(move.request), .integer(move.expecting)] + Self.columns(of: move.after))
        guard updated == 1 else {
            throw Fault(.conflict, "This request changed meanwhile. Look at it again before you decide.")
        }
        try keep(move, knownAsks: try asks(of: move.request))
    }

    func history(of request: RequestID) throws -> [HistoryEntry] {
        try connection.rows(
            """
            SELECT at_ms, event, name, by_whom, on_behalf_of, from_state, to_state, note, calendar
            FROM history WHERE request_id = ? ORDER BY version
            """,
            [.id(request)]
        ) {
            HistoryEntry(
                at: $0.time(0), event: try Event(canonicalJSON: $0.text(1)), name: $0.text(2), by: $0.party(3),
                onBehalfOf: $0.maybeID(4), from: $0.maybeText(5), to: $0.text(6), note: $0.maybeText(7),
                calendar: $0.maybeText(8))
        }
    }

    /// What the row repeats of the run so that SQL can find it, then the run itself.
    private static func columns(of run: Run) -> [SQLValue] {
        [
            .text(run.workflow), .number(run.version), .text(run.state), .time(run.runningDueAt),
            .maybe(run.ended?.rawValue), .text(run.canonicalJSON()),
        ]
    }

    private func keep(_ move: Transition, knownAsks: Set<InboxEntry>) throws {
        if let calendar = move.calendar { try keep(calendar, at: move.history.at) }
        try insert(move.history, of: move.request, version: move.expecting + 1)
        try replaceTimers(of: move.request, move.before?.armedTimers ?? [], with: move.after.armedTimers)
        try replaceAsks(of: move.request, knownAsks, with: Set(move.asks))
        try insert(move.effects)
        for key in move.cancelled { try cancelEffect(key, at: move.history.at) }
    }

    private func insert(_ entry: HistoryEntry, of request: RequestID, version: Int64) throws {
        try connection.send(
            """
            INSERT INTO history
                (request_id, version, at_ms, event, name, by_whom, on_behalf_of, from_state, to_state, note, calendar)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .id(request), .integer(version), .time(entry.at), .text(entry.event.canonicalJSON()),
                .text(entry.name), .party(entry.by), .id(entry.onBehalfOf), .maybe(entry.from), .text(entry.to),
                .maybe(entry.note), .maybe(entry.calendar),
            ])
    }
}
