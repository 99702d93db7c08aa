import Basics
import Directory
import Records

extension SQLTransaction {
    func duties(of person: PersonID) throws -> [DutyHolding] {
        try connection.rows(
            "SELECT duty, organization_id FROM duty WHERE person_id = ? ORDER BY duty, organization_id", [.id(person)]
        ) { DutyHolding(try $0.word(0), organization: $0.maybeID(1)) }
    }

    func holders(of duty: Duty, organization: OrganizationID?) throws -> [Person] {
        guard let organization else {
            return try connection.rows(
                """
                SELECT p.id, p.organization_id, p.email, p.name, p.language, p.state, p.created_at_ms
                FROM duty d JOIN person p ON p.id = d.person_id
                WHERE d.organization_id IS NULL AND d.duty = ? ORDER BY p.id
                """,
                [.text(duty.rawValue)], Self.person)
        }
        return try connection.rows(
            """
            SELECT p.id, p.organization_id, p.email, p.name, p.language, p.state, p.created_at_ms
            FROM duty d JOIN person p ON p.id = d.person_id
            WHERE d.organization_id = ? AND d.duty = ? ORDER BY p.id
            """,
            [.id(organization), .text(duty.rawValue)], Self.person)
    }

    func assign(_ holding: DutyHolding, to person: PersonID) throws {
        try connection.run(
            "INSERT INTO duty (person_id, duty, organization_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [.id(person), .text(holding.duty.rawValue), .id(holding.organization)])
    }

    func end(_ holding: DutyHolding, of person: PersonID) throws {
        // The cast tells PostgreSQL the type of a parameter that is compared with nothing.
        try connection.run(
            """
            DELETE FROM duty WHERE person_id = ?1 AND duty = ?2
                AND (organization_id = ?3 OR (organization_id IS NULL AND CAST(?3 AS TEXT) IS NULL))
            """,
            [.id(person), .text(holding.duty.rawValue), .id(holding.organization)])
    }

    func endDuties(of person: PersonID) throws {
        try connection.run("DELETE FROM duty WHERE person_id = ?", [.id(person)])
    }
}
