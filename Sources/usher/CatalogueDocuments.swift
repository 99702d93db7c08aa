import Basics
import Directory
import Onboarding

// The catalogue as `catalogue show` prints it for people.

extension Catalogue {
    func print(_ part: Part) {
        switch part {
        case .profiles:
            Output.line(Output.bold("Profiles (version \(profilesVersion))"))
            let rows = profiles.map { profile in
                [
                    profile.code, profile.name, profile.aliases.joined(separator: ", "),
                    profile.needsMFA ? "yes" : "no",
                    profile.roles.map(\.name).joined(separator: "; "),
                ]
            }
            Table("CODE", "NAME", "ALSO", "MFA", "ROLES", rows: rows).print(empty: "The catalogue has no profile.")
        case .matrix:
            Output.line(Output.bold("Privilege matrix (version \(matrixVersion))"))
            let rows = actions.map { [$0.feature, $0.label, $0.requires.code, $0.needsMFA ? "yes" : "no"] }
            Table("FEATURE", "ACTION", "LOWEST PROFILE", "MFA", rows: rows).print(empty: "The matrix has no action.")
            Output.line("A code is asked for again after \(mfaMaxAgeSeconds) s.")
        case .topology:
            Output.line(Output.bold("Topology (version \(topology.version))"))
            let rows = topology.regions.flatMap { region in
                region.areas.flatMap { area in
                    area.zones.map { zone in
                        let town = region.dataCentres.first { $0.code == zone.dataCentre }?.town
                        let place = town.map { "\(zone.dataCentre) \($0)" } ?? zone.dataCentre
                        return [
                            "\(region.code) \(region.description)", area.code, zone.code, place, zone.tenancy.rawValue,
                        ]
                    }
                }
            }
            Table("REGION", "AREA", "ZONE", "DATA CENTRE", "FOR", rows: rows).print(empty: "There is no zone.")
        }
    }
}
