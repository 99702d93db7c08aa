import Basics
import Records

extension SQLTransaction {
    func lastAuditEntry() throws -> AuditEntry? {
        try connection.row(
            AuditEntry.columns,
            "FROM audit ORDER BY sequence DESC LIMIT 1",
            [])
    }

    func auditEntries(after sequence: Int64, limit: Int) throws -> [AuditEntry] {
        try connection.rows(
            AuditEntry.columns,
            "FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?",
            [.integer(sequence), .number(max(limit, 0))])
    }

    func lastAuditHead() throws -> AuditHead? {
        try connection.row(
            AuditHead.columns,
            "FROM audit_head ORDER BY sequence DESC LIMIT 1", [])
    }

    func auditHeads(from sequence: Int64) throws -> [AuditHead] {
        try connection.rows(
            AuditHead.columns,
            "FROM audit_head WHERE sequence >= ? ORDER BY sequence",
            [.integer(sequence)])
    }

    func auditEntry(_ sequence: Int64) throws -> AuditEntry? {
        try connection.row(
            AuditEntry.columns,
            "FROM audit WHERE sequence = ?",
            [.integer(sequence)])
    }

    func append(_ entry: AuditEntry) throws {
        try connection.send(
            AuditEntry.columns.inserting,
            [
                .integer(entry.sequence), .time(entry.at), .party(entry.actor), .id(entry.onBehalfOf),
                .text(entry.action), .maybe(entry.organization), .maybe(entry.request), .maybe(entry.subject),
                .maybe(entry.detail), .blob(entry.previousHash), .blob(entry.hash),
            ])
    }

    func append(_ head: AuditHead) throws {
        try connection.send(
            AuditHead.columns.inserting,
            [.integer(head.sequence), .blob(head.hash), .time(head.at), .blob(head.signature)])
    }
}

extension AuditEntry {
    static let columns = Columns(
        "audit",
        [
            "sequence", "at_ms", "actor", "on_behalf_of", "action", "organization", "request", "subject", "detail",
            "previous_hash", "hash",
        ]
    ) { row in
        AuditEntry(
            sequence: row.integer(0), at: row.time(1), actor: row.party(2), onBehalfOf: row.maybeID(3),
            action: row.text(4), organization: row.maybeText(5), request: row.maybeText(6), subject: row.maybeText(7),
            detail: row.maybeText(8), previousHash: row.blob(9), hash: row.blob(10))
    }
}

extension AuditHead {
    static let columns = Columns("audit_head", ["sequence", "hash", "at_ms", "signature"]) { row in
        AuditHead(sequence: row.integer(0), hash: row.blob(1), at: row.time(2), signature: row.blob(3))
    }
}
