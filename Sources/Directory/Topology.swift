/// Where the platform's machines stand: regions, each with its
/// data centres, areas and availability zones.
package struct Topology: Hashable, Sendable {
    package let version: Int
    package let regions: [Region]

    /// Data centres so close (under 1 ms) that they work as one place.
    package struct Region: Hashable, Sendable {
        /// `EB`.
        package let code: String
        package let description: String
        package let dataCentres: [DataCentre]
        package let areas: [Area]
    }

    package struct DataCentre: Hashable, Sendable {
        /// `EB4`.
        package let code: String
        package let town: String
    }

    /// The network isolation between tenants: `EB-HDS`.
    ///
    /// Zones lie in areas.
    package struct Area: Hashable, Sendable {
        package let code: String
        package let zones: [Zone]
    }

    /// Dedicated infrastructure inside one data centre.
    package struct Zone: Hashable, Sendable {
        /// `EB-HDS-A`.
        package let code: String
        package let description: String
        package let tenancy: Tenancy
        /// Code of a data centre of the same region.
        package let dataCentre: String
    }

    /// Raw values are the words of `topology.yaml`.
    package enum Tenancy: String, Sendable, CaseIterable {
        /// Open to customers.
        case client
        /// For the provider's own group.
        case reserved
    }

    /// Every availability zone, in the order of the file.
    package var zones: [Zone] { regions.flatMap(\.areas).flatMap(\.zones) }

    /// - Parameter code: in any case.
    package func zone(_ code: String) -> Zone? {
        let code = code.uppercased()
        return zones.first { $0.code.uppercased() == code }
    }
}
