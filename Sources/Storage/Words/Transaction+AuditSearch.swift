import Basics
import Records

/// The trail by filters.
extension SQLTransaction {
    /// Newest first, by the index that leads to the fewest rows.
    func auditEntries(_ filter: AuditFilter, before sequence: Int64, limit: Int) throws -> [AuditEntry] {
        let values = try auditValues(filter, after: 0, before: sequence, limit: limit)
        let query: (SQL) throws -> [AuditEntry] = { try connection.rows($0, values, AuditEntry.columns.read) }
        if filter.subject != nil { return try query(AuditSearch.aboutSubject) }
        if filter.request != nil { return try query(AuditSearch.ofRequest) }
        if filter.actor != nil {
            // Two indexes, one after the other: what somebody did, and what was done on their behalf.
            let both = try query(AuditSearch.byActor) + query(AuditSearch.onBehalf)
            return Array(both.sorted { $0.sequence > $1.sequence }.prefix(max(limit, 0)))
        }
        if filter.action != nil { return try query(AuditSearch.ofAction) }
        if filter.organization != nil { return try query(AuditSearch.ofOrganization) }
        return try query(AuditSearch.newest)
    }

    func auditEntries(_ filter: AuditFilter, after sequence: Int64, limit: Int) throws -> [AuditEntry] {
        let values = try auditValues(filter, after: sequence, before: .max, limit: limit)
        return try connection.rows(AuditSearch.oldest, values, AuditEntry.columns.read)
    }

    private func auditValues(
        _ filter: AuditFilter, after: Int64, before: Int64, limit: Int
    ) throws -> [SQLValue] {
        let first = try filter.from.map(firstAuditSequence) ?? 0
        let end = try filter.until.map(firstAuditSequence).map { $0 + 2 * Self.auditSlack } ?? .max
        return [
            .integer(max(first, after + 1)), .integer(min(before, end)), .time(filter.from), .time(filter.until),
            .maybe(filter.actor), .maybe(filter.action), .maybe(filter.subject), .maybe(filter.request),
            .maybe(filter.organization), .number(max(limit, 0)),
        ]
    }

    /// By how many entries the order of time may differ from that of the trail: commands that
    /// wait for one another take their time before they are written.
    private static var auditSlack: Int64 { 1_000 }

    /// About where the trail was at an instant, rather too early than too late.
    private func firstAuditSequence(from: Timestamp) throws -> Int64 {
        let found: Int64? = try connection.row(
            "SELECT sequence FROM audit WHERE at_ms >= ? ORDER BY at_ms LIMIT 1", [.time(from)]
        ) { $0.integer(0) }
        if let found { return max(0, found - Self.auditSlack) }
        return max(0, (try lastAuditEntry()?.sequence ?? 0) + 1 - Self.auditSlack)
    }
}

/// One statement for each index; all take the same values, and what is NULL does not matter.
///
/// The casts tell PostgreSQL the type of a parameter that is compared with nothing.
private enum AuditSearch {
    static let newest: SQL = "\(some) ORDER BY sequence DESC LIMIT ?10"
    static let oldest: SQL = "\(some) ORDER BY sequence LIMIT ?10"
    static let aboutSubject: SQL = "\(some) AND subject = ?7 ORDER BY sequence DESC LIMIT ?10"
    static let ofRequest: SQL = "\(some) AND request = ?8 ORDER BY sequence DESC LIMIT ?10"
    static let ofAction: SQL = "\(some) AND action = ?6 ORDER BY sequence DESC LIMIT ?10"
    static let ofOrganization: SQL = "\(some) AND organization = ?9 ORDER BY sequence DESC LIMIT ?10"
    static let byActor: SQL = "\(some) AND actor = ?5 ORDER BY sequence DESC LIMIT ?10"
    static let onBehalf: SQL = "\(some) AND on_behalf_of = ?5 AND actor <> ?5 ORDER BY sequence DESC LIMIT ?10"

    private static let some: SQL = """
        \(AuditEntry.columns.selecting)
        FROM audit WHERE sequence >= ?1 AND sequence < ?2
            AND (CAST(?3 AS BIGINT) IS NULL OR at_ms >= ?3) AND (CAST(?4 AS BIGINT) IS NULL OR at_ms < ?4)
            AND (CAST(?5 AS TEXT) IS NULL OR actor = ?5 OR on_behalf_of = ?5)
            AND (CAST(?6 AS TEXT) IS NULL OR action = ?6)
            AND (CAST(?7 AS TEXT) IS NULL OR subject = ?7) AND (CAST(?8 AS TEXT) IS NULL OR request = ?8)
            AND (CAST(?9 AS TEXT) IS NULL OR organization = ?9)
        """
}
