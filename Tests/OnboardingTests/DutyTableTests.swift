import Basics
import Directory
import Records
import TestSupport
import Testing

@testable import Onboarding

/// What each duty comes to in a request of Acme, as a table that is written down here once more.
@Suite("Who plays which part", .timeLimit(.minutes(60)))
struct DutyTableTests {
    /// By address: whether requests of Acme are theirs to read, and the parts that they play in one.
    private static let table: [(email: String, reads: Bool, parts: Set<PartSource>)] = [
        ("rita@acme.example", true, [.organizationRepresentatives, .organizationCarers, .requestRequester]),
        ("mona@acme.example", true, [.organizationDeliveryManagers, .organizationCarers]),
        (
            "marie@provider.example", true,
            [.organizationDeliveryManagers, .organizationCarers, .providerDutyManagers]
        ),
        ("denis@provider.example", true, [.organizationCarers, .providerDutyManagers]),
        ("olga@provider.example", false, []),
        ("rita@beta.example", false, []),
        ("alice@acme.example", false, [.requestAccountHolder]),
        ("colleague@acme.example", false, []),
    ]

    @Test("is said by duties towards the organization, and by the request itself")
    func parts() async throws {
        let world = try await TestInstallation.withAcme()
        try await world.deputy()
        try await world.operatorByDuty()
        try await world.organization("beta")
        try await world.usher.appoint(
            email: "mona@acme.example", name: "Mona", .deliveryManager, organization: "acme", language: "en",
            by: world.owner)
        try await world.enrol("mona@acme.example")
        try await world.approve(try await world.submit("colleague@acme.example"))
        let id = try await world.submit("alice@acme.example")
        for row in Self.table {
            let person = try await world.person(row.email).id
            try await world.usher.reading(by: .usher) { turn in
                let request = try #require(try turn.snapshot.request(id))
                let organization = try #require(request.organization)
                #expect(try turn.mayReadRequests(of: organization, person: person) == row.reads, "\(row.email)")
                for source in PartSource.allCases where source != .requestGuardians {
                    #expect(
                        try turn.plays(source, in: request, person: person) == row.parts.contains(source),
                        "\(row.email) as \(source.rawValue)")
                }
            }
        }
    }
}
