public import Basics
public import Directory

/// Services and resources, as they are kept.
public protocol ResourceSnapshot {
    func service(_ id: ServiceID) throws -> Service?
    func service(slug: String, of cloud: CloudID) throws -> Service?
    /// By slug.
    func services(of cloud: CloudID, _ page: PageRequest) throws -> Page<Service>

    func resource(_ id: ResourceID) throws -> Resource?
    /// By place, then by the names that are looked for, then by id.
    ///
    /// A page costs so much at most (`ResourceSearch.greatestWork`): it may hold fewer than asked for, even
    /// none, and have a `next`.
    func resources(_ search: ResourceSearch, _ page: PageRequest) throws -> Page<Resource>
    /// The first of an organization's that stands in a zone.
    func resource(of organization: OrganizationID, in zone: String) throws -> Resource?
}

public protocol ResourceTransaction {
    /// - Throws: `Fault.Code.conflict` if the slug is taken in the cloud.
    func insert(_ service: Service) throws
    /// - Throws: `Fault.Code.conflict` if the id is taken.
    func insert(_ resource: Resource) throws
    /// - Parameter former: what is kept of the same id.
    func update(_ former: Resource, to resource: Resource) throws
    func remove(_ resource: Resource) throws
}

/// A service with all that it lies in.
public struct ServiceHome: Sendable {
    public let organization: Organization
    public let cloud: Cloud
    public let service: Service

    public init(organization: Organization, cloud: Cloud, service: Service) {
        self.organization = organization
        self.cloud = cloud
        self.service = service
    }

    /// `ORG/CLOUD`, as commands name it.
    public var cloudPath: String { "\(organization.slug)/\(cloud.slug)" }
    /// `ORG/CLOUD/SERVICE`.
    public var path: String { "\(cloudPath)/\(service.slug)" }
}

/// A resource with all that it lies in.
public struct ResourceHome: Sendable {
    public let resource: Resource
    public let home: ServiceHome

    public init(resource: Resource, home: ServiceHome) {
        self.resource = resource
        self.home = home
    }
}

extension ResourceSnapshot where Self: DirectorySnapshot {
    /// Where a resource is; nil where there is none.
    public func home(of id: ResourceID) throws -> ResourceHome? {
        try resource(id).flatMap { try home(of: $0) }
    }

    public func home(of resource: Resource) throws -> ResourceHome? {
        guard let service = try service(resource.place.service), let cloud = try cloud(resource.place.cloud),
            let organization = try organization(resource.place.organization)
        else { return nil }
        return ResourceHome(
            resource: resource, home: ServiceHome(organization: organization, cloud: cloud, service: service))
    }

    /// A service by the short names of its path, `ORG/CLOUD/SERVICE`; nil where there is none.
    public func service(organization: String, cloud: String, service: String) throws -> ServiceHome? {
        guard let owner = try self.organization(slug: organization),
            let place = try self.cloud(slug: cloud, of: owner.id),
            let found = try self.service(slug: service, of: place.id)
        else { return nil }
        return ServiceHome(organization: owner, cloud: place, service: found)
    }
}
