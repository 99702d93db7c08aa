import Basics
import Directory
import Records

extension SQLTransaction {
    func webhook(_ id: WebhookID) throws -> Webhook? {
        try connection.row(Webhook.columns, "FROM webhook WHERE id = ?", [.id(id)])
    }

    func webhook(named name: String) throws -> Webhook? {
        try connection.row(Webhook.columns, "FROM webhook WHERE name = ?", [.text(name)])
    }

    func webhooks(_ page: PageRequest) throws -> Page<Webhook> {
        let after = try Cursor.text(of: page) { WebhookID($0)?.text == $0 }
        let found = try connection.rows(
            Webhook.columns, "FROM webhook WHERE id > ? ORDER BY id LIMIT ?", [.text(after), Cursor.limit(page)])
        return Cursor.page(found, page) { $0.id.text }
    }

    func webhooks(in state: Webhook.State, limit: Int) throws -> [Webhook] {
        try connection.rows(
            Webhook.columns, "FROM webhook WHERE state = ?1 ORDER BY state, due_at_ms LIMIT ?2",
            [.text(state.rawValue), .number(limit)])
    }

    func dueWebhooks(_ state: Webhook.State, at now: Timestamp, before end: Int64, limit: Int) throws -> [Webhook] {
        try connection.rows(
            Webhook.columns,
            """
            FROM webhook WHERE state = ?1 AND due_at_ms <= ?2 AND held_until_ms <= ?2 AND position < ?3
            ORDER BY state, due_at_ms LIMIT ?4
            """,
            [.text(state.rawValue), .time(now), .integer(end), .number(limit)])
    }

    func webhookCounts(upTo limit: Int) throws -> WebhookCounts {
        func count(_ states: SQL) throws -> Int { try connection.row(states, [.number(limit)]) { $0.number(0) } ?? 0 }
        return WebhookCounts(
            failing: try count(
                "SELECT COUNT(*) FROM (SELECT 1 FROM webhook WHERE state = 'failing' LIMIT ?) AS few"),
            lost: try count(
                "SELECT COUNT(*) FROM (SELECT 1 FROM webhook WHERE state IN ('gone', 'given_up') LIMIT ?) AS few"))
    }

    func claim(_ webhook: Webhook, until end: Timestamp) throws -> Webhook? {
        let count = try connection.run(
            "UPDATE webhook SET term = term + 1, held_until_ms = ? WHERE id = ? AND term = ?",
            [.time(end), .id(webhook.id), .integer(webhook.term)])
        return count == 1 ? try self.webhook(webhook.id) : nil
    }

    func keep(_ progress: Webhook.Progress, of webhook: Webhook, heldUntil end: Timestamp?) throws -> Bool {
        try connection.run(
            """
            UPDATE webhook SET position = ?, state = ?, tries = ?, due_at_ms = ?, failing_since_ms = ?, error = ?,
                told_at_ms = ?, held_until_ms = ? WHERE id = ? AND term = ?
            """, progress.values + [end.map { .time($0) } ?? .integer(0), .id(webhook.id), .integer(webhook.term)]) == 1
    }

    func insert(_ webhook: Webhook) throws {
        guard try self.webhook(named: webhook.name.text) == nil else {
            throw Fault(.conflict, "There is a webhook \(webhook.name.text) already.")
        }
        try connection.send(
            Webhook.columns.inserting,
            [
                .id(webhook.id), .text(webhook.name.text), .text(webhook.address), .text(webhook.signing.rawValue),
                .text(webhook.organizations.map(\.text).joined(separator: " ")),
                .text(webhook.types.joined(separator: " ")), .integer(webhook.generation), .time(webhook.rotatedAt),
            ] + webhook.progress.values + [.integer(webhook.term), .time(webhook.createdAt), .integer(0)])
    }

    func update(_ webhook: Webhook) throws {
        try connection.send(
            """
            UPDATE webhook SET address = ?, organizations = ?, types = ?, generation = ?, rotated_at_ms = ?,
                position = ?, state = ?, tries = ?, due_at_ms = ?, failing_since_ms = ?, error = ?, told_at_ms = ?,
                term = term + 1, held_until_ms = 0 WHERE id = ?
            """,
            [
                .text(webhook.address), .text(webhook.organizations.map(\.text).joined(separator: " ")),
                .text(webhook.types.joined(separator: " ")), .integer(webhook.generation), .time(webhook.rotatedAt),
            ] + webhook.progress.values + [.id(webhook.id)])
    }

    func stop(_ webhook: Webhook, _ progress: Webhook.Progress) throws -> Bool {
        try keep(progress, of: webhook, heldUntil: nil)
    }

    func remove(_ webhook: WebhookID) throws {
        try connection.send("DELETE FROM webhook WHERE id = ?", [.id(webhook)])
    }
}

extension Webhook {
    static let columns = Columns(
        "webhook",
        [
            "id", "name", "address", "signing", "organizations", "types", "generation", "rotated_at_ms", "position",
            "state", "tries", "due_at_ms", "failing_since_ms", "error", "told_at_ms", "term", "created_at_ms",
            "held_until_ms",
        ]
    ) { row in
        Webhook(
            id: row.id(0), name: try DisplayName(row.text(1)), address: row.text(2), signing: try row.word(3),
            organizations: row.text(4).split(separator: " ").map { OrganizationID(trusted: String($0)) },
            types: row.text(5).split(separator: " ").map(String.init), generation: row.integer(6),
            rotatedAt: row.maybeTime(7),
            progress: Progress(
                position: row.integer(8), state: try row.word(9), tries: row.integer(10), dueAt: row.time(11),
                failingSince: row.maybeTime(12), error: row.maybeText(13), toldAt: row.maybeTime(14)),
            term: row.integer(15), createdAt: row.time(16))
    }
}

extension Webhook.Progress {
    /// From `position` to `told_at_ms`.
    fileprivate var values: [SQLValue] {
        [
            .integer(position), .text(state.rawValue), .integer(tries), .time(dueAt), .time(failingSince),
            .maybe(error), .time(toldAt),
        ]
    }
}
