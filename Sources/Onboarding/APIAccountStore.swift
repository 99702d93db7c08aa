package import Basics
package import OneTimePassword

/// Accounts of programs, as they are kept; of a secret only its hash.
package protocol APIAccountSnapshot {
    func apiAccount(_ id: APIAccountID) throws -> APIAccount?
    /// The account that came of a request.
    func apiAccount(of request: RequestID) throws -> APIAccount?
    /// Oldest first, closed ones included.
    func apiAccounts(of organization: OrganizationID, _ page: PageRequest) throws -> Page<APIAccount>
    func openAPIAccounts(ownedBy person: PersonID) throws -> [APIAccount]
    /// Oldest first, those that have ended included.
    func apiSecrets(of account: APIAccountID) throws -> [APISecret]
    func apiGrants(of account: APIAccountID) throws -> [APIGrant]
    func attempts(of account: APIAccountID) throws -> Attempts
}

package protocol APIAccountTransaction {
    func insert(_ account: APIAccount) throws
    func insert(_ secret: APISecret) throws
    /// The secret that has no end yet gets one.
    func endNewestAPISecret(of account: APIAccountID, at end: Timestamp) throws
    func insert(_ grant: APIGrant) throws
    func setOwner(_ owner: PersonID, of account: APIAccountID) throws
    /// Closes an account for good and erases its secrets; false if it was closed before.
    func closeAPIAccount(_ id: APIAccountID, at now: Timestamp) throws -> Bool
    func setAttempts(_ attempts: Attempts, of account: APIAccountID) throws
}

/// The account of a program, for which a person answers.
package struct APIAccount: Hashable, Sendable {
    /// Also its client id.
    package let id: APIAccountID
    package let organization: OrganizationID
    package let owner: PersonID
    package let purpose: String
    package let request: RequestID
    package let createdAt: Timestamp
    package let closedAt: Timestamp?

    package init(
        id: APIAccountID, organization: OrganizationID, owner: PersonID, purpose: String, request: RequestID,
        createdAt: Timestamp, closedAt: Timestamp?
    ) {
        self.id = id
        self.organization = organization
        self.owner = owner
        self.purpose = purpose
        self.request = request
        self.createdAt = createdAt
        self.closedAt = closedAt
    }
}

/// A secret of a program: SHA-256, 32 bytes.
package struct APISecret: Hashable, Sendable {
    package let account: APIAccountID
    package let hash: [UInt8]
    package let createdAt: Timestamp
    /// Up to, not including; nil for the newest.
    package let endsAt: Timestamp?

    package init(account: APIAccountID, hash: [UInt8], createdAt: Timestamp, endsAt: Timestamp?) {
        self.account = account
        self.hash = hash
        self.createdAt = createdAt
        self.endsAt = endsAt
    }

    func isLive(at now: Timestamp) -> Bool { endsAt.map { $0 > now } ?? true }
}

package struct APIGrant: Hashable, Sendable {
    package let account: APIAccountID
    package let cloud: CloudID
    package let profile: String
    package let since: Timestamp

    package init(account: APIAccountID, cloud: CloudID, profile: String, since: Timestamp) {
        self.account = account
        self.cloud = cloud
        self.profile = profile
        self.since = since
    }
}
