public import Basics
public import Directory
import OpenSSL

// The JSON documents about the catalogue.

extension Catalogue {
    /// All parts, by name.
    public func document() throws -> JSON {
        .object(JSON.Members(try Part.allCases.map { ($0.rawValue, try document($0)) }) { first, _ in first })
    }

    /// One part, with the hash of its file.
    public func document(_ part: Part) throws -> JSON {
        let bytes = Array((sources[part]?.text ?? "").utf8)
        return json(part).with("sha256", .string(try SHA256.digest(of: bytes).hex))
    }

    private func json(_ part: Part) -> JSON {
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
}

extension Role {
    fileprivate var json: JSON {
        [
            "code": .string(code), "name": .string(name), "description": .string(description),
            "needsMFA": .bool(needsMFA), "programs": .string(programs.rawValue),
        ]
    }
}

extension Profile {
    fileprivate var json: JSON {
        [
            "code": .string(code), "name": .string(name), "aliases": .strings(aliases),
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
