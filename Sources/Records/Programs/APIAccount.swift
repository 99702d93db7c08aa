package import Basics

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
    /// Its public keys, a JSON Web Key Set: with them it signs what it proves itself by, and has no secret.
    package let keys: JSON?

    package init(
        id: APIAccountID, organization: OrganizationID, owner: PersonID, purpose: String, request: RequestID,
        createdAt: Timestamp, closedAt: Timestamp?, keys: JSON? = nil
    ) {
        self.id = id
        self.organization = organization
        self.owner = owner
        self.purpose = purpose
        self.request = request
        self.createdAt = createdAt
        self.closedAt = closedAt
        self.keys = keys
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

    package func isLive(at now: Timestamp) -> Bool { endsAt.map { $0 > now } ?? true }
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

/// A program with its profile in a cloud.
package struct ProgramGrant: Hashable, Sendable {
    package let account: APIAccount
    package let grant: APIGrant

    package init(account: APIAccount, grant: APIGrant) {
        self.account = account
        self.grant = grant
    }
}

/// Where one grant stands in the order of those of programs.
package struct ProgramGrantMark: Hashable, Sendable {
    package let account: APIAccountID
    package let cloud: CloudID

    package init(account: APIAccountID, cloud: CloudID) {
        self.account = account
        self.cloud = cloud
    }
}
