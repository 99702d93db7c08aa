import Basics
import Directory

// The catalogue as `catalogue show` prints it: documents for scripts, tables for people.

extension Catalogue {
    func json(_ part: CatalogueCommands.Part) -> JSON {
        switch part {
        case .profiles:
            [
                "version": .integer(Int64(profilesVersion)), "items": .array(profiles.map(\.json)),
                "roles": .array(roles.map(\.json)), "next": .null,
            ]
        case .matrix:
            [
                "version": .integer(Int64(matrixVersion)), "mfaMaxAgeSeconds": .integer(mfaMaxAgeSeconds),
                "items": .array(actions.map(\.json)), "next": .null,
            ]
        case .topology:
            [
                "version": .integer(Int64(topology.version)), "items": .array(topology.regions.map(\.json)),
                "next": .null,
            ]
        }
    }

    func print(_ part: CatalogueCommands.Part) {
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

extension Role {
    fileprivate var json: JSON {
        [
            "code": .string(code), "name": .string(name), "description": .string(description),
            "needsMFA": .bool(needsMFA),
        ]
    }
}

extension Profile {
    fileprivate var json: JSON {
        [
            "code": .string(code), "name": .string(name), "aliases": .array(aliases.map(JSON.string)),
            "roles": .array(roles.map { .string($0.code) }), "needsMFA": .bool(needsMFA),
        ]
    }
}

extension Action {
    fileprivate var json: JSON {
        [
            "action": .string(label), "feature": .string(feature), "requires": .string(requires.code),
            "written": .string(written), "needsMFA": .bool(needsMFA),
        ]
    }
}

extension Topology.Region {
    fileprivate var json: JSON {
        [
            "code": .string(code), "description": .string(description),
            "dataCentres": .array(dataCentres.map { ["code": .string($0.code), "town": .string($0.town)] }),
            "areas": .array(
                areas.map { ["code": .string($0.code), "zones": .array($0.zones.map(\.json))] }),
        ]
    }
}

extension Topology.Zone {
    fileprivate var json: JSON {
        [
            "code": .string(code), "description": .string(description), "for": .string(tenancy.rawValue),
            "dataCentre": .string(dataCentre),
        ]
    }
}
