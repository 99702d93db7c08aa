import Basics
import Directory
import Records

extension SQLTransaction {
    /// A prefix is a range of an index: however many people
    /// there are, no more are read than are given.
    func people(matching key: String, of organization: OrganizationID?, limit: Int) throws -> [Person] {
        // Above every text that begins with the key.
        let range: [SQLValue] = [.text(key), .text(key + "\u{10FFFF}"), .number(limit)]
        let found =
            if let organization {
                try PrefixSearch.inOrganization.map {
                    try connection.rows($0, range + [.id(organization)], Person.columns.read)
                }
            } else {
                try PrefixSearch.everywhere.map { try connection.rows($0, range, Person.columns.read) }
            }
        var seen: Set<PersonID> = []
        return Array(found.joined().filter { seen.insert($0.id).inserted }.prefix(limit))
    }
}

/// One statement for each index.
private enum PrefixSearch {
    private static let keys: [SQL] = ["name_key", "family_key", "email_key"]

    static let inOrganization: [SQL] = keys.map { key in
        """
        \(Person.columns.selecting) FROM person
        WHERE organization_id = ?4 AND \(key) >= ?1 AND \(key) < ?2 ORDER BY \(key) LIMIT ?3
        """
    }

    static let everywhere: [SQL] = keys.map { key in
        "\(Person.columns.selecting) FROM person WHERE \(key) >= ?1 AND \(key) < ?2 ORDER BY \(key) LIMIT ?3"
    }
}
