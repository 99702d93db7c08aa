import Basics
import Directory
public import Records

extension Onboarding {
    /// - Parameters:
    ///   - cloud: `ORG/CLOUD`.
    ///   - slug: nil for one made from the name.
    public func addService(
        _ name: String, slug: String?, to cloud: String, by actor: Actor
    ) async throws -> ServiceHome {
        try await registering(by: actor) { turn in
            let (organization, cloud) = try turn.resourceCloud(at: cloud)
            var faults: [Fault.Field] = []
            let name = FieldRules.name(name, &faults)
            let slug = FieldRules.slug(slug, from: name?.text ?? "", &faults)
            guard let name, let slug else { throw Fault.invalid(faults) }
            let service = Service(
                id: ServiceID(at: turn.now, random: world.random), organization: organization.id, cloud: cloud.id,
                slug: slug, name: name, createdAt: turn.now)
            try turn.add(service)
            return ServiceHome(organization: organization, cloud: cloud, service: service)
        }
    }

    /// - Parameter cloud: `ORG/CLOUD`.
    public func services(
        of cloud: String, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<ServiceHome> {
        try await reading(by: actor) { turn in
            let (organization, cloud) = try turn.resourceCloud(at: cloud)
            return try turn.snapshot.services(of: cloud.id, page).map {
                ServiceHome(organization: organization, cloud: cloud, service: $0)
            }
        }
    }

    /// - Parameter path: `ORG/CLOUD/SERVICE`.
    public func service(_ path: String, by actor: Actor) async throws -> ServiceHome {
        try await reading(by: actor) { try $0.service(at: path) }
    }
}
