public import Basics

/// Which part a person plays beyond being a user.
public enum Duty: String, Sendable, CaseIterable, Codable {
    /// Of a customer organization: requests accounts for colleagues.
    case representative
    /// Of the provider, for certain organizations: approves.
    case deliveryManager = "delivery_manager"
    /// Of the provider, for all organizations: the deputy when a delivery manager is silent.
    case dutyManager = "duty_manager"
    /// Of the provider: looks after the service, sees everything and
    /// decides nothing; excludes every other duty.
    case `operator`
}

/// Where an account stands.
///
/// Only an active one may do anything.
public enum AccountState: String, Sendable, CaseIterable, Codable {
    case invited, active, suspended, closed
}

/// Whether a person has a second factor that works.
public enum FactorState: String, Sendable, CaseIterable, Codable {
    case none, active
}

/// A customer.
public struct Organization: Hashable, Sendable {
    public let id: OrganizationID
    /// Unique among all organizations.
    public let slug: Slug
    public let name: DisplayName
    public let kind: Kind
    public let locality: Locality
    public let createdAt: Timestamp

    /// In whose zones its resources may stand.
    public enum Kind: String, Sendable, CaseIterable {
        case client
        /// Of the provider's own group, for which some zones are reserved.
        case group
    }

    public init(
        id: OrganizationID, slug: Slug, name: DisplayName, kind: Kind = .client, locality: Locality = .installation,
        createdAt: Timestamp
    ) {
        self.id = id
        self.slug = slug
        self.name = name
        self.kind = kind
        self.locality = locality
        self.createdAt = createdAt
    }

    /// The same, of another kind and by another calendar.
    public func with(_ kind: Kind, _ locality: Locality) -> Organization {
        Organization(id: id, slug: slug, name: name, kind: kind, locality: locality, createdAt: createdAt)
    }
}

/// By which calendar an organization works, and in which time zone; nil is the installation's.
public struct Locality: Hashable, Sendable {
    /// Name of a calendar file.
    public var calendar: String?
    /// IANA name.
    public var timeZone: String?

    public static let installation = Locality(calendar: nil, timeZone: nil)

    public init(calendar: String?, timeZone: String?) {
        self.calendar = calendar
        self.timeZone = timeZone
    }
}

/// A partition of an organization's resources and rights.
public struct Cloud: Hashable, Sendable {
    public let id: CloudID
    public let organization: OrganizationID
    /// Unique within the organization.
    public let slug: Slug
    public let name: DisplayName
    public let createdAt: Timestamp

    public init(id: CloudID, organization: OrganizationID, slug: Slug, name: DisplayName, createdAt: Timestamp) {
        self.id = id
        self.organization = organization
        self.slug = slug
        self.name = name
        self.createdAt = createdAt
    }

    /// As people are told of it: `Production (prod)`.
    ///
    /// Names of old clouds may be the same, short names never are.
    public var label: String { name.text.lowercased() == slug.text ? name.text : "\(name) (\(slug))" }
}

/// Somebody with an account, of a customer or of the provider.
public struct Person: Hashable, Sendable {
    public let id: PersonID
    /// nil: staff of the provider.
    public let organization: OrganizationID?
    /// Works for the provider.
    public var isStaff: Bool { organization == nil }
    public let email: EmailAddress
    public let name: DisplayName
    public let language: Language
    public let state: AccountState
    public let createdAt: Timestamp

    public init(
        id: PersonID, organization: OrganizationID?, email: EmailAddress, name: DisplayName, language: Language,
        state: AccountState, createdAt: Timestamp
    ) {
        self.id = id
        self.organization = organization
        self.email = email
        self.name = name
        self.language = language
        self.state = state
        self.createdAt = createdAt
    }
}
