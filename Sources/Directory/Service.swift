public import Basics

/// A grouping of resources inside a cloud, by whatever its owners like; it never restricts rights.
public struct Service: Hashable, Sendable {
    public let id: ServiceID
    public let organization: OrganizationID
    public let cloud: CloudID
    /// Unique within the cloud.
    public let slug: Slug
    public let name: DisplayName
    public let createdAt: Timestamp

    public init(
        id: ServiceID, organization: OrganizationID, cloud: CloudID, slug: Slug, name: DisplayName,
        createdAt: Timestamp
    ) {
        self.id = id
        self.organization = organization
        self.cloud = cloud
        self.slug = slug
        self.name = name
        self.createdAt = createdAt
    }

    /// Of the resources in it.
    public var place: Resource.Place { Resource.Place(organization: organization, cloud: cloud, service: id) }
}
