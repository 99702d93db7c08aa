import Basics
import Directory
import Records

extension SQLTransaction {
    func standings(after person: PersonID?, limit: Int) throws -> [StandingTable.Person] {
        try connection.rows(
            StandingSearch.people, [.text(person?.text ?? ""), .number(limit)], StandingSearch.person)
    }

    func standing(of person: PersonID) throws -> StandingTable.Person? {
        try connection.row(StandingSearch.onePerson, [.id(person)], StandingSearch.person)
    }

    func heldGrants(of people: ClosedRange<PersonID>) throws -> [StandingTable.Held] {
        try connection.rows(StandingSearch.grants, [.id(people.lowerBound), .id(people.upperBound)]) { row in
            let (person, cloud): (PersonID, CloudID) = (row.id(0), row.id(1))
            var spans = [Standing.Held(profile: row.text(2), since: row.time(3), until: row.maybeTime(4))]
            for next in try Grant.later(row, 5) { spans.append(spans[spans.count - 1].followed(by: next)) }
            return spans.map { StandingTable.Held(person: person, cloud: cloud, grant: $0) }
        }.flatMap { $0 }
    }

    func places(after cloud: CloudID?, limit: Int) throws -> [StandingTable.Place] {
        try connection.rows(
            StandingSearch.clouds, [.text(cloud?.text ?? ""), .number(limit)], StandingSearch.place)
    }

    func place(of cloud: CloudID) throws -> StandingTable.Place? {
        try connection.row(StandingSearch.oneCloud, [.id(cloud)], StandingSearch.place)
    }
}

private enum StandingSearch {
    /// A person, and the factor that is active.
    private static let somebody: SQL = """
        SELECT person.id, person.organization_id, person.email_key, person.state, factor.id,
            factor.last_accepted_at_ms
        FROM person LEFT JOIN factor ON factor.person_id = person.id AND factor.state = 'active'
        """

    static let people: SQL = """
        \(somebody) WHERE person.id > ? ORDER BY person.id LIMIT ?
        """
    static let onePerson: SQL = """
        \(somebody) WHERE person.id = ?
        """

    static let grants: SQL = """
        SELECT person_id, cloud_id, profile, since_ms, until_ms, later FROM cloud_grant
        WHERE person_id >= ? AND person_id <= ? AND revoked_at_ms IS NULL ORDER BY person_id, cloud_id
        """

    private static let somewhere: SQL = """
        SELECT cloud.id, cloud.organization_id, organization.slug || '/' || cloud.slug
        FROM cloud JOIN organization ON organization.id = cloud.organization_id
        """

    static let clouds: SQL = """
        \(somewhere) WHERE cloud.id > ? ORDER BY cloud.id LIMIT ?
        """
    static let oneCloud: SQL = """
        \(somewhere) WHERE cloud.id = ?
        """

    @Sendable
    static func person(_ row: any SQLRow) throws -> StandingTable.Person {
        StandingTable.Person(
            id: row.id(0), organization: row.maybeID(1), addressKey: row.text(2), account: try row.word(3),
            factor: row.isNull(4) ? .none : .active, lastVerifiedAt: row.maybeTime(5))
    }

    @Sendable
    static func place(_ row: any SQLRow) throws -> StandingTable.Place {
        StandingTable.Place(id: row.id(0), organization: row.id(1), path: row.text(2))
    }
}
