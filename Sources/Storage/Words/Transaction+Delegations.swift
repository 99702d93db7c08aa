import Basics
import Records

extension SQLTransaction {
    func endDelegations(of person: PersonID, at now: Timestamp) throws {
        try connection.send(
            "DELETE FROM delegation WHERE (person_id = ?1 OR delegate_id = ?1) AND until_ms > ?2",
            [.id(person), .time(now)])
    }

    func delegators(of person: PersonID, at now: Timestamp) throws -> [PersonID] {
        try connection.rows(
            """
            SELECT DISTINCT person_id FROM delegation
            WHERE delegate_id = ?1 AND until_ms > ?2 AND from_ms <= ?2 ORDER BY person_id
            """,
            [.id(person), .time(now)]
        ) { $0.id(0) }
    }

    func delegations(of person: PersonID, at now: Timestamp) throws -> [Delegation] {
        try connection.rows(
            Delegation.columns, "FROM delegation WHERE person_id = ? AND until_ms > ? ORDER BY from_ms, delegate_id",
            [.id(person), .time(now)])
    }

    func insert(_ delegation: Delegation) throws {
        // Delegating again from the same instant corrects the end.
        try connection.send(
            Delegation.inserting,
            [.id(delegation.person), .id(delegation.delegate), .time(delegation.from), .time(delegation.until)])
    }

    func end(_ delegation: Delegation, at now: Timestamp) throws {
        let key: [SQLValue] = [.id(delegation.person), .id(delegation.delegate), .time(delegation.from)]
        guard delegation.from < now else {
            try connection.send(
                "DELETE FROM delegation WHERE person_id = ? AND delegate_id = ? AND from_ms = ?", key)
            return
        }
        try connection.send(
            """
            UPDATE delegation SET until_ms = ?4 WHERE person_id = ?1 AND delegate_id = ?2 AND from_ms = ?3
                AND until_ms > ?4
            """,
            key + [.time(now)])
    }

    func delegations(
        involving person: PersonID?, at now: Timestamp, _ page: PageRequest
    ) throws -> Page<Delegation> {
        let after = try page.after.map(Self.place) ?? ("", "", 0)
        // The cast tells PostgreSQL the type of a parameter that is compared with nothing.
        let found = try connection.rows(
            Delegation.columns,
            """
            FROM delegation
            WHERE until_ms > ?1 AND (person_id, delegate_id, from_ms) > (?2, ?3, ?4)
                AND (CAST(?5 AS TEXT) IS NULL OR person_id = ?5 OR delegate_id = ?5)
            ORDER BY person_id, delegate_id, from_ms LIMIT ?6
            """,
            [
                .time(now), .text(after.0), .text(after.1), .integer(after.2), .id(person), Cursor.limit(page),
            ])
        return Cursor.page(found, page) { "\($0.person)/\($0.delegate)/\($0.from.milliseconds)" }
    }

    /// The primary key that a cursor of this list names.
    private static func place(_ cursor: String) throws -> (String, String, Int64) {
        let parts = cursor.split(separator: "/").map(String.init)
        guard parts.count == 3, PersonID(parts[0])?.text == parts[0], PersonID(parts[1])?.text == parts[1],
            let from = Int64(parts[2])
        else { throw Cursor.refusal }
        return (parts[0], parts[1], from)
    }
}

extension Delegation {
    static let columns = Columns("delegation", ["person_id", "delegate_id", "from_ms", "until_ms"]) { row in
        Delegation(person: row.id(0), delegate: row.id(1), from: row.time(2), until: row.time(3))
    }

    /// Delegating again from the same instant corrects the end.
    fileprivate static let inserting: SQL = """
        \(columns.inserting)
        ON CONFLICT (person_id, delegate_id, from_ms) DO UPDATE SET until_ms = excluded.until_ms
        """
}
