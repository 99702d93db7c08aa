import Basics
import Directory
import Onboarding

// The catalogue as `catalogue show` prints it for people.

extension CatalogueCommands.Part {
    /// Of the file, as `sha256sum` says it and the trail keeps it; a server of before tells none.
    private func sayHash(_ document: JSON) {
        if let hash = document["sha256"].text { Output.text(Output.dim("SHA-256 \(hash)")) }
    }

    /// - Parameter document: of this part.
    func print(_ document: JSON) {
        let items = document["items"].elements
        let version = document["version"].number ?? 0
        func yes(_ answer: JSON) -> String { TerminalLanguage.words(answer.isTrue ? "yes" : "no") }
        switch self {
        case .profiles:
            let names = Dictionary(
                document["roles"].elements.map { ($0["code"].text ?? "", $0["name"].text ?? "") }
            ) { first, _ in first }
            Output.heading("Profiles (version \(version))")
            sayHash(document)
            let rows = items.map { profile in
                profile.cells("code", "name") + [
                    profile["aliases"].elements.compactMap(\.text).joined(separator: ", "), yes(profile["needsMFA"]),
                    profile["roles"].elements.compactMap { $0.text.map { names[$0] ?? $0 } }.joined(separator: "; "),
                ]
            }
            Table("CODE", "NAME", "ALSO", "MFA", "ROLES", rows: rows).print(empty: "The catalogue has no profile.")
        case .matrix:
            Output.heading("Privilege matrix (version \(version))")
            sayHash(document)
            let rows = items.map { $0.cells("feature", "action", "requires") + [yes($0["needsMFA"])] }
            Table("FEATURE", "ACTION", "LOWEST PROFILE", "MFA", rows: rows).print(empty: "The matrix has no action.")
            Output.line("A code is asked for again after \(document["mfaMaxAgeSeconds"].number ?? 0) s.")
        case .topology:
            Output.heading("Topology (version \(version))")
            sayHash(document)
            let rows = items.flatMap { region in
                region["areas"].elements.flatMap { area in
                    area["zones"].elements.map { zone in
                        let centre = region["dataCentres"].elements.first { $0["code"] == zone["dataCentre"] }
                        let town = centre?["town"].text.map { " " + $0 } ?? ""
                        return [
                            region.cells("code", "description").joined(separator: " "), area["code"].text ?? "",
                            zone["code"].text ?? "", (zone["dataCentre"].text ?? "") + town, zone["for"].text ?? "",
                        ]
                    }
                }
            }
            Table("REGION", "AREA", "ZONE", "DATA CENTRE", "FOR", rows: rows).print(empty: "There is no zone.")
        }
    }
}
