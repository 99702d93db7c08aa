import Basics
import Directory
import Records

extension SQLTransaction {
    func grants(_ scope: GrantScope, after mark: GrantMark?, limit: Int) throws -> [CloudHolder] {
        // Before the first one stands the empty text.
        let organization = SQLValue.text(mark?.organization.text ?? "")
        let cloud = SQLValue.text(mark?.cloud.text ?? "")
        let person = SQLValue.text(mark?.person.text ?? "")
        let grant = SQLValue.text(mark?.grant.text ?? "")
        let (query, values): (SQL, [SQLValue]) =
            switch scope {
            case .everywhere: (AccessSearch.everywhere, [organization, cloud, person, grant])
            case .organization(let id): (AccessSearch.ofOrganization, [.id(id), cloud, person, grant])
            case .cloud(let id, let organization): (AccessSearch.ofCloud, [.id(organization), .id(id), person, grant])
            case .person(let id): (AccessSearch.ofPerson, [.id(id), cloud, grant])
            }
        return try connection.rows(query, values + [.number(limit)], CloudHolder.read)
    }

    func accountState(of person: PersonID, at instant: Timestamp) throws -> AccountState? {
        let known: (state: AccountState, since: Timestamp, made: Timestamp)? = try connection.row(
            "SELECT state, state_since_ms, created_at_ms FROM person WHERE id = ?", [.id(person)]
        ) { (try $0.word(0), $0.time(1), $0.time(2)) }
        guard let known, known.made <= instant else { return nil }
        if known.since <= instant { return known.state }
        return try connection.row(AccessSearch.state, [.id(person), .time(instant)]) { try $0.word(0) } ?? .invited
    }

    func hadFactor(_ person: PersonID, at instant: Timestamp) throws -> Bool {
        try connection.row(AccessSearch.factor, [.id(person), .time(instant)]) { $0.integer(0) } != nil
    }
}

/// One statement for each index; each goes on after a place in the order of it.
private enum AccessSearch {
    private static let some: SQL = """
        SELECT \(CloudHolder.list) FROM cloud_grant JOIN person ON person.id = cloud_grant.person_id
        """

    static let everywhere: SQL = """
        \(some) WHERE (cloud_grant.organization_id, cloud_grant.cloud_id, cloud_grant.person_id, cloud_grant.id)
            > (?, ?, ?, ?)
        ORDER BY cloud_grant.organization_id, cloud_grant.cloud_id, cloud_grant.person_id, cloud_grant.id LIMIT ?
        """

    static let ofOrganization: SQL = """
        \(some) WHERE cloud_grant.organization_id = ?
            AND (cloud_grant.cloud_id, cloud_grant.person_id, cloud_grant.id) > (?, ?, ?)
        ORDER BY cloud_grant.cloud_id, cloud_grant.person_id, cloud_grant.id LIMIT ?
        """

    static let ofCloud: SQL = """
        \(some) WHERE cloud_grant.organization_id = ? AND cloud_grant.cloud_id = ?
            AND (cloud_grant.person_id, cloud_grant.id) > (?, ?)
        ORDER BY cloud_grant.person_id, cloud_grant.id LIMIT ?
        """

    static let ofPerson: SQL = """
        \(some) WHERE cloud_grant.person_id = ? AND (cloud_grant.cloud_id, cloud_grant.id) > (?, ?)
        ORDER BY cloud_grant.cloud_id, cloud_grant.id LIMIT ?
        """

    /// What the last entry about an account, up to an instant, left it as.
    static let state: SQL = """
        SELECT CASE action WHEN 'person.suspend' THEN 'suspended' WHEN 'person.close' THEN 'closed' ELSE 'active' END
        FROM audit WHERE subject = ? AND at_ms <= ?
            AND action IN ('person.activate', 'person.suspend', 'person.resume', 'person.close')
        ORDER BY sequence DESC LIMIT 1
        """

    /// A factor is made before it is proven, and the trail says when it was.
    static let factor: SQL = """
        SELECT 1 FROM factor f WHERE f.person_id = ?1 AND f.last_step IS NOT NULL
            AND (f.retired_at_ms IS NULL OR f.retired_at_ms > ?2)
            AND EXISTS (SELECT 1 FROM audit a WHERE a.subject = f.id AND a.at_ms <= ?2
                AND a.action IN ('factor.activate', 'factor.replace'))
        LIMIT 1
        """
}
