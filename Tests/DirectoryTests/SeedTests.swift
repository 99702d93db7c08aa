import Directory
import Foundation
import Testing

@Suite("The default catalogue", .timeLimit(.minutes(60)))
struct SeedTests {
    let catalogue: Catalogue

    init() throws { catalogue = try Seed.catalogue() }

    @Test("is the transcript of the seed's tables, row by row")
    func equalsTranscript() throws {
        #expect(try catalogue.roleFacts == Seed.rows("roles"))
        #expect(try catalogue.profileFacts == Seed.rows("profiles"))
        #expect(try catalogue.matrixFacts == Seed.rows("matrix"))
        #expect(try catalogue.regionFacts == Seed.rows("regions"))
        #expect(try catalogue.dataCentreFacts == Seed.rows("data-centres"))
        #expect(try catalogue.zoneFacts == Seed.rows("zones"))
    }

    @Test("is complete: 4 roles, 4 profiles, 41 actions, 2 regions, 10 zones")
    func isComplete() {
        #expect(catalogue.roles.count == 4)
        #expect(catalogue.profiles.map(\.code) == ["STD", "DTM", "OPE", "POW"])
        #expect(catalogue.actions.count == 41)
        #expect(catalogue.topology.regions.count == 2)
        #expect(catalogue.topology.zones.count == 10)
    }

    /// Where no copy of the page lies beside the checkout there is nothing to compare, and the transcript alone counts.
    @Test("is the page itself, where a copy lies beside the checkout; passes without comparing elsewhere")
    func equalsPage() throws {
        let page = Seed.checkout.appending(path: "../shared/seed/get-started-with-itcare.md").standardized
        guard FileManager.default.fileExists(atPath: page.path(percentEncoded: false)) else { return }
        let tables = Page(try String(contentsOf: page, encoding: .utf8)).tables
        try #require(tables.count >= 6)
        #expect(catalogue.roles.map { [$0.name, $0.description] } == tables[0])
        #expect(
            catalogue.profiles.map { profile in
                ["\(profile.name) (\(profile.code))"] + catalogue.roles.map { String(profile.roles.contains($0)) }
            } == tables[1])
        #expect(catalogue.matrixFacts == Page.unshifted(tables[2]))
        let regions = catalogue.topology.regions.map { region in
            [region.code, region.description, region.dataCentres.map { "\($0.code) : \($0.town)" }.joined()]
        }
        #expect(regions == tables[3])
        #expect(catalogue.zoneFacts.map { [$0[0], $0[3], $0[2]] } == tables[4] + tables[5])
    }

    @Test("keeps the published text MNT and resolves it to DTM")
    func resolvesAlias() throws {
        let snapshot = try #require(catalogue.action("create-snapshot"))
        #expect(snapshot.written == "MNT")
        #expect(snapshot.requires.code == "DTM")
        #expect(catalogue.profile("mnt") == catalogue.profile("DTM"))
        #expect(catalogue.profile("Ope")?.name == "Operator")
        #expect(catalogue.profile("ROOT") == nil)
    }

    @Test("needs MFA for every profile above Standard, hence for all 41 actions")
    func needsMFA() {
        #expect(catalogue.profiles.map(\.needsMFA) == [false, true, true, true])
        let ungated = catalogue.actions.filter { !$0.needsMFA }
        #expect(ungated.isEmpty)
        #expect(catalogue.mfaMaxAgeSeconds == 900)
    }

    @Test("orders the profiles by what they contain")
    func orders() {
        for (rank, profile) in catalogue.profiles.enumerated() {
            for (otherRank, other) in catalogue.profiles.enumerated() {
                #expect(profile.includes(other) == (rank >= otherRank))
                #expect(profile.isLower(than: other) == (rank < otherRank))
                #expect((profile <= other) == (rank <= otherRank))
            }
        }
    }

    @Test("places each zone in an area; areas with HDS are for clients, the others are reserved")
    func placesZones() {
        #expect(
            catalogue.topology.regions.flatMap(\.areas).map(\.code) == ["EB-HDS", "EB-EMEA", "ET-HDS", "ET-EMEA"])
        for area in catalogue.topology.regions.flatMap(\.areas) {
            let expected: Topology.Tenancy = area.code.hasSuffix("HDS") ? .client : .reserved
            let others = area.zones.filter { $0.tenancy != expected }
            #expect(others.isEmpty && !area.zones.isEmpty)
        }
    }

    @Test("suggests the action that was meant, and nothing far-fetched")
    func suggests() {
        #expect(catalogue.nearestAction(to: "create-instanec") == "create-instance")
        #expect(catalogue.nearestAction(to: "Start-Instance") == "start-instance")
        #expect(catalogue.nearestAction(to: "fly-to-the-moon") == nil)
        #expect(catalogue.nearestAction(to: String(repeating: "x", count: 10_000)) == nil)
    }
}

/// The tables of the published page: HTML inside Markdown, one line each.
private struct Page {
    /// Body rows of each table; the paragraphs of one cell are joined.
    let tables: [[[String]]]

    init(_ text: String) {
        tables = text.split(separator: "<table").dropFirst().map { table in
            table.split(separator: "<tbody>").dropFirst().joined().split(separator: "<tr>").map(\.cells)
        }
    }

    /// In the privilege matrix the first cell is the feature only in the first row of a group: in the other rows the
    /// cells stand one column too far to the left, and the last is empty.
    static func unshifted(_ rows: [[String]]) -> [[String]] {
        var feature = ""
        return rows.map { row in
            guard row.count == 3, row[2].isEmpty else {
                feature = row[0]
                return row
            }
            return [feature, row[0], row[1]]
        }
    }
}

extension Substring {
    fileprivate var cells: [String] {
        split(separator: "<td>").filter { $0.contains("</td>") }.map { cell in
            let content = cell.split(separator: "</td>", omittingEmptySubsequences: false).first ?? ""
            return String(content).replacing("<p>", with: "").replacing("</p>", with: "")
        }
    }
}
