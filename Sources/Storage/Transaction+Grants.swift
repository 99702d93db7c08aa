import Basics
import Directory
import Records

extension SQLTransaction {
    func liveGrant(of person: PersonID, in cloud: CloudID) throws -> Grant? {
        try connection.row(
            """
            SELECT id, organization_id, cloud_id, person_id, profile, since_ms, until_ms, request_id, revoked_at_ms
            FROM cloud_grant WHERE person_id = ? AND cloud_id = ? AND revoked_at_ms IS NULL
            """,
            [.id(person), .id(cloud)], Self.grant)
    }

    func liveGrants(of person: PersonID) throws -> [Grant] {
        try connection.rows(
            """
            SELECT id, organization_id, cloud_id, person_id, profile, since_ms, until_ms, request_id, revoked_at_ms
            FROM cloud_grant WHERE person_id = ? AND revoked_at_ms IS NULL ORDER BY cloud_id
            """,
            [.id(person)], Self.grant)
    }

    func grant(_ id: GrantID) throws -> Grant? {
        try connection.row(
            """
            SELECT id, organization_id, cloud_id, person_id, profile, since_ms, until_ms, request_id, revoked_at_ms
            FROM cloud_grant WHERE id = ?
            """,
            [.id(id)], Self.grant)
    }

    func liveGrants(in cloud: CloudID) throws -> [Grant] {
        try connection.rows(
            """
            SELECT id, organization_id, cloud_id, person_id, profile, since_ms, until_ms, request_id, revoked_at_ms
            FROM cloud_grant WHERE cloud_id = ? AND revoked_at_ms IS NULL ORDER BY person_id
            """,
            [.id(cloud)], Self.grant)
    }

    func holders(in cloud: Cloud, _ page: PageRequest) throws -> Page<CloudHolder> {
        let after = try Cursor.text(of: page) { (try? EmailAddress($0))?.key == $0 }  // As for a list of people.
        let holders = try connection.rows(
            """
            SELECT person.id, person.organization_id, email, name, language, person.state, person.created_at_ms,
                CASE WHEN EXISTS (SELECT 1 FROM factor f WHERE f.person_id = person.id AND f.state = 'active')
                    THEN 1 ELSE 0 END,
                g.id, g.organization_id, g.cloud_id, g.person_id, g.profile, g.since_ms, g.until_ms, g.request_id,
                g.revoked_at_ms
            FROM person JOIN cloud_grant g ON g.person_id = person.id
            WHERE person.organization_id = ? AND email_key > ? AND g.cloud_id = ? AND g.revoked_at_ms IS NULL
            ORDER BY email_key LIMIT ?
            """,
            [.id(cloud.organization), .text(after), .id(cloud.id), Cursor.limit(page)]
        ) { row in
            CloudHolder(person: try Self.person(row), grant: Self.grant(row, from: 8), hasFactor: row.number(7) == 1)
        }
        return Cursor.page(holders, page) { $0.person.email.key }
    }

    func endGrant(_ id: GrantID, at now: Timestamp) throws -> Bool {
        try connection.run(
            "UPDATE cloud_grant SET revoked_at_ms = ? WHERE id = ? AND revoked_at_ms IS NULL", [.time(now), .id(id)])
            == 1
    }

    func replaceGrant(with grant: Grant, at now: Timestamp) throws {
        try revokeGrant(of: grant.person, in: grant.cloud, request: nil, at: now)
        try connection.run(
            """
            INSERT INTO cloud_grant
                (id, organization_id, cloud_id, person_id, profile, since_ms, until_ms, request_id, revoked_at_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .id(grant.id), .id(grant.organization), .id(grant.cloud), .id(grant.person), .text(grant.profile),
                .time(grant.since), .time(grant.until), .id(grant.request), .time(grant.revokedAt),
            ])
    }

    func revokeGrant(of person: PersonID, in cloud: CloudID, request: RequestID?, at now: Timestamp) throws {
        // The cast tells PostgreSQL the type of a parameter that is compared with nothing.
        try connection.run(
            """
            UPDATE cloud_grant SET revoked_at_ms = ?1
            WHERE person_id = ?2 AND cloud_id = ?3 AND revoked_at_ms IS NULL
                AND (CAST(?4 AS TEXT) IS NULL OR request_id = ?4)
            """,
            [.time(now), .id(person), .id(cloud), .id(request)])
    }

    private static func grant(_ row: any SQLRow) throws -> Grant { grant(row, from: 0) }

    /// - Parameter first: the column of its id.
    private static func grant(_ row: any SQLRow, from first: Int32) -> Grant {
        Grant(
            id: row.id(first), organization: row.id(first + 1), cloud: row.id(first + 2), person: row.id(first + 3),
            profile: row.text(first + 4), since: row.time(first + 5), until: row.maybeTime(first + 6),
            request: row.id(first + 7), revokedAt: row.maybeTime(first + 8))
    }
}
