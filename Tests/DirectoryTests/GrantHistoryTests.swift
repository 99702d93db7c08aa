import Basics
import Scratch
import Testing

@testable import Directory

/// A hundred thousand lives by chance of somebody in two clouds, and after each thing that happens a question: the
/// catalogue's rule and the table in memory give the answer of whoever reads the seed's tables and remembers what was.
@Suite("Decisions after random histories", .timeLimit(.minutes(60)))
struct GrantHistoryTests {
    /// What happened, in the words of somebody who watched.
    private enum Event {
        case given(profile: Int, cloud: Int, since: Int64, until: Int64?)
        case taken(cloud: Int)
        case account(AccountState)
        case factor(Bool)
        case proved(Int64)
    }

    /// All that happened to one person, oldest first; whoever is asked looks through it, newest first.
    private struct History {
        var events: [Event] = []

        var account: AccountState {
            for case .account(let state) in events.reversed() { return state }
            return .invited
        }

        var hasFactor: Bool {
            for case .factor(let isThere) in events.reversed() { return isThere }
            return false
        }

        /// Of the factor that is there now.
        var lastProof: Int64? {
            for event in events.reversed() {
                if case .proved(let at) = event { return at }
                if case .factor = event { return nil }
            }
            return nil
        }

        func grant(in cloud: Int) -> (profile: Int, since: Int64, until: Int64?)? {
            for event in events.reversed() {
                switch event {
                case .given(let profile, cloud, let since, let until): return (profile, since, until)
                case .taken(cloud): return nil
                default: continue
                }
            }
            return nil
        }
    }

    private static let shards = 16
    private static let historiesOfShard = 6_250
    private static let profiles = ["STD", "DTM", "OPE", "POW"]
    private static let clouds = ["0000000000000000000000000a", "0000000000000000000000000b"]
    private static let organization = OrganizationID(trusted: String(repeating: "0", count: 26))

    private let catalogue: Catalogue
    private let tables: SeedTables
    /// By the number of a row of the seed's matrix, which has no order in common with the catalogue's but its names.
    private let actions: [Action]
    private let numbers: [Int]

    init() throws {
        let (catalogue, tables) = (try Seed.catalogue(), try SeedTables())
        (self.catalogue, self.tables) = (catalogue, tables)
        let table = StandingTable(catalogue)
        actions = try tables.lowest.map { try #require(catalogue.action($0.action)) }
        numbers = try tables.lowest.map { try #require(table.action($0.action)) }
    }

    // MARK: What is right

    /// By the seed's tables, and by the history alone.
    private func expected(_ row: Int, _ history: History, in cloud: Int, at now: Int64) -> String {
        let (action, grant) = (tables.lowest[row], history.grant(in: cloud))
        if history.account == .active, let grant {
            if now < grant.since { return "grant_not_begun" }
            if let until = grant.until, now >= until { return "grant_expired" }
        }
        return tables.answer(
            action.action, to: action.profile, account: history.account.rawValue,
            profile: grant.map { Self.profiles[$0.profile] }, hasFactor: history.hasFactor,
            age: history.lastProof.map { now - $0 })
    }

    // MARK: What happens

    private func event(_ dice: inout SplitMix, at now: Int64) -> Event {
        switch dice.below(12) {
        case 0...4:
            let since = now + [0, 0, 0, -600, 600][dice.below(5)]
            return .given(
                profile: dice.below(4), cloud: dice.below(2), since: since,
                until: dice.below(3) == 0 ? since + [1, 600, 86_400][dice.below(3)] : nil)
        case 5: return .taken(cloud: dice.below(2))
        case 6...7: return .account(.active)
        case 8: return .account(AccountState.allCases[dice.below(4)])
        case 9: return .factor(dice.below(4) != 0)
        default: return .proved(now)
        }
    }

    /// Most begin as people do who work: else chance seldom comes as far as a code.
    private func beginning(_ dice: inout SplitMix, at now: Int64) -> History {
        var history = History()
        if dice.below(8) > 0 { history.events.append(.account(.active)) }
        for cloud in 0...1 where dice.below(4) > 0 {
            history.events.append(.given(profile: dice.below(4), cloud: cloud, since: now - 1, until: nil))
        }
        if dice.below(4) > 0 { history.events.append(.factor(true)) }
        if dice.below(4) > 0 { history.events.append(.proved(now)) }
        return history
    }

    private static let pauses: [Int64] = [0, 0, 1, 599, 600, 899, 900, 901, 86_400]

    /// What the records hold of somebody now.
    private func standing(_ history: History, in cloud: Int) -> Standing {
        let held = history.grant(in: cloud).map {
            Standing.Held(
                profile: Self.profiles[$0.profile], since: Timestamp(seconds: $0.since),
                until: $0.until.map { Timestamp(seconds: $0) })
        }
        return Standing(
            account: history.account, grant: held, factor: history.hasFactor ? .active : .none,
            lastVerifiedAt: history.hasFactor ? history.lastProof.map { Timestamp(seconds: $0) } : nil)
    }

    private func put(_ history: History, of id: PersonID, in table: inout StandingTable) -> Bool {
        let standings = [standing(history, in: 0), standing(history, in: 1)]
        let held = zip(Self.clouds, standings).compactMap { cloud, standing in
            standing.grant.map { StandingTable.Held(person: id, cloud: CloudID(trusted: cloud), grant: $0) }
        }
        return table.put(
            StandingTable.Person(
                id: id, organization: Self.organization, addressKey: id.text, account: standings[0].account,
                factor: standings[0].factor, lastVerifiedAt: standings[0].lastVerifiedAt), held)
    }

    @Test("are those of the seed's tables, 100,000 of them, by the catalogue and in memory", arguments: 0..<shards)
    func histories(_ shard: Int) throws {
        var dice = SplitMix(seed: 4_711 + UInt64(shard))
        var table = StandingTable(catalogue)
        for (number, cloud) in Self.clouds.enumerated() {
            table.put(.init(id: CloudID(trusted: cloud), organization: Self.organization, path: "acme/\(number)"))
        }
        var reasons: [String: Int] = [:]
        for number in 0..<Self.historiesOfShard {
            // Those of a few hundred people, whose rows are written again and again.
            let name = "\(number % 500)"
            let id = PersonID(trusted: String(repeating: "0", count: 26 - name.count) + name)
            var now: Int64 = 1_800_000_000
            var history = beginning(&dice, at: now)
            for _ in 0..<2 + dice.below(3) {
                now += Self.pauses[dice.below(Self.pauses.count)]
                history.events.append(event(&dice, at: now))
                try #require(put(history, of: id, in: &table))
                now += Self.pauses[dice.below(Self.pauses.count)]
                let (row, cloud) = (dice.below(actions.count), dice.below(2))
                let expected = expected(row, history, in: cloud, at: now)
                let (asked, told) = (Timestamp(seconds: now), try #require(table.person(id)))
                let held = table.decide(numbers[row], by: told, in: cloud, at: asked)
                let ruled = catalogue.decide(actions[row], for: standing(history, in: cloud), at: asked)
                if held != ruled || (ruled.reason == .allowed ? "true" : ruled.reason.rawValue) != expected {
                    Issue.record("shard \(shard), history \(number): \(held), \(ruled), not \(expected): \(history)")
                    return
                }
                reasons[expected, default: 0] += 1
            }
        }
        // Chance comes to everything that can be answered, but for a profile that no catalogue has.
        #expect(reasons.count == 11 && reasons.values.allSatisfy { $0 > 100 }, "\(reasons)")
    }
}
