public import Basics
public import Directory

/// Where to look for grants, those that have ended among them.
public enum GrantScope: Hashable, Sendable {
    case everywhere
    case organization(OrganizationID)
    case cloud(CloudID, of: OrganizationID)
    case person(PersonID)
}

/// Where one grant stands in the order of all: by organization, cloud, person and age.
public struct GrantMark: Hashable, Sendable {
    public let organization: OrganizationID
    public let cloud: CloudID
    public let person: PersonID
    public let grant: GrantID

    public init(organization: OrganizationID, cloud: CloudID, person: PersonID, grant: GrantID) {
        self.organization = organization
        self.cloud = cloud
        self.person = person
        self.grant = grant
    }

    public init(_ grant: Grant) {
        self.init(organization: grant.organization, cloud: grant.cloud, person: grant.person, grant: grant.id)
    }
}

/// Who had what, and how their accounts stood.
public protocol AccessSnapshot {
    /// Every grant that there is or was, after one of them in the order of all.
    func grants(_ scope: GrantScope, after mark: GrantMark?, limit: Int) throws -> [CloudHolder]
    /// How an account stood at an instant, by what is known of its state now and by the trail; nil before it was made.
    func accountState(of person: PersonID, at instant: Timestamp) throws -> AccountState?
    /// Whether a factor of this person was active at an instant, by the trail.
    func hadFactor(_ person: PersonID, at instant: Timestamp) throws -> Bool
}
