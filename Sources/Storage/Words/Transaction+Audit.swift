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

    func auditEntries(of organization: String, after sequence: Int64, limit: Int) throws -> [AuditEntry] {
        try connection.rows(
            AuditEntry.columns,
            // A range of one, so that PostgreSQL does not walk through everybody's entries instead.
            """
            FROM audit WHERE organization >= ?1 AND organization <= ?1 AND sequence > ?2
            ORDER BY organization, sequence LIMIT ?3
            """,
            [.text(organization), .integer(sequence), .number(max(limit, 0))])
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

    func auditEnd(of organization: String?) throws -> AuditEnd {
        if let end = memory?.trail.end(of: organization) { return end }
        return try connection.row(Self.chainEnd, [.maybe(organization), .text(AuditEnd.linkNote)]) { row in
            let (sequence, link) = (row.integer(0), row.integer(1))
            return AuditEnd(
                sequence: sequence, hash: row.isNull(2) ? AuditEnd.beginning.hash : row.blob(2),
                isSingle: link > 0 && sequence <= link)
        } ?? .beginning
    }

    /// The entry before the next: the last of the organization, else of the installation, else of the single chain.
    ///
    /// One look into an index each. A range of one organization, and not an equation: for that, PostgreSQL may go
    /// back through the whole trail to the last entry of an organization that has long done nothing.
    private static var chainEnd: SQL {
        """
        SELECT COALESCE((SELECT MAX(sequence) FROM audit), 0), link.sequence, COALESCE(
            (SELECT own.hash FROM (SELECT sequence, hash FROM audit WHERE organization >= ?1 AND organization <= ?1
                ORDER BY organization DESC, sequence DESC LIMIT 1) AS own WHERE own.sequence > link.sequence),
            (SELECT hash FROM audit WHERE organization IS NULL AND sequence > link.sequence
                ORDER BY sequence DESC LIMIT 1),
            (SELECT hash FROM audit WHERE sequence <= link.sequence ORDER BY sequence DESC LIMIT 1))
        FROM (SELECT COALESCE((SELECT CAST(value AS BIGINT) FROM note WHERE name = ?2), 0) AS sequence) AS link
        """
    }

    func lastAuditEntry(of organization: String, before sequence: Int64) throws -> AuditEntry? {
        try connection.row(
            AuditEntry.columns,
            """
            FROM audit WHERE organization >= ?1 AND organization <= ?1 AND sequence < ?2
            ORDER BY organization DESC, sequence DESC LIMIT 1
            """,
            [.text(organization), .integer(sequence)])
    }

    func append(_ entry: AuditEntry) throws {
        try connection.send(
            AuditEntry.columns.inserting,
            [
                .integer(entry.sequence), .time(entry.at), .party(entry.actor), .id(entry.onBehalfOf),
                .text(entry.action), .maybe(entry.organization), .maybe(entry.request), .maybe(entry.subject),
                .maybe(entry.detail), .blob(entry.previousHash), .blob(entry.hash),
            ])
        memory?.trail.note(entry)
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

/// The ends of the chains that a batch appended to, so that a body with several entries asks once.
///
/// Nothing is known beyond the batch: other processes and nodes write in between.
struct TrailMemory {
    private var sequence: Int64 = 0
    /// Hash of the last entry; that of the installation under nil.
    private var ends: [String?: [UInt8]] = [:]

    func end(of organization: String?) -> AuditEnd? {
        ends[organization].map { AuditEnd(sequence: sequence, hash: $0) }
    }

    mutating func note(_ entry: AuditEntry) {
        sequence = entry.sequence
        ends[entry.organization] = entry.hash
    }
}
