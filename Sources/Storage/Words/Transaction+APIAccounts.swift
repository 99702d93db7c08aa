import Basics
import OneTimePassword
import Records

extension SQLTransaction {
    func apiAccount(_ id: APIAccountID) throws -> APIAccount? {
        try connection.row(
            APIAccount.columns,
            "FROM api_account WHERE id = ?", [.id(id)])
    }

    func apiAccount(of request: RequestID) throws -> APIAccount? {
        try connection.row(
            APIAccount.columns,
            "FROM api_account WHERE request_id = ?", [.id(request)])
    }

    func apiAccounts(of organization: OrganizationID, _ page: PageRequest) throws -> Page<APIAccount> {
        let after = try Cursor.text(of: page) { APIAccountID($0)?.text == $0 }
        let found = try connection.rows(
            APIAccount.columns,
            "FROM api_account WHERE organization_id = ? AND id > ? ORDER BY id LIMIT ?",
            [.id(organization), .text(after), Cursor.limit(page)])
        return Cursor.page(found, page) { $0.id.text }
    }

    func openAPIAccounts(ownedBy person: PersonID) throws -> [APIAccount] {
        try connection.rows(
            APIAccount.columns,
            "FROM api_account WHERE owner_id = ? AND closed_at_ms IS NULL ORDER BY id", [.id(person)])
    }

    func apiSecrets(of account: APIAccountID) throws -> [APISecret] {
        try connection.rows(
            "SELECT hash, created_at_ms, ends_at_ms FROM api_secret WHERE account_id = ? ORDER BY created_at_ms, hash",
            [.id(account)]
        ) { APISecret(account: account, hash: $0.blob(0), createdAt: $0.time(1), endsAt: $0.maybeTime(2)) }
    }

    func apiGrants(of account: APIAccountID) throws -> [APIGrant] {
        try connection.rows(
            "SELECT cloud_id, profile, since_ms FROM api_grant WHERE account_id = ? ORDER BY cloud_id", [.id(account)]
        ) { APIGrant(account: account, cloud: $0.id(0), profile: $0.text(1), since: $0.time(2)) }
    }

    func programGrants(
        of organization: OrganizationID?, after mark: ProgramGrantMark?, limit: Int
    ) throws -> [ProgramGrant] {
        let (account, cloud) = (SQLValue.text(mark?.account.text ?? ""), SQLValue.text(mark?.cloud.text ?? ""))
        guard let organization else {
            return try connection.rows(ProgramGrant.ofAll, [account, cloud, .number(limit)], ProgramGrant.read)
        }
        return try connection.rows(
            ProgramGrant.ofOrganization, [.id(organization), account, cloud, .number(limit)], ProgramGrant.read)
    }

    func hadKeys(_ account: APIAccountID, at instant: Timestamp) throws -> Bool {
        // The last of them says what there is since: the names of keys, or that there are none.
        try connection.row(
            """
            SELECT detail FROM audit WHERE subject = ? AND at_ms <= ? AND action = 'api_account.keys'
            ORDER BY sequence DESC LIMIT 1
            """,
            [.id(account), .time(instant)]
        ) { $0.text(0) != "none" } ?? false
    }

    func attempts(of account: APIAccountID) throws -> Attempts {
        try connection.row("SELECT misses, blocked_until_ms FROM api_account WHERE id = ?", [.id(account)]) {
            Attempts(misses: $0.number(0), blockedUntil: $0.maybeTime(1))
        } ?? Attempts()
    }

    func setAttempts(_ attempts: Attempts, of account: APIAccountID) throws {
        try connection.send(
            "UPDATE api_account SET misses = ?, blocked_until_ms = ? WHERE id = ?",
            [.number(attempts.misses), .time(attempts.blockedUntil), .id(account)])
    }

    func insert(_ account: APIAccount) throws {
        try connection.send(
            APIAccount.columns.inserting,
            [
                .id(account.id), .id(account.organization), .id(account.owner), .text(account.purpose),
                .id(account.request), .time(account.createdAt), .time(account.closedAt),
                .maybe(account.keys?.compact),
            ])
    }

    func insert(_ secret: APISecret) throws {
        try connection.send(
            "INSERT INTO api_secret (account_id, hash, created_at_ms, ends_at_ms) VALUES (?, ?, ?, ?)",
            [.id(secret.account), .blob(secret.hash), .time(secret.createdAt), .time(secret.endsAt)])
    }

    func endNewestAPISecret(of account: APIAccountID, at end: Timestamp) throws {
        try connection.send(
            "UPDATE api_secret SET ends_at_ms = ? WHERE account_id = ? AND ends_at_ms IS NULL",
            [.time(end), .id(account)])
    }

    func setKeys(_ keys: JSON?, of account: APIAccountID) throws {
        try connection.send("DELETE FROM api_secret WHERE account_id = ?", [.id(account)])
        try connection.send(
            "UPDATE api_account SET keys = ? WHERE id = ?", [.maybe(keys?.compact), .id(account)])
    }

    func insert(_ grant: APIGrant) throws {
        try connection.send(
            "INSERT INTO api_grant (account_id, cloud_id, profile, since_ms) VALUES (?, ?, ?, ?)",
            [.id(grant.account), .id(grant.cloud), .text(grant.profile), .time(grant.since)])
    }

    func setOwner(_ owner: PersonID, of account: APIAccountID) throws {
        try connection.send("UPDATE api_account SET owner_id = ? WHERE id = ?", [.id(owner), .id(account)])
    }

    func closeAPIAccount(_ id: APIAccountID, at now: Timestamp) throws -> Bool {
        // What opens nothing any more is not kept, hashed or not.
        try connection.send("DELETE FROM api_secret WHERE account_id = ?", [.id(id)])
        return try connection.run(
            "UPDATE api_account SET closed_at_ms = ? WHERE id = ? AND closed_at_ms IS NULL", [.time(now), .id(id)]) == 1
    }
}

extension APIAccount {
    static let columns = Columns(
        "api_account",
        ["id", "organization_id", "owner_id", "purpose", "request_id", "created_at_ms", "closed_at_ms", "keys"]
    ) { row in
        APIAccount(
            id: row.id(0), organization: row.id(1), owner: row.id(2), purpose: row.text(3), request: row.id(4),
            createdAt: row.time(5), closedAt: row.maybeTime(6), keys: row.isNull(7) ? nil : try row.json(7))
    }
}

extension ProgramGrant {
    private static let some: SQL = """
        SELECT \(APIAccount.columns.list), api_grant.cloud_id, api_grant.profile, api_grant.since_ms
        FROM api_account JOIN api_grant ON api_grant.account_id = api_account.id
        """

    fileprivate static let ofAll: SQL = """
        \(some) WHERE (api_grant.account_id, api_grant.cloud_id) > (?, ?)
        ORDER BY api_grant.account_id, api_grant.cloud_id LIMIT ?
        """

    /// The program of the mark is looked at again: it may have more clouds.
    fileprivate static let ofOrganization: SQL = """
        \(some) WHERE api_account.organization_id = ?1 AND api_account.id >= ?2
            AND (api_account.id > ?2 OR api_grant.cloud_id > ?3)
        ORDER BY api_account.id, api_grant.cloud_id LIMIT ?4
        """

    @Sendable
    fileprivate static func read(_ row: any SQLRow) throws -> ProgramGrant {
        let account = try APIAccount.columns.read(row)
        return ProgramGrant(
            account: account,
            grant: APIGrant(account: account.id, cloud: row.id(8), profile: row.text(9), since: row.time(10)))
    }
}
