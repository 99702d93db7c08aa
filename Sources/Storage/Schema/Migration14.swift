/// Requests wait in the inboxes of those who manage every organization too.
extension Migration {
    static let everybodysManagers = Migration(number: 14, name: "inboxes of managers of every organization") { _ in
        [
            """
            INSERT INTO inbox (request_id, part, audience, due_at_ms)
            SELECT request_id, part, 'delivery_manager:provider', due_at_ms FROM inbox
            WHERE audience LIKE 'delivery_manager:%'
            ON CONFLICT (request_id, part, audience) DO NOTHING
            """
        ]
    }
}
