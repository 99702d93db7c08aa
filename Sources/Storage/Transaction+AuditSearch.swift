import Basics
import Records

/// The trail by filters.
extension SQLTransaction {
    /// Newest first, by the index that leads to the fewest rows.
    func auditEntries(_ filter: AuditFilter, before sequence: Int64, limit: Int) throws -> [AuditEntry] {
        let values = try auditValues(filter, after: 0, before: sequence, limit: limit)
        let query: (StaticString) throws -> [AuditEntry] = { try connection.rows($0, values, Self.auditEntry) }
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
        return try connection.rows(AuditSearch.oldest, values, Self.auditEntry)
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

    /// By how many entries the order of time may differ from that of the trail: commands that wait for one another
    /// take their time before they are written.
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
private enum AuditSearch {
    static let newest: StaticString = """
        SELECT sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
            previous_hash, hash
        FROM audit WHERE sequence >= ?1 AND sequence < ?2
            AND (CAST(?3 AS BIGINT) IS NULL OR at_ms >= ?3) AND (CAST(?4 AS BIGINT) IS NULL OR at_ms < ?4)
            AND (CAST(?5 AS TEXT) IS NULL OR actor = ?5 OR on_behalf_of = ?5) AND (CAST(?6 AS TEXT) IS NULL OR action = ?6)
            AND (CAST(?7 AS TEXT) IS NULL OR subject = ?7) AND (CAST(?8 AS TEXT) IS NULL OR request = ?8)
            AND (CAST(?9 AS TEXT) IS NULL OR organization = ?9)
        ORDER BY sequence DESC LIMIT ?10
        """

    static let oldest: StaticString = """
        SELECT sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
            previous_hash, hash
        FROM audit WHERE sequence >= ?1 AND sequence < ?2
            AND (CAST(?3 AS BIGINT) IS NULL OR at_ms >= ?3) AND (CAST(?4 AS BIGINT) IS NULL OR at_ms < ?4)
            AND (CAST(?5 AS TEXT) IS NULL OR actor = ?5 OR on_behalf_of = ?5) AND (CAST(?6 AS TEXT) IS NULL OR action = ?6)
            AND (CAST(?7 AS TEXT) IS NULL OR subject = ?7) AND (CAST(?8 AS TEXT) IS NULL OR request = ?8)
            AND (CAST(?9 AS TEXT) IS NULL OR organization = ?9)
        ORDER BY sequence LIMIT ?10
        """

    static let aboutSubject: StaticString = """
        SELECT sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
            previous_hash, hash
        FROM audit WHERE subject = ?7 AND sequence >= ?1 AND sequence < ?2
            AND (CAST(?3 AS BIGINT) IS NULL OR at_ms >= ?3) AND (CAST(?4 AS BIGINT) IS NULL OR at_ms < ?4)
            AND (CAST(?5 AS TEXT) IS NULL OR actor = ?5 OR on_behalf_of = ?5) AND (CAST(?6 AS TEXT) IS NULL OR action = ?6)
            AND (CAST(?8 AS TEXT) IS NULL OR request = ?8) AND (CAST(?9 AS TEXT) IS NULL OR organization = ?9)
        ORDER BY sequence DESC LIMIT ?10
        """

    static let ofRequest: StaticString = """
        SELECT sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
            previous_hash, hash
        FROM audit WHERE request = ?8 AND sequence >= ?1 AND sequence < ?2
            AND (CAST(?3 AS BIGINT) IS NULL OR at_ms >= ?3) AND (CAST(?4 AS BIGINT) IS NULL OR at_ms < ?4)
            AND (CAST(?5 AS TEXT) IS NULL OR actor = ?5 OR on_behalf_of = ?5) AND (CAST(?6 AS TEXT) IS NULL OR action = ?6)
            AND (CAST(?7 AS TEXT) IS NULL OR subject = ?7) AND (CAST(?9 AS TEXT) IS NULL OR organization = ?9)
        ORDER BY sequence DESC LIMIT ?10
        """

    static let ofAction: StaticString = """
        SELECT sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
            previous_hash, hash
        FROM audit WHERE action = ?6 AND sequence >= ?1 AND sequence < ?2
            AND (CAST(?3 AS BIGINT) IS NULL OR at_ms >= ?3) AND (CAST(?4 AS BIGINT) IS NULL OR at_ms < ?4)
            AND (CAST(?5 AS TEXT) IS NULL OR actor = ?5 OR on_behalf_of = ?5) AND (CAST(?7 AS TEXT) IS NULL OR subject = ?7)
            AND (CAST(?8 AS TEXT) IS NULL OR request = ?8) AND (CAST(?9 AS TEXT) IS NULL OR organization = ?9)
        ORDER BY sequence DESC LIMIT ?10
        """

    static let ofOrganization: StaticString = """
        SELECT sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
            previous_hash, hash
        FROM audit WHERE organization = ?9 AND sequence >= ?1 AND sequence < ?2
            AND (CAST(?3 AS BIGINT) IS NULL OR at_ms >= ?3) AND (CAST(?4 AS BIGINT) IS NULL OR at_ms < ?4)
            AND (CAST(?5 AS TEXT) IS NULL OR actor = ?5 OR on_behalf_of = ?5) AND (CAST(?6 AS TEXT) IS NULL OR action = ?6)
            AND (CAST(?7 AS TEXT) IS NULL OR subject = ?7) AND (CAST(?8 AS TEXT) IS NULL OR request = ?8)
        ORDER BY sequence DESC LIMIT ?10
        """

    static let byActor: StaticString = """
        SELECT sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
            previous_hash, hash
        FROM audit WHERE actor = ?5 AND sequence >= ?1 AND sequence < ?2
            AND (CAST(?3 AS BIGINT) IS NULL OR at_ms >= ?3) AND (CAST(?4 AS BIGINT) IS NULL OR at_ms < ?4)
            AND (CAST(?6 AS TEXT) IS NULL OR action = ?6) AND (CAST(?7 AS TEXT) IS NULL OR subject = ?7)
            AND (CAST(?8 AS TEXT) IS NULL OR request = ?8) AND (CAST(?9 AS TEXT) IS NULL OR organization = ?9)
        ORDER BY sequence DESC LIMIT ?10
        """

    static let onBehalf: StaticString = """
        SELECT sequence, at_ms, actor, on_behalf_of, action, organization, request, subject, detail,
            previous_hash, hash
        FROM audit WHERE on_behalf_of = ?5 AND actor <> ?5 AND sequence >= ?1 AND sequence < ?2
            AND (CAST(?3 AS BIGINT) IS NULL OR at_ms >= ?3) AND (CAST(?4 AS BIGINT) IS NULL OR at_ms < ?4)
            AND (CAST(?6 AS TEXT) IS NULL OR action = ?6) AND (CAST(?7 AS TEXT) IS NULL OR subject = ?7)
            AND (CAST(?8 AS TEXT) IS NULL OR request = ?8) AND (CAST(?9 AS TEXT) IS NULL OR organization = ?9)
        ORDER BY sequence DESC LIMIT ?10
        """
}
