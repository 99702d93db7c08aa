import Basics
import Directory
import Records

/// Who keeps the registry of services and resources; who may read of an organization reads what it has.
extension Turn {
    /// The platform keeps the registry, by its scope; operators may, as they add organizations and clouds.
    ///
    /// Not those who decide in requests, nor customers: a resource that somebody made up would be asked about,
    /// and its zone and tags believed.
    ///
    /// - Throws: `Fault.Code.forbidden`; `.unauthenticated` without a fresh proof of the second factor.
    func requireRegistrar() throws {
        if case .application(_, let scopes)? = actor.program, scopes.contains(.resources) { return }
        try requireOperation()
    }
}

extension Turn {
    /// Resources of clients stand in zones for clients.
    ///
    /// - Throws: `Fault.Code.conflict` naming the first that does not.
    func requireNoReservedZone(of organization: Organization) throws {
        for zone in catalogue.topology.zones where zone.tenancy == .reserved {
            guard let resource = try snapshot.resource(of: organization.id, in: zone.code) else { continue }
            throw Fault(
                .conflict,
                "The resource \(resource.id.text) stands in \(zone.code), which is reserved for the provider's own "
                    + "group: move it first.")
        }
    }
}
