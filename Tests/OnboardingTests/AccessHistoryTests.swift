import Basics
import Directory
import OneTimePassword
import Records
import Scratch
import TestSupport
import Testing

@testable import Onboarding

/// What the list says of an instant that has been is what was true then: as somebody saw it who watched, and as the
/// trail tells it.
@Suite("Access of the past", .timeLimit(.minutes(60)))
struct AccessHistoryTests {
    /// Who has what, how their account stands, and whether they have a factor: as text, to be compared.
    private typealias Picture = Set<String>

    /// Somebody who watches.
    private struct Watcher {
        /// What holds, and what holds once that has ended.
        var grants: [Key: [(profile: String, until: Timestamp?)]] = [:]
        var states: [PersonID: AccountState] = [:]
        var factors: Set<PersonID> = []

        struct Key: Hashable {
            let person: PersonID
            let cloud: CloudID
        }

        /// For a time in place of what lasts longer.
        mutating func begin(_ profile: String, until: Timestamp?, of key: Key) {
            let lasting = until.map { end in (grants[key] ?? []).filter { $0.until.map { $0 > end } ?? true } } ?? []
            grants[key] = [(profile, until)] + lasting
        }

        func picture(at instant: Timestamp) -> Picture {
            Set(
                grants.compactMap { key, all in
                    guard let grant = all.first(where: { $0.until.map { $0 > instant } ?? true }) else { return nil }
                    let state = states[key.person] ?? .invited
                    let factor = factors.contains(key.person) ? "active" : "none"
                    return "\(key.person) \(key.cloud) \(grant.profile) \(state.rawValue) \(factor)"
                })
        }
    }

    private let world: TestInstallation
    private let clouds: [CloudID]
    private let organization: OrganizationID
    /// One without an end, and some that end.
    private let requests: [Request]

    init() async throws {
        world = try await TestInstallation.withAcme()
        let ids = [
            try await world.submit("open@acme.example"),
            try await world.submit("dated@acme.example", until: "2027-01-31"),
            try await world.submit("later@acme.example", until: "2028-01-31"),
            try await world.submit("last@acme.example", until: "2029-01-31"),
        ]
        let (clouds, organization, requests) = try await world.store.read { snapshot in
            let acme = try #require(try snapshot.organization(slug: "acme"))
            return (
                try snapshot.clouds(of: acme.id).map(\.id), acme.id,
                try ids.compactMap { try snapshot.request($0) }
            )
        }
        (self.clouds, self.organization, self.requests) = (clouds, organization, requests)
    }

    private func people(_ count: Int) async throws -> [Person] {
        let people = try (0..<count).map { number in
            Person(
                id: PersonID(at: world.clock.now, random: { world.random.bytes($0) }), organization: organization,
                email: try EmailAddress("p\(number)@acme.example"), name: try DisplayName("P \(number)"),
                language: .english, state: .invited, createdAt: world.clock.now)
        }
        try await world.usher.writing(by: .usher) { turn in for person in people { try turn.invite(person) } }
        return people
    }

    /// Does something by chance, as use cases do it, and tells the watcher.
    private func happen(_ watcher: Watcher, _ people: [Person], _ dice: inout SplitMix) async throws -> Watcher {
        let person = people.randomElement(using: &dice) ?? people[0]
        let cloud = clouds.randomElement(using: &dice) ?? clouds[0]
        let (request, deed) = (requests[Int.random(in: 0...3, using: &dice)], Int.random(in: 0...12, using: &dice))
        let profile = ["STD", "DTM", "OPE", "POW"].randomElement(using: &dice) ?? "STD"
        return try await world.usher.writing(by: .usher) { [world, organization] turn in
            var watcher = watcher
            let (key, now) = (Watcher.Key(person: person.id, cloud: cloud), turn.now)
            let former = try turn.transaction.liveGrant(of: person.id, in: cloud, at: turn.now)
            let state = watcher.states[person.id] ?? .invited
            switch deed {
            case 0...4:
                let grant = Grant(
                    id: GrantID(at: now, random: { world.random.bytes($0) }), organization: organization,
                    cloud: cloud, person: person.id, profile: profile, since: now, until: request.until,
                    request: request.id, later: deed == 4 ? [] : former?.outlasting(request.until) ?? [])
                try turn.grants.begin(grant, lessening: deed == 4 ? former : nil)
                if deed == 4 { watcher.grants[key] = [] }
                watcher.begin(profile, until: request.until, of: key)
            case 5:
                if try turn.grants.revoke(of: person.id, in: cloud, in: request) != nil { watcher.grants[key] = nil }
            case 6:
                if let former, try turn.grants.withdraw(former, in: request) { watcher.grants[key] = nil }
            case 7 where state == .invited || state == .suspended:
                let word = state == .invited ? "person.activate" : "person.resume"
                try turn.set(.active, of: person.id, word, in: request, by: .usher)
                watcher.states[person.id] = .active
            case 8 where state == .active:
                try turn.set(.suspended, of: person.id, "person.suspend", in: request, by: .usher)
                watcher.states[person.id] = .suspended
            case 9, 10:
                try Self.enrol(person, turn, world)
                watcher.factors.insert(person.id)
            case 11:
                try turn.retireFactor(of: person.id, .active, in: request)
                watcher.factors.remove(person.id)
            case 12:
                for grant in try turn.snapshot.liveGrants(of: person.id, at: person.createdAt) {
                    // What has come back is put on record some time after it has.
                    if grant.hasEnded(at: now) { try turn.grants.bringBack(after: grant) }
                }
            default: break
            }
            return watcher
        }
    }

