import Basics
import Directory
import Records

/// Places by their paths, `ORG/CLOUD` and `ORG/CLOUD/SERVICE`: what is not the actor's to see is not there.
extension Turn {
    func resourceCloud(at path: String) throws -> (organization: Organization, cloud: Cloud) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let organization = try snapshot.organization(slug: parts[0]),
            try mayRead(organization, by: .resources),
            let cloud = try snapshot.cloud(slug: parts[1], of: organization.id)
        else { throw Authority.missing("cloud", path) }
        return (organization, cloud)
    }

    func service(at path: String) throws -> ServiceHome {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3,
            let home = try snapshot.service(organization: parts[0], cloud: parts[1], service: parts[2]),
            try mayRead(home.organization, by: .resources)
        else { throw Authority.missing("service", path) }
        return home
    }

    /// - Parameter id: as somebody wrote it.
    func resource(_ id: String) throws -> ResourceHome {
        guard let known = ResourceID(id), let found = try snapshot.home(of: known),
            try mayRead(found.home.organization, by: .resources)
        else { throw Authority.missing("resource", id) }
        return found
    }
}
