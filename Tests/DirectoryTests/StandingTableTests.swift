import Basics
import Scratch
import Testing

@testable import Directory

@Suite("Standings in memory", .timeLimit(.minutes(60)))
struct StandingTableTests {
    let catalogue: Catalogue
    let now = Timestamp(seconds: 1_800_000_000)
    private let acme = Self.id("0")
    private let umbra = Self.id("1")

    init() throws { catalogue = try Seed.catalogue() }

    private static func id(_ end: String) -> String { String(repeating: "0", count: 26 - end.count) + end }

    private func place(_ slug: String, _ number: Int, of organization: String) -> StandingTable.Place {
        StandingTable.Place(
            id: CloudID(trusted: Self.id("c\(number)")), organization: OrganizationID(trusted: organization),
            path: slug)
    }

    private func person(
        _ number: Int, _ account: AccountState = .active, of organization: String? = nil, key: String? = nil,
        factor: FactorState = .active, verified: Timestamp? = nil
    ) -> StandingTable.Person {
        StandingTable.Person(
            id: PersonID(trusted: Self.id("p\(number)")),
            organization: organization.map { OrganizationID(trusted: $0) },
            addressKey: key ?? "p\(number)@acme.example", account: account, factor: factor, lastVerifiedAt: verified)
    }

    private func held(
        _ person: StandingTable.Person, _ cloud: Int, _ profile: String, since: Int64 = -60, until: Int64? = nil
    ) -> StandingTable.Held {
        StandingTable.Held(
            person: person.id, cloud: CloudID(trusted: Self.id("c\(cloud)")),
            grant: Standing.Held(
                profile: profile, since: now.adding(seconds: since), until: until.map { now.adding(seconds: $0) }))
    }

    private func put(
        _ person: StandingTable.Person, _ held: [StandingTable.Held] = [], in table: inout StandingTable
    ) {
        let isPut = table.put(person, held)
        #expect(isPut)
    }

    private func table() -> StandingTable {
        var table = StandingTable(catalogue)
        table.put(place("acme/prod", 0, of: acme))
        table.put(place("umbra/prod", 1, of: umbra))
        return table
    }

    @Test("decide as the catalogue does, on every profile, action, account, factor, age, time of the grant and place")
    func exhaustive() throws {
        let factors: [(FactorState, Int64?)] = [
            (.none, nil), (.active, nil), (.active, 0), (.active, 900), (.active, 901), (.active, -1),
        ]
        let spans: [(Int64, Int64?)] = [(-60, nil), (0, nil), (1, nil), (-60, 1), (-60, 0), (-60, -1)]
        var count = 0
        for account in AccountState.allCases {
            for organization in [acme, umbra, nil] {
                for (factor, age) in factors {
                    for profile in [nil, "STD", "DTM", "MNT", "OPE", "POW", "GONE"] {
                        for (since, until) in spans where profile != nil || since == 0 {
                            count += try compare(
                                person(
                                    1, account, of: organization, factor: factor,
                                    verified: age.map { now.adding(seconds: -$0) }),
                                profile, since, until)
                        }
                    }
                }
            }
        }
        #expect(count == 4 * 3 * 6 * (6 * 6 + 1) * 41)
    }

    private func compare(
        _ person: StandingTable.Person, _ profile: String?, _ since: Int64, _ until: Int64?
    ) throws -> Int {
        var table = table()
        let own = profile.map { held(person, 0, $0, since: since, until: until) }
        put(person, own.map { [$0] } ?? [], in: &table)
        let number = try #require(table.person(person.id))
        let cloud = try #require(table.cloud(path: "acme/prod"))
        let standing = standing(person, own, towards: acme)
        for (index, action) in catalogue.actions.enumerated() {
            let told = table.decide(index, by: number, in: cloud, at: now)
            let expected = catalogue.decide(action, for: standing, at: now)
            if told != expected {
                Issue.record("\(action.label) \(person) \(profile ?? "-"): \(told), not \(expected)")
            }
        }
        return catalogue.actions.count
    }

    /// What the catalogue is asked about.
    private func standing(
        _ person: StandingTable.Person, _ own: StandingTable.Held?, towards organization: String
    ) -> Standing {
        let isStranger = own == nil && person.organization?.text != organization
        return Standing(
            account: isStranger ? .active : person.account, grant: own?.grant,
            factor: isStranger ? .none : person.factor, lastVerifiedAt: isStranger ? nil : person.lastVerifiedAt)
    }

    @Test("count a proof as it is asked for: what was seen, no later than an instant, or what is told")
    func proofs() throws {
        var table = table()
        let person = person(1, of: acme, verified: now)
        put(person, [held(person, 0, "POW")], in: &table)
        let action = try #require(table.action("create-instance"))
        func reason(_ proof: StandingTable.Proof) -> Decision.Reason {
            table.decide(action, by: 0, in: 0, at: now, proof: proof).reason
        }
        #expect(reason(.seen) == .allowed)
        #expect(reason(.seenUntil(now.adding(seconds: -900))) == .allowed)
        #expect(reason(.seenUntil(now.adding(seconds: -901))) == .mfaStale)
        #expect(reason(.seenUntil(now.adding(seconds: 900))) == .allowed)
        #expect(reason(.told(now.adding(seconds: -901))) == .mfaStale)
        #expect(reason(.told(now.adding(seconds: 1))) == .mfaUnknown)
    }

