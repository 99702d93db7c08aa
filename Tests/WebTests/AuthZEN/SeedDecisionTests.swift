import Basics
import Directory
import Onboarding
import Records
import Scratch
import TestSupport
import Testing

@Suite("AuthZEN: the shipped catalogue", .timeLimit(.minutes(60)))
struct SeedDecisionTests {
    private static let profiles: [String?] = [nil, "STD", "DTM", "OPE", "POW"]
    /// In seconds before now; nil where no code was ever accepted, and one stamped by a clock that was set back since.
    private static let ages: [Int64?] = [nil, 0, 899, 900, 901, 86_400, -1]

    /// Somebody for each profile, with a second factor and without.
    private func people(in world: TestInstallation) async throws {
        for profile in Self.profiles {
            for factor in ["with", "without"] {
                let address = address(profile, factor)
                try await world.approve(
                    try await world.submit(address, grants: [profile.map { ("prod", $0) } ?? ("default", "STD")]))
                try await world.enrol(address, wantsFactor: true)
            }
        }
        let without = "SELECT id FROM person WHERE email LIKE '%-without@%'"
        try world.tamper("DELETE FROM factor WHERE person_id IN (\(without))")
    }

    private func address(_ profile: String?, _ factor: String) -> String {
        "\((profile ?? "none").lowercased())-\(factor)@acme.example"
    }

    private func set(_ account: AccountState, _ age: Int64?, in world: TestInstallation) throws {
        let proven = age.map { "\(world.clock.now.adding(seconds: -$0).milliseconds)" } ?? "NULL"
        try world.tamper(
            "UPDATE person SET state = '\(account.rawValue)' WHERE email LIKE '%-with%@acme.example'",
            "UPDATE factor SET last_accepted_at_ms = \(proven)")
    }

    @Test(
        "answers every combination of profile, action, account, factor and age as the seed's tables and `decide` do",
        arguments: ["database", "memory"])
    func exhaustive(_ road: String) async throws {
        let (site, _, _) = try await Site.withAcme()
        let (world, tables) = (site.world, try SeedTables())
        try await people(in: world)
        let client = try await world.application("Platform", .service, scopes: [.decisions])
        let asker = Asker(site, token: try await world.token(of: client))
        var count = 0
        for account in AccountState.allCases {
            for age in Self.ages {
                try set(account, age, in: world)
                if road == "memory" {
                    // What was changed behind the trail's back is read anew.
                    world.usher.standings.letGo()
                    #expect(try await world.usher.holdStandings())
                }
                for profile in Self.profiles {
                    for factor in ["with", "without"] {
                        count += try await compare(
                            asker, tables, account, profile, hasFactor: factor == "with", age: age)
                    }
                }
            }
        }
        #expect(count == 4 * 7 * 5 * 2 * 41)
        // Of everybody who is suspended, and of most who are active, memory knows for certain.
        #expect((world.usher.standings.extent?.answers ?? 0 > 500) == (road == "memory"))
    }

    private func compare(
        _ asker: Asker, _ tables: SeedTables, _ account: AccountState, _ profile: String?, hasFactor: Bool, age: Int64?
    ) async throws -> Int {
        let person = address(profile, hasFactor ? "with" : "without")
        let answers = try await asker.post(
            "evaluations",
            [
                "subject": ["type": "user", "id": .string(person)], "resource": ["type": "cloud", "id": "acme/prod"],
                "evaluations": .array(tables.lowest.map { ["action": ["name": .string($0.action)]] }),
            ]
        ).json["evaluations"].list
        let usher = asker.site.world.usher
        for (told, row) in zip(answers, tables.lowest) {
            // Whose only profile is elsewhere is of the organization: how their account stands is told.
            let expected = tables.answer(
                row.action, to: row.profile, account: account.rawValue, profile: profile, hasFactor: hasFactor,
                age: hasFactor ? age : nil)
            let isRight =
                expected == "true"
                ? told["decision"] == true && told["context"]["reason"] == "allowed"
                : told["decision"] == false && told["context"]["reason"] == .string(expected)
            let steps = expected.hasPrefix("mfa_") && expected != "mfa_not_enrolled"
            let told900 =
                told["context"]["max_age"] == .integer(900)
                && told["context"]["acr_values"] == "urn:usher:acr:mfa"
            #expect(isRight && told900 == steps, "\(row) \(person) \(account) \(age ?? -2): \(told), not \(expected)")
            let own = try await usher.decide(
                row.action, by: try EmailAddress(person), in: "acme/prod", mfaAgeSeconds: nil)
            #expect((own.verdict == .allow) == (told["decision"] == true) && own.requires == row.profile)
            #expect(told["context"]["reason"] == .string(own.reason.rawValue))
        }
        return answers.count
    }
}
