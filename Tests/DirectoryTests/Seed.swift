import Directory
import Foundation

/// The default catalogue and the transcript of the seed's tables, both from the checkout of this file.
enum Seed {
    static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func source(_ name: String) throws -> Catalogue.Source {
        let url = checkout.appending(path: "catalogue/\(name).yaml")
        return Catalogue.Source(try String(contentsOf: url, encoding: .utf8), file: "catalogue/\(name).yaml")
    }

    static func catalogue() throws -> Catalogue {
        try Catalogue(profiles: source("profiles"), matrix: source("matrix"), topology: source("topology"))
    }

    /// The rows of a CSV without its header; the transcript has no quotes and no commas inside a field.
    static func rows(_ name: String) throws -> [[String]] {
        let url = checkout.appending(path: "Tests/DirectoryTests/Seed/\(name).csv")
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }
}

/// The same facts as the transcript holds, told by a catalogue.
extension Catalogue {
    var roleFacts: [[String]] { roles.map { [$0.name, String($0.needsMFA)] } }

    var profileFacts: [[String]] {
        profiles.map { profile in
            [profile.name, profile.code] + roles.map { String(profile.roles.contains($0)) }
        }
    }

    var matrixFacts: [[String]] { actions.map { [$0.feature, $0.label, $0.written] } }

    var regionFacts: [[String]] { topology.regions.map { [$0.code, $0.description] } }

    var dataCentreFacts: [[String]] {
        topology.regions.flatMap { region in region.dataCentres.map { [$0.code, region.code, $0.town] } }
    }

    var zoneFacts: [[String]] {
        topology.regions.flatMap { region in
            region.areas.flatMap(\.zones).map { [$0.code, region.code, $0.dataCentre, $0.description] }
        }
    }
}