    @Test("know people by id and by the address that they have now")
    func names() {
        var table = table()
        let first = person(1, key: "ada@acme.example")
        put(first, in: &table)
        put(person(1, key: "ada.l@acme.example"), in: &table)
        #expect(table.person(addressKey: "ada@acme.example") == nil)
        #expect(table.person(addressKey: "ada.l@acme.example") == 0)
        // Somebody new takes the address of an account that is closed, whose own goes behind a blank: in either order.
        put(person(2, key: "ada.l@acme.example"), in: &table)
        put(person(1, .closed, key: "ada.l@acme.example \(first.id)"), in: &table)
        #expect(table.person(addressKey: "ada.l@acme.example") == 1)
        put(person(3, key: "bo@acme.example"), in: &table)
        put(person(3, key: "bo@umbra.example"), in: &table)
        put(person(4, key: "bo@acme.example"), in: &table)
        #expect(table.person(addressKey: "bo@acme.example") == 3 && table.person(first.id) == 0)
        #expect(table.person(addressKey: "") == nil && table.cloud(path: "acme/") == nil && table.action("x") == nil)
    }

    @Test("refuse a grant in a cloud that they do not know")
    func unknownCloud() {
        var table = table()
        let isPut = table.put(person(1), [held(person(1), 9, "POW")])
        #expect(!isPut)
    }

    @Test("refuse what has no room in a row, and hold every instant that people write")
    func limits() throws {
        for milliseconds in [0, 1, 0xFFFF, 0x1_0000, now.milliseconds, 253_402_300_799_999, 0xFFFF_FFFF_FFFE] {
            let instant = Timestamp(milliseconds: milliseconds)
            #expect(try #require(PackedInstant(instant)).timestamp == instant)
        }
        #expect(try #require(PackedInstant(nil)).timestamp == nil)
        for milliseconds in [-1, 0xFFFF_FFFF_FFFF, Int64.max] {
            #expect(PackedInstant(Timestamp(milliseconds: milliseconds)) == nil)
        }
        var table = table()
        let isPut = table.put(person(1, verified: Timestamp(milliseconds: -1)), [])
        #expect(!isPut && table.peopleCount == 0)
    }

    /// Up to four, one after the other: what follows a temporary grant.
    private func spans(
        of person: StandingTable.Person, in cloud: Int, _ profiles: [String], _ generator: inout SplitMix
    ) -> [StandingTable.Held] {
        var (spans, since): ([StandingTable.Held], Int64) = ([], Int64(generator.below(100)) - 90)
        repeat {
            let until = generator.below(2) == 0 ? nil : max(since + 1, Int64(generator.below(100)) - 20)
            spans.append(held(person, cloud, profiles[generator.below(5)], since: since, until: until))
            guard let until else { return spans }
            since = until
        } while spans.count < 4 && generator.below(2) == 0
        return spans
    }

    @Test("are after any replacements what the catalogue says of the last ones, in little more room than anew")
    func replacements() throws {
        var generator = SplitMix(seed: 4_711)
        var table = StandingTable(catalogue)
        let clouds = (0..<40).map { place("acme/c\($0)", $0, of: $0 < 20 ? acme : umbra) }
        for cloud in clouds { table.put(cloud) }
        let profiles = ["STD", "DTM", "OPE", "POW", "GONE"]
        var last: [Int: (StandingTable.Person, [StandingTable.Held])] = [:]
        for _ in 0..<20_000 {
            let number = generator.below(200)
            let person = person(
                number, AccountState.allCases[generator.below(4)], of: [acme, umbra, nil][generator.below(3)],
                factor: generator.below(2) == 0 ? .none : .active,
                verified: generator.below(3) == 0 ? nil : now.adding(seconds: Int64(generator.below(2_000)) - 1_900))
            // Most have one, two or three.
            let share = generator.below(3) == 0 ? 4 : 20
            let own = clouds.indices.filter { _ in generator.below(share) == 0 }.map { cloud in
                spans(of: person, in: cloud, profiles, &generator)
            }
            put(person, own.flatMap { $0 }.shuffled(using: &generator), in: &table)
            last[number] = (person, own.flatMap { $0 })
        }
        var fresh = StandingTable(catalogue)
        for cloud in clouds { fresh.put(cloud) }
        for (person, own) in last.values { put(person, own, in: &fresh) }
        #expect(table.peopleCount == fresh.peopleCount && table.grantCount == fresh.grantCount)
        #expect(table.grants.count < 2 * fresh.grants.count + 5_000)
        for (person, own) in last.values {
            let (one, other) = (try #require(table.person(person.id)), try #require(fresh.person(person.id)))
            for cloud in clouds.indices {
                let spans = own.filter { $0.cloud == clouds[cloud].id }
                let held = spans.first { $0.grant.until.map { $0 > now } ?? true } ?? spans.last
                let standing = standing(person, held, towards: clouds[cloud].organization.text)
                for action in [0, 17, 40] {
                    let expected = catalogue.decide(catalogue.actions[action], for: standing, at: now)
                    #expect(table.decide(action, by: one, in: cloud, at: now) == expected)
                    #expect(fresh.decide(action, by: other, in: cloud, at: now) == expected)
                }
            }
        }
    }
}
