/// Where the platform's machines stand: regions, each with its
/// data centres, areas and availability zones.
public struct Topology: Hashable, Sendable {
    public let version: Int
    public let regions: [Region]

    /// Data centres so close (under 1 ms) that they work as one place.
    public struct Region: Hashable, Sendable {
        /// `EB`.
        public let code: String
        public let description: String
        public let dataCentres: [DataCentre]
        public let areas: [Area]
    }

    public struct DataCentre: Hashable, Sendable {
        /// `EB4`.
        public let code: String
        public let town: String
    }

    /// The network isolation between tenants: `EB-HDS`.
    ///
    /// Zones lie in areas.
    public struct Area: Hashable, Sendable {
        public let code: String
        public let zones: [Zone]
    }

    /// Dedicated infrastructure inside one data centre.
    public struct Zone: Hashable, Sendable {
        /// `EB-HDS-A`.
        public let code: String
        public let description: String
        public let tenancy: Tenancy
        /// Code of a data centre of the same region.
        public let dataCentre: String
    }

    /// Raw values are the words of `topology.yaml`.
    public enum Tenancy: String, Sendable, CaseIterable {
        /// Open to customers.
        case client
        /// For the provider's own group.
        case reserved
    }

    /// Every availability zone, in the order of the file.
    public var zones: [Zone] { regions.flatMap(\.areas).flatMap(\.zones) }

    /// - Parameter code: in any case.
    public func zone(_ code: String) -> Zone? {
        let code = code.uppercased()
        return zones.first { $0.code.uppercased() == code }
    }
}
