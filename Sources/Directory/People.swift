package import Basics

/// Which part a person plays beyond being a user.
package enum Duty: String, Sendable, CaseIterable, Codable {
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
package enum AccountState: String, Sendable, CaseIterable, Codable {
    case invited, active, suspended, closed
}

/// Whether a person has a second factor that works.
package enum FactorState: String, Sendable, CaseIterable, Codable {
    case none, active
}

/// A customer.
package struct Organization: Hashable, Sendable {
    package let id: OrganizationID
    /// Unique among all organizations.
    package let slug: Slug
    package let name: DisplayName
    package let kind: Kind
    package let locality: Locality
    package let createdAt: Timestamp

    /// In whose zones its resources may stand.
    package enum Kind: String, Sendable, CaseIterable {
        case client
        /// Of the provider's own group, for which some zones are reserved.
        case group
    }

    package init(
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
    package func with(_ kind: Kind, _ locality: Locality) -> Organization {
        Organization(id: id, slug: slug, name: name, kind: kind, locality: locality, createdAt: createdAt)
    }
}

/// By which calendar an organization works, and in which time zone; nil is the installation's.
package struct Locality: Hashable, Sendable {
    /// Name of a calendar file.
    package var calendar: String?
    /// IANA name.
    package var timeZone: String?

    package static let installation = Locality(calendar: nil, timeZone: nil)

    package init(calendar: String?, timeZone: String?) {
        self.calendar = calendar
        self.timeZone = timeZone
    }
}

/// A partition of an organization's resources and rights.
package struct Cloud: Hashable, Sendable {
    package let id: CloudID
    package let organization: OrganizationID
    /// Unique within the organization.
    package let slug: Slug
    package let name: DisplayName
    package let createdAt: Timestamp

    package init(id: CloudID, organization: OrganizationID, slug: Slug, name: DisplayName, createdAt: Timestamp) {
        self.id = id
        self.organization = organization
        self.slug = slug
        self.name = name
        self.createdAt = createdAt
    }

    /// As people are told of it: `Production (prod)`.
    ///
    /// Names of old clouds may be the same, short names never are.
    package var label: String { name.text.lowercased() == slug.text ? name.text : "\(name) (\(slug))" }
}

/// Somebody with an account, of a customer or of the provider.
package struct Person: Hashable, Sendable {
    package let id: PersonID
    /// nil: staff of the provider.
    package let organization: OrganizationID?
    /// Works for the provider.
    package var isStaff: Bool { organization == nil }
    package let email: EmailAddress
    package let name: DisplayName
    package let language: Language
    package let state: AccountState
    package let createdAt: Timestamp

    package init(
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

/// This person has this profile in this cloud, since when, until when, because of which request.
package struct Grant: Hashable, Sendable {
    package let id: GrantID
    package let organization: OrganizationID
    package let cloud: CloudID
    package let person: PersonID
    /// A profile's code as the catalogue spells it, never an alias.
    package let profile: String
    /// From this instant on.
    package let since: Timestamp
    /// Up to, not including, this instant; nil: no end.
    package let until: Timestamp?
    package let request: RequestID
    package let revokedAt: Timestamp?

    package init(
        id: GrantID, organization: OrganizationID, cloud: CloudID, person: PersonID, profile: String,
        since: Timestamp, until: Timestamp?, request: RequestID, revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.organization = organization
        self.cloud = cloud
        self.person = person
        self.profile = profile
        self.since = since
        self.until = until
        self.request = request
        self.revokedAt = revokedAt
    }
}
