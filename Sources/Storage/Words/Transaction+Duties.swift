import Basics
import Directory
import Records

extension SQLTransaction {
    func duties(of person: PersonID) throws -> [DutyHolding] {
        try connection.rows(
            DutyHolding.columns,
            "FROM duty WHERE person_id = ? ORDER BY duty, COALESCE(organization_id, '')",
            [.id(person)])
    }

    func holders(of duty: Duty, organization: OrganizationID?) throws -> [Person] {
        guard let organization else {
            return try connection.rows(
                Person.columns,
                """
                FROM duty d JOIN person ON person.id = d.person_id
                WHERE d.organization_id IS NULL AND d.duty = ? ORDER BY person.id
                """,
                [.text(duty.rawValue)])
        }
        return try connection.rows(
            Person.columns,
            """
            FROM duty d JOIN person ON person.id = d.person_id
            WHERE d.organization_id = ? AND d.duty = ? ORDER BY person.id
            """,
            [.id(organization), .text(duty.rawValue)])
    }

    func assign(_ holding: DutyHolding, to person: PersonID) throws {
        try connection.send(
            "INSERT INTO duty (person_id, duty, organization_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [.id(person), .text(holding.duty.rawValue), .id(holding.organization)])
    }

    func end(_ holding: DutyHolding, of person: PersonID) throws {
        // The cast tells PostgreSQL the type of a parameter that is compared with nothing.
        try connection.send(
            """
            DELETE FROM duty WHERE person_id = ?1 AND duty = ?2
                AND (organization_id = ?3 OR (organization_id IS NULL AND CAST(?3 AS TEXT) IS NULL))
            """,
            [.id(person), .text(holding.duty.rawValue), .id(holding.organization)])
    }

    func endDuties(of person: PersonID) throws {
        try connection.send("DELETE FROM duty WHERE person_id = ?", [.id(person)])
    }
}

extension DutyHolding {
    fileprivate static let columns = Columns("duty", ["duty", "organization_id"]) { row in
        DutyHolding(try row.word(0), organization: row.maybeID(1))
    }
}
