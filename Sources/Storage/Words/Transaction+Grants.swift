import Basics
import Directory
import Records

extension SQLTransaction {
    func liveGrant(of person: PersonID, in cloud: CloudID, at now: Timestamp) throws -> Grant? {
        try connection.row(
            Grant.columns,
            "FROM cloud_grant WHERE person_id = ? AND cloud_id = ? AND revoked_at_ms IS NULL",
            [.id(person), .id(cloud)])?.inForce(at: now)
    }

    func liveGrants(of person: PersonID, at now: Timestamp) throws -> [Grant] {
        try connection.rows(
            Grant.columns,
            "FROM cloud_grant WHERE person_id = ? AND revoked_at_ms IS NULL ORDER BY cloud_id",
            [.id(person)]
        ).map { $0.inForce(at: now) }
    }

    func grants(of person: PersonID, from request: RequestID) throws -> [Grant] {
        try connection.rows(
            Grant.columns,
            "FROM cloud_grant WHERE person_id = ? AND request_id = ? ORDER BY cloud_id, id",
            [.id(person), .id(request)])
    }

    func grant(_ id: GrantID) throws -> Grant? {
        try connection.row(
            Grant.columns,
            "FROM cloud_grant WHERE id = ?",
            [.id(id)])
    }

    func liveGrants(in cloud: CloudID, at now: Timestamp) throws -> [Grant] {
        try connection.rows(
            Grant.columns,
            "FROM cloud_grant WHERE cloud_id = ? AND revoked_at_ms IS NULL ORDER BY person_id",
            [.id(cloud)]
        ).map { $0.inForce(at: now) }
    }

    func holders(in cloud: Cloud, _ page: PageRequest, at now: Timestamp) throws -> Page<CloudHolder> {
        let after = try Cursor.text(of: page) { (try? EmailAddress($0))?.key == $0 }  // As for a list of people.
        let holders = try connection.rows(
            CloudHolder.query, [.id(cloud.organization), .text(after), .id(cloud.id), Cursor.limit(page)],
            CloudHolder.read
        ).map { $0.inForce(at: now) }
        return Cursor.page(holders, page) { $0.person.email.key }
    }

    func holdersByID(in cloud: Cloud, _ page: PageRequest, at now: Timestamp) throws -> Page<CloudHolder> {
        let after = try Cursor.text(of: page) { PersonID($0)?.text == $0 }
        let holders = try connection.rows(
            CloudHolder.queryByID, [.id(cloud.id), .text(after), .id(cloud.organization), Cursor.limit(page)],
            CloudHolder.read
        ).map { $0.inForce(at: now) }
        return Cursor.page(holders, page) { $0.person.id.text }
    }

    func endGrant(_ id: GrantID, at now: Timestamp) throws -> Bool {
        try connection.run(
            "UPDATE cloud_grant SET revoked_at_ms = ? WHERE id = ? AND revoked_at_ms IS NULL", [.time(now), .id(id)])
            == 1
    }

    func replaceGrant(with grant: Grant, at now: Timestamp) throws {
        try revokeGrant(of: grant.person, in: grant.cloud, at: now)
        try connection.send(
            Grant.columns.inserting,
            [
                .id(grant.id), .id(grant.organization), .id(grant.cloud), .id(grant.person), .text(grant.profile),
                .time(grant.since), .time(grant.until), .id(grant.request), .time(grant.revokedAt),
                .maybe(grant.later.stored),
            ])
    }

    func setLater(of grant: GrantID, _ later: [Grant.Later]) throws {
        try connection.send(
            "UPDATE cloud_grant SET later = ? WHERE id = ? AND revoked_at_ms IS NULL",
            [.maybe(later.stored), .id(grant)])
    }

    func revokeGrant(of person: PersonID, in cloud: CloudID, at now: Timestamp) throws {
        try connection.send(
            """
            UPDATE cloud_grant SET revoked_at_ms = ?
            WHERE person_id = ? AND cloud_id = ? AND revoked_at_ms IS NULL
            """,
            [.time(now), .id(person), .id(cloud)])
    }
}

extension Grant {
    static let columns = Columns(
        "cloud_grant",
        [
            "id", "organization_id", "cloud_id", "person_id", "profile", "since_ms", "until_ms", "request_id",
            "revoked_at_ms", "later",
        ]
    ) { row in
        Grant(
            id: row.id(0), organization: row.id(1), cloud: row.id(2), person: row.id(3), profile: row.text(4),
            since: row.time(5), until: row.maybeTime(6), request: row.id(7), later: try later(row, 9),
            revokedAt: row.maybeTime(8))
    }

    /// - Throws: `UnreadableRow` for what no program wrote.
    static func later(_ row: any SQLRow, _ column: Int32) throws -> [Later] {
        guard !row.isNull(column) else { return [] }
        return try row.json(column).elements.map { entry in
            guard let profile = entry["profile"].text, let request = entry["request"].text.flatMap(RequestID.init)
            else { throw UnreadableRow(column: column, text: row.text(column)) }
            return Later(
                profile: profile, until: entry["until"].number.map(Timestamp.init(milliseconds:)), request: request)
        }
    }
}

extension [Grant.Later] {
    fileprivate var stored: String? { isEmpty ? nil : JSON.array(map(\.json)).compact }
}

extension Grant.Later {
    fileprivate var json: JSON {
        ["profile": .string(profile), "until": JSON(until?.milliseconds), "request": .string(request.text)]
    }
}

extension CloudHolder {
    /// A person, a grant of theirs, and whether they have a factor.
    static let list: SQL = """
        \(Person.columns.list), \(Grant.columns.list),
            CASE WHEN EXISTS (SELECT 1 FROM factor f WHERE f.person_id = person.id AND f.state = 'active')
                THEN 1 ELSE 0 END
        """

    @Sendable
    static func read(_ row: any SQLRow) throws -> CloudHolder {
        CloudHolder(
            person: try Person.columns.read(row), grant: try Grant.columns.read(RowPart(row: row, first: 7)),
            hasFactor: row.number(17) == 1)
    }

    fileprivate static let query: SQL = """
        SELECT \(list) FROM person JOIN cloud_grant ON cloud_grant.person_id = person.id
        WHERE person.organization_id = ? AND email_key > ? AND cloud_id = ? AND revoked_at_ms IS NULL
        ORDER BY email_key LIMIT ?
        """

    /// `CROSS JOIN`, so that SQLite begins with the grants.
    fileprivate static let queryByID: SQL = """
        SELECT \(list) FROM cloud_grant CROSS JOIN person
        WHERE cloud_id = ? AND revoked_at_ms IS NULL AND cloud_grant.person_id > ?
            AND person.id = cloud_grant.person_id AND person.organization_id = ?
        ORDER BY cloud_grant.person_id LIMIT ?
        """
}
