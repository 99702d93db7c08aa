import Basics
import Records

extension SQLTransaction {
    func lastAuditEntry() throws -> AuditEntry? {
        try connection.row(
            """
            SELECT sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
                previous_hash, hash
            FROM audit ORDER BY sequence DESC LIMIT 1
            """,
            [], Self.auditEntry)
    }

    func auditEntries(after sequence: Int64, limit: Int) throws -> [AuditEntry] {
        try connection.rows(
            """
            SELECT sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
                previous_hash, hash
            FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?
            """,
            [.integer(sequence), .number(max(limit, 0))], Self.auditEntry)
    }

    func lastAuditHead() throws -> AuditHead? {
        try connection.row(
            "SELECT sequence, hash, at_ms, signature FROM audit_head ORDER BY sequence DESC LIMIT 1", [],
            Self.auditHead)
    }

    func auditHeads(from sequence: Int64) throws -> [AuditHead] {
        try connection.rows(
            "SELECT sequence, hash, at_ms, signature FROM audit_head WHERE sequence >= ? ORDER BY sequence",
            [.integer(sequence)], Self.auditHead)
    }

    func auditEntry(_ sequence: Int64) throws -> AuditEntry? {
        try connection.row(
            """
            SELECT sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
                previous_hash, hash
            FROM audit WHERE sequence = ?
            """,
            [.integer(sequence)], Self.auditEntry)
    }

    func append(_ entry: AuditEntry) throws {
        try connection.run(
            """
            INSERT INTO audit
                (sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
                 previous_hash, hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(entry.sequence), .time(entry.at), .text(entry.actor), .maybe(entry.onBehalfOf),
                .text(entry.action), .maybe(entry.organization), .maybe(entry.request), .maybe(entry.subject),
                .maybe(entry.detail), .blob(entry.previousHash), .blob(entry.hash),
            ])
    }

    func append(_ head: AuditHead) throws {
        try connection.run(
            "INSERT INTO audit_head (sequence, hash, at_ms, signature) VALUES (?, ?, ?, ?)",
            [.integer(head.sequence), .blob(head.hash), .time(head.at), .blob(head.signature)])
    }

    static func auditEntry(_ row: any SQLRow) throws -> AuditEntry {
        AuditEntry(
            sequence: row.integer(0), at: row.time(1), actor: row.text(2), onBehalfOf: row.maybeText(3),
            action: row.text(4), organization: row.maybeText(5), request: row.maybeText(6), subject: row.maybeText(7),
            detail: row.maybeText(8), previousHash: row.blob(9), hash: row.blob(10))
    }

    private static func auditHead(_ row: any SQLRow) throws -> AuditHead {
        AuditHead(sequence: row.integer(0), hash: row.blob(1), at: row.time(2), signature: row.blob(3))
    }
}
