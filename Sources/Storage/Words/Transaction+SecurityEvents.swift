import Basics
import Records

extension SQLTransaction {
    /// How many accounts are told apart: of one kind and network, and in all, within a minute.
    private static var greatestCrowd: Int { 20 }
    private static var greatestMinute: Int { 500 }

    func record(_ sighting: Sighting, at now: Timestamp) throws {
        let minute = now.milliseconds - now.milliseconds % 60_000
        let network = sighting.origin.network
        let who = sighting.who
        if try count(sighting, minute, network, who, at: now) { return }
        // What people gave a proof for is bounded by the proofs, and
        // belongs into their list whatever others do.
        if !sighting.kind.isSuccess {
            if try number(of: sighting.kind.rawValue, minute, network) >= Self.greatestCrowd {
                return try recordCrowd(sighting, minute, network, at: now)
            }
            if try number(in: minute) >= Self.greatestMinute {
                return try recordCrowd(sighting, minute, "*", at: now)
            }
        }
        try insert(sighting, minute, network, who, at: now)
    }

    /// Whoever it was about is not told apart any more.
    private func recordCrowd(_ sighting: Sighting, _ minute: Int64, _ network: String, at now: Timestamp) throws {
        if try count(sighting, minute, network, "*", at: now) { return }
        let origin = Origin(
            address: network == "*" ? "" : sighting.origin.address, agent: "", route: sighting.origin.route)
        try insert(Sighting(sighting.kind, from: origin, count: sighting.count), minute, network, "*", at: now)
    }

    private func count(
        _ sighting: Sighting, _ minute: Int64, _ network: String, _ who: String, at now: Timestamp
    ) throws -> Bool {
        try connection.run(
            """
            UPDATE security_event SET count = count + ?, last_at_ms = ?
            WHERE minute_ms = ? AND kind = ? AND network = ? AND who = ?
            """,
            [
                .integer(sighting.count), .time(now), .integer(minute), .text(sighting.kind.rawValue), .text(network),
                .text(who),
            ]) == 1
    }

    private func number(of kind: String, _ minute: Int64, _ network: String) throws -> Int {
        try connection.row(
            """
            SELECT COUNT(*) FROM (SELECT 1 FROM security_event
                WHERE minute_ms = ? AND kind = ? AND network = ? LIMIT ?) AS few
            """, [.integer(minute), .text(kind), .text(network), .number(Self.greatestCrowd)]
        ) { $0.number(0) } ?? 0
    }

    private func number(in minute: Int64) throws -> Int {
        try connection.row(
            "SELECT COUNT(*) FROM (SELECT 1 FROM security_event WHERE minute_ms = ? LIMIT ?) AS few",
            [.integer(minute), .number(Self.greatestMinute)]
        ) { $0.number(0) } ?? 0
    }

    private func insert(
        _ sighting: Sighting, _ minute: Int64, _ network: String, _ who: String, at now: Timestamp
    ) throws {
        try connection.send(
            """
            INSERT INTO security_event
                (sequence, kind, minute_ms, network, who, at_ms, last_at_ms, count, person_id, pseudonym, actor,
                 address, agent, route)
            VALUES ((SELECT COALESCE(MAX(sequence), 0) + 1 FROM security_event), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(sighting.kind.rawValue), .integer(minute), .text(network), .text(who), .time(now), .time(now),
                .integer(sighting.count), .id(sighting.person), .maybe(sighting.pseudonym), .party(sighting.actor),
                .text(sighting.origin.address), .text(sighting.origin.agent), .text(sighting.origin.route),
            ])
    }

    // MARK: Reading

    func securityEvents(_ filter: SecurityFilter, before sequence: Int64, limit: Int) throws -> [SecurityEvent] {
        let values = securityValues(filter, sequence, limit)
        if filter.person != nil {
            return try connection.rows(
                SecurityEvent.columns,
                """
                FROM security_event WHERE person_id = ?2 AND sequence < ?1
                    AND (CAST(?3 AS TEXT) IS NULL OR ?3 LIKE '% ' || kind || ' %')
                ORDER BY sequence DESC LIMIT ?4
                """, values)
        }
        return try connection.rows(
            SecurityEvent.columns,
            """
            FROM security_event WHERE sequence < ?1 AND (CAST(?2 AS TEXT) IS NULL OR person_id = ?2)
                AND (CAST(?3 AS TEXT) IS NULL OR ?3 LIKE '% ' || kind || ' %')
            ORDER BY sequence DESC LIMIT ?4
            """, values)
    }

    func securityEvents(_ filter: SecurityFilter, after sequence: Int64, limit: Int) throws -> [SecurityEvent] {
        try connection.rows(
            SecurityEvent.columns,
            """
            FROM security_event WHERE sequence > ?1 AND (CAST(?2 AS TEXT) IS NULL OR person_id = ?2)
                AND (CAST(?3 AS TEXT) IS NULL OR ?3 LIKE '% ' || kind || ' %')
            ORDER BY sequence LIMIT ?4
            """, securityValues(filter, sequence, limit))
    }

    private func securityValues(_ filter: SecurityFilter, _ sequence: Int64, _ limit: Int) -> [SQLValue] {
        let kinds = filter.kinds.map { kinds in " " + kinds.map(\.rawValue).sorted().joined(separator: " ") + " " }
        return [.integer(sequence), .id(filter.person), .maybe(kinds), .number(max(limit, 0))]
    }

    func securityCounts(since: Timestamp) throws -> [SecurityEvent.Kind: Int64] {
        let counts = try connection.rows(
            // The empty text keeps the planner with the minutes asked for, of all that are kept.
            "SELECT kind, SUM(count) FROM security_event WHERE minute_ms >= ? GROUP BY kind || '', kind", [.time(since)]
        ) { (try $0.word(0) as SecurityEvent.Kind, $0.integer(1)) }
        return Dictionary(counts) { first, _ in first }
    }

    func forgetSecurityEvents(before: Timestamp, limit: Int) throws -> Int {
        // The newest stays: its number is where the next one goes on.
        try connection.run(
            """
            DELETE FROM security_event WHERE sequence IN (
                SELECT sequence FROM security_event WHERE minute_ms < ?
                    AND sequence < (SELECT MAX(sequence) FROM security_event) ORDER BY minute_ms LIMIT ?)
            """, [.time(before), .number(limit)])
    }
}

extension SecurityEvent {
    static let columns = Columns(
        "security_event",
        [
            "sequence", "kind", "at_ms", "last_at_ms", "count", "person_id", "pseudonym", "actor", "address", "agent",
            "route",
        ]
    ) { row in
        SecurityEvent(
            sequence: row.integer(0), kind: try row.word(1), at: row.time(2), lastAt: row.time(3),
            count: row.integer(4), person: row.maybeID(5), pseudonym: row.maybeText(6),
            actor: row.isNull(7) ? nil : row.party(7),
            address: row.text(8), agent: row.text(9), route: row.text(10))
    }
}
