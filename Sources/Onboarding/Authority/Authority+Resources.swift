import Basics
import Directory
import Records

/// Who may read the registry of services and resources, and who keeps it.
extension Turn {
    /// Who may read an organization's requests may read its resources; the platform by its scope.
    func mayReadResources(of organization: Organization) throws -> Bool {
        if try isOperator() || isApplication(with: .resources, towards: organization.id) { return true }
        guard let person = actor.person else { return false }
        return try capacity(of: person.id) { try mayReadRequests(of: organization.id, person: $0) } != nil
    }

    /// Whose resources the actor may read; nil: everybody's.
    func resourceOwners() throws -> [OrganizationID]? {
        if try isOperator() { return nil }
        if case .application(let application, let scopes)? = actor.program {
            guard scopes.contains(.resources) else { return [] }
            let organizations = application.registration.organizations
            return organizations.isEmpty ? nil : organizations
        }
        guard let person = actor.person else { return [] }
        let duties = try duties(of: person.id).filter { $0.duty != .operator }
        return duties.contains { $0.organization == nil } ? nil : Array(Set(duties.compactMap(\.organization)))
    }

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
