import Basics
import Directory
import Records

extension SQLTransaction {
    /// A prefix is a range of an index: however many people there are, no more are read than are given.
    func people(matching key: String, of organization: OrganizationID?, limit: Int) throws -> [Person] {
        // Above every text that begins with the key.
        let range: [SQLValue] = [.text(key), .text(key + "\u{10FFFF}"), .number(limit)]
        let found: [[Person]] =
            if let organization {
                try [
                    connection.rows(
                        """
                        SELECT id, organization_id, email, name, language, state, created_at_ms FROM person
                        WHERE organization_id = ?4 AND name_key >= ?1 AND name_key < ?2 ORDER BY name_key LIMIT ?3
                        """, range + [.id(organization)], Self.person),
                    connection.rows(
                        """
                        SELECT id, organization_id, email, name, language, state, created_at_ms FROM person
                        WHERE organization_id = ?4 AND family_key >= ?1 AND family_key < ?2 ORDER BY family_key LIMIT ?3
                        """, range + [.id(organization)], Self.person),
                    connection.rows(
                        """
                        SELECT id, organization_id, email, name, language, state, created_at_ms FROM person
                        WHERE organization_id = ?4 AND email_key >= ?1 AND email_key < ?2 ORDER BY email_key LIMIT ?3
                        """, range + [.id(organization)], Self.person),
                ]
            } else {
                try [
                    connection.rows(
                        """
                        SELECT id, organization_id, email, name, language, state, created_at_ms FROM person
                        WHERE name_key >= ?1 AND name_key < ?2 ORDER BY name_key LIMIT ?3
                        """, range, Self.person),
                    connection.rows(
                        """
                        SELECT id, organization_id, email, name, language, state, created_at_ms FROM person
                        WHERE family_key >= ?1 AND family_key < ?2 ORDER BY family_key LIMIT ?3
                        """, range, Self.person),
                    connection.rows(
                        """
                        SELECT id, organization_id, email, name, language, state, created_at_ms FROM person
                        WHERE email_key >= ?1 AND email_key < ?2 ORDER BY email_key LIMIT ?3
                        """, range, Self.person),
                ]
            }
        var seen: Set<PersonID> = []
        return Array(found.joined().filter { seen.insert($0.id).inserted }.prefix(limit))
    }
}
