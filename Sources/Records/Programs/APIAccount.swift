public import Basics

/// The account of a program, for which a person answers.
public struct APIAccount: Hashable, Sendable {
    /// Also its client id.
    public let id: APIAccountID
    public let organization: OrganizationID
    public let owner: PersonID
    public let purpose: String
    public let request: RequestID
    public let createdAt: Timestamp
    public let closedAt: Timestamp?
    /// Its public keys, a JSON Web Key Set: with them it signs what it proves itself by, and has no secret.
    public let keys: JSON?

    public init(
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
public struct APISecret: Hashable, Sendable {
    public let account: APIAccountID
    public let hash: [UInt8]
    public let createdAt: Timestamp
    /// Up to, not including; nil for the newest.
    public let endsAt: Timestamp?

    public init(account: APIAccountID, hash: [UInt8], createdAt: Timestamp, endsAt: Timestamp?) {
        self.account = account
        self.hash = hash
        self.createdAt = createdAt
        self.endsAt = endsAt
    }

    public func isLive(at now: Timestamp) -> Bool { endsAt.map { $0 > now } ?? true }
}

public struct APIGrant: Hashable, Sendable {
    public let account: APIAccountID
    public let cloud: CloudID
    public let profile: String
    public let since: Timestamp

    public init(account: APIAccountID, cloud: CloudID, profile: String, since: Timestamp) {
        self.account = account
        self.cloud = cloud
        self.profile = profile
        self.since = since
    }
}

/// A program with its profile in a cloud.
public struct ProgramGrant: Hashable, Sendable {
    public let account: APIAccount
    public let grant: APIGrant

    public init(account: APIAccount, grant: APIGrant) {
        self.account = account
        self.grant = grant
    }
}

/// Where one grant stands in the order of those of programs.
public struct ProgramGrantMark: Hashable, Sendable {
    public let account: APIAccountID
    public let cloud: CloudID

    public init(account: APIAccountID, cloud: CloudID) {
        self.account = account
        self.cloud = cloud
    }
}
