import Basics
import Records

extension SQLTransaction {
    func databaseClock() throws -> Timestamp {
        try connection.row(connection.dialect.clock, []) { $0.time(0) } ?? Timestamp(milliseconds: 0)
    }

    func nodes() throws -> [Node] { try connection.rows(Node.columns, "FROM node ORDER BY id", []) }

    func keep(_ node: Node) throws {
        try connection.send(
            """
            \(Node.columns.inserting) ON CONFLICT (id) DO UPDATE SET
                seen_at_ms = excluded.seen_at_ms, ahead_ms = excluded.ahead_ms
            """,
            [
                .id(node.id), .text(node.host), .text(node.version), .time(node.startedAt), .time(node.seenAt),
                .integer(node.aheadMilliseconds),
            ])
    }

    func forgetNode(_ id: NodeID) throws { try connection.send("DELETE FROM node WHERE id = ?", [.id(id)]) }

    func forgetNodes(notSeenSince limit: Timestamp) throws {
        try connection.send("DELETE FROM node WHERE seen_at_ms < ?", [.time(limit)])
    }
}

extension Node {
    fileprivate static let columns = Columns(
        "node", ["id", "host", "version", "started_at_ms", "seen_at_ms", "ahead_ms"]
    ) { row in
        Node(
            id: row.id(0), host: row.text(1), version: row.text(2), startedAt: row.time(3), seenAt: row.time(4),
            aheadMilliseconds: row.integer(5))
    }
}