    private static func enrol(_ person: Person, _ turn: Writing, _ world: TestInstallation) throws {
        let means = TOTPMeans(
            parameters: world.usher.settings.factor, sealedSecret: [1], nonce: [UInt8](repeating: 0, count: 12),
            keyID: "k")
        let factor = Factor(
            id: FactorID(at: turn.now, random: { world.random.bytes($0) }), person: person.id, state: .pending,
            means: .totp(means), createdAt: turn.now)
        let isFirst = try turn.snapshot.factor(of: person.id, .active) == nil
        try turn.transaction.insertPending(factor)
        try turn.activate(
            factor, using: .step(1), recoveryCodes: [], isFirst ? "factor.activate" : "factor.replace", of: person)
    }

    private func listed(at instant: Timestamp) async throws -> Picture {
        let wish = AccessWish { $0 == "at" ? instant.iso8601 : $0 == "organization" ? "acme" : nil }
        var (found, cursor): (Picture, String?) = ([], nil)
        repeat {
            let page = try await world.usher.accessList(wish, PageRequest(after: cursor, limit: 50), by: world.owner)
                .page
            for entry in page.items {
                guard case .person(let person) = entry.holder else { continue }
                let (account, factor) = (entry.account.rawValue, entry.proof.rawValue)
                let text = "\(person.id) \(entry.cloud.id) \(entry.profile) \(account) \(factor)"
                // Nobody has two profiles in one cloud.
                #expect(found.insert(text).inserted)
            }
            cursor = page.next
        } while cursor != nil
        return found
    }

    /// Folds the trail up to an instant, with nothing but what stands in it and when the requests that it names end.
    private func replayed(_ trail: [AuditEntry], until instant: Timestamp) -> Picture {
        var watcher = Watcher()
        for entry in trail where entry.at <= instant {
            let subject = entry.subject.map { PersonID(trusted: $0) }
            switch entry.action {
            case "grant.begin", "grant.lessen", "grant.revoke", "grant.withdraw":
                let words = (entry.detail ?? "").split(separator: "=").map(String.init)
                guard let subject, words.count == 2 else { continue }
                let key = Watcher.Key(person: subject, cloud: CloudID(trusted: words[0]))
                let profile = words[1].split(separator: ">").last.map(String.init) ?? words[1]
                let begins = ["grant.begin", "grant.lessen"].contains(entry.action) && profile != "none"
                let until = requests.first { $0.id.text == entry.request }?.until
                if !begins || entry.action == "grant.lessen" { watcher.grants[key] = [] }
                if begins { watcher.begin(profile, until: until, of: key) }
            case "person.activate", "person.resume": subject.map { watcher.states[$0] = .active }
            case "person.suspend": subject.map { watcher.states[$0] = .suspended }
            default: break
            }
        }
        return watcher.picture(at: instant)
    }

    @Test("is at every instant what was true then", arguments: [4711, 4712, 4713] as [UInt64])
    func histories(_ seed: UInt64) async throws {
        var dice = SplitMix(seed: seed)
        let people = try await people(9)
        var watcher = Watcher()
        var seen: [(at: Timestamp, picture: Picture)] = []
        for _ in 0..<1_200 {
            // Now and then several things happen in one millisecond, and now and then a week passes.
            let pause: Int64 = [0, 0, 1, 1_000, 60_000, 3_600_000, 7 * 86_400_000].randomElement(using: &dice) ?? 1
            world.clock.set(world.clock.now.adding(milliseconds: pause))
            watcher = try await happen(watcher, people, &dice)
            if seen.last?.at == world.clock.now { seen.removeLast() }
            seen.append((world.clock.now, watcher.picture(at: world.clock.now)))
        }
        world.clock.skip(days: 1)
        let trail = try await trail()
        for (index, moment) in seen.enumerated() {
            let listed = try await listed(at: moment.at)
            #expect(listed == moment.picture, "seed \(seed), instant \(index)")
            let last = index + 1 < seen.count ? seen[index + 1].at.adding(milliseconds: -1) : moment.at
            if index % 10 == 0 {
                #expect(Self.withoutFactors(replayed(trail, until: moment.at)) == Self.withoutFactors(listed))
                if last > moment.at { try await hold(last, like: replayed(trail, until: last)) }
            }
        }
        #expect(seen.filter { !$0.picture.isEmpty }.count > 500)
    }

    private func hold(_ instant: Timestamp, like replayed: Picture) async throws {
        #expect(Self.withoutFactors(try await listed(at: instant)) == Self.withoutFactors(replayed))
    }

    /// The trail names factors and not whose they are: whoever replays it leaves them out.
    private static func withoutFactors(_ picture: Picture) -> Picture {
        Set(picture.map { $0.split(separator: " ").dropLast().joined(separator: " ") })
    }

    private func trail() async throws -> [AuditEntry] {
        try await world.store.read { snapshot in
            var (entries, after): ([AuditEntry], Int64) = ([], 0)
            while true {
                let found = try snapshot.auditEntries(after: after, limit: 1_000)
                guard let last = found.last else { return entries }
                entries += found
                after = last.sequence
            }
        }
    }
}
