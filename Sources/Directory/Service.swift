package import Basics

/// A grouping of resources inside a cloud, by whatever its owners like; it never restricts rights.
package struct Service: Hashable, Sendable {
    package let id: ServiceID
    package let organization: OrganizationID
    package let cloud: CloudID
    /// Unique within the cloud.
    package let slug: Slug
    package let name: DisplayName
    package let createdAt: Timestamp

    package init(
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
    package var place: Resource.Place { Resource.Place(organization: organization, cloud: cloud, service: id) }
}
