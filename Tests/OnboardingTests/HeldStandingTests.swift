import Basics
import Directory
import OneTimePassword
import Records
import Scratch
import TestSupport
import Testing

@testable import Onboarding

/// What a process holds in memory, while another one changes things by the same verbs as use cases do.
@Suite("Held standings", .timeLimit(.minutes(60)))
struct HeldStandingTests {
    private let world: TestInstallation
    /// Another process, which holds everybody in memory.
    private let observer: TestInstallation
    private let requests: [Request]

    init() async throws {
        world = try await TestInstallation.withAcme()
        try await world.organization("umbra")
        observer = try world.opened()
        let ids = [
            try await world.submit("open@acme.example"),
            try await world.submit("dated@acme.example", until: "2027-01-31"),
        ]
        requests = try await world.store.read { snapshot in try ids.compactMap { try snapshot.request($0) } }
    }

    // MARK: By chance

    private struct Place: Sendable {
        let path: String
        let cloud: CloudID
        let organization: OrganizationID
    }

    private func places() async throws -> [Place] {
        try await world.store.read { snapshot in
            try ["acme", "umbra"].flatMap { slug in
                let organization = try #require(try snapshot.organization(slug: slug))
                return try snapshot.clouds(of: organization.id).map {
                    Place(path: "\(slug)/\($0.slug)", cloud: $0.id, organization: organization.id)
                }
            }
        }
    }

    private func people(_ count: Int, of organization: OrganizationID, _ name: String) async throws -> [PersonID] {
        let people = try (0..<count).map { number in
            Person(
                id: PersonID(at: world.clock.now, random: { world.random.bytes($0) }), organization: organization,
                email: try EmailAddress("\(name)\(number)@acme.example"), name: try DisplayName("P \(number)"),
                language: .english, state: .invited, createdAt: world.clock.now)
        }
        try await world.usher.writing(by: .usher) { turn in for person in people { try turn.invite(person) } }
        return people.map(\.id)
    }

    private func enrol(_ person: Person, _ turn: Writing) throws {
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

    /// Every verb of `Writing` that changes what decides, and a proof, of which the trail tells nothing.
    private func happen(_ id: PersonID, _ place: Place, _ dice: inout SplitMix) async throws {
        let deed = Int.random(in: 0...16, using: &dice)
        let request = requests[Int.random(in: 0...1, using: &dice)]
        let profile = ["STD", "DTM", "OPE", "POW", "GONE"].randomElement(using: &dice) ?? "STD"
        let number = Int.random(in: 0...999_999, using: &dice)
        let later = Int64.random(in: -1...1, using: &dice) * 3_600
        try await world.usher.writing(by: .usher) { turn in
            let person = try #require(try turn.snapshot.person(id))
            let former = try turn.transaction.liveGrant(of: id, in: place.cloud, at: turn.now)
            switch deed {
            case 0...4:
                let until = number % 2 == 0 ? nil : turn.now.adding(seconds: later + 7_200 * Int64(1 + number % 5))
                let grant = Grant(
                    id: GrantID(at: turn.now, random: { world.random.bytes($0) }), organization: place.organization,
                    cloud: place.cloud, person: id, profile: profile, since: turn.now.adding(seconds: later),
                    until: until, request: request.id, later: deed == 4 ? [] : former?.outlasting(until) ?? [])
                try turn.grants.begin(grant, lessening: deed == 4 ? former : nil)
            case 5: try turn.grants.revoke(of: id, in: place.cloud, in: request)
            case 6: if let former { _ = try turn.grants.withdraw(former, in: request) }
            case 7...8 where person.state == .invited:
                try turn.set(.active, of: id, "person.activate", in: request, by: .usher)
            case 7...8 where person.state == .suspended:
                try turn.set(.active, of: id, "person.resume", in: request, by: .usher)
            case 9 where person.state == .active:
                try turn.set(.suspended, of: id, "person.suspend", in: request, by: .usher)
            case 10 where number % 8 == 0 && person.state != .closed: try turn.close(id, in: request, by: .usher)
            case 11 where person.state != .closed:
                try turn.set(try EmailAddress("n\(number)@acme.example"), of: person, in: request, by: .usher)
            case 12, 13: try enrol(person, turn)
            case 14: try turn.retireFactor(of: id, .active, in: request)
            case 15:
                if let factor = try turn.snapshot.factor(of: id, .active) {
                    try turn.transaction.recordProof(of: factor.id, at: turn.now)
                }
            case 16:
                for grant in try turn.snapshot.liveGrants(of: id, at: person.createdAt) {
                    if grant.hasEnded(at: turn.now) { try turn.grants.bringBack(after: grant) }
                }
            default: break
            }
        }
    }

    @Test(
        "give every answer that the database gives, whatever another process does", arguments: [4711, 4712] as [UInt64])
    func histories(_ seed: UInt64) async throws {
        var dice = SplitMix(seed: seed)
        #expect(try await observer.usher.holdStandings())
        var places = try await places()
        let organizations = [try #require(places.first).organization, try #require(places.last).organization]
        var people = try await people(6, of: organizations[0], "a") + people(4, of: organizations[1], "u")
        for step in 0..<900 {
            let pause: Int64 = [0, 0, 1, 1_000, 60_000, 1_200_000].randomElement(using: &dice) ?? 1
            world.clock.set(world.clock.now.adding(milliseconds: pause))
            if step % 300 == 150 {
                _ = try await world.usher.addCloud(
                    organization: "acme", name: "C \(step)", cloudSlug: "c\(step)", by: world.owner)
                places = try await self.places()
                people += try await self.people(1, of: organizations[0], "late\(step)-")
            }
            try await happen(
                people.randomElement(using: &dice) ?? people[0], places.randomElement(using: &dice) ?? places[0], &dice)
            try await compare(people.randomElement(using: &dice) ?? people[0], places, seed: seed, step: step)
            if step % 100 == 99 { try await compareWhole(people, places) }
        }
        // Most of it came out of memory.
        #expect(try #require(observer.usher.standings.extent).answers > 900)
        #expect(world.usher.standings.extent == nil)
    }

    /// Of one person, both ways to ask, in every cloud.
    private func compare(_ id: PersonID, _ places: [Place], seed: UInt64, step: Int) async throws {
        let email = try #require(try await world.store.read { try $0.person(id) }).email
        for place in places {
            for (label, age) in [("create-instance", nil), ("start-instance", 60), ("create-snapshot", nil)]
                as [(String, Int64?)]
            {
                let held = try await observer.usher.decide(label, by: email, in: place.path, mfaAgeSeconds: age)
                let read = try await world.usher.decide(label, by: email, in: place.path, mfaAgeSeconds: age)
                #expect(held == read, "seed \(seed), step \(step): \(label) \(email) \(place.path)")
            }
        }
    }

    /// What followed, and what is read anew: of everybody, in every cloud, for every action.
    private func compareWhole(_ people: [PersonID], _ places: [Place]) async throws {
        #expect(try await observer.usher.followStandings())
        let fresh = try world.opened()
        #expect(try await fresh.usher.holdStandings())
        let (one, other) = (answers(of: observer, people, places), answers(of: fresh, people, places))
        #expect(one == other && one.count == people.count * places.count)
    }

    private func answers(of world: TestInstallation, _ people: [PersonID], _ places: [Place]) -> [[Decision]] {
        let now = world.clock.now
        return world.usher.standings.answer { table in
            people.flatMap { id in
                places.map { place -> [Decision] in
                    guard let person = table.person(id), let cloud = table.cloud(path: place.path) else { return [] }
                    return world.usher.catalogue.actions.indices.map {
                        table.decide($0, by: person, in: cloud, at: now, proof: .told(now))
                    }
                }
            }
        } ?? []
    }

    // MARK: One by one

    private func isHeld(_ email: String, in cloud: String = "acme/prod") async throws -> Bool {
        let before = observer.usher.standings.extent?.answers ?? 0
        _ = try await observer.decide("start-instance", email, in: cloud)
        return observer.usher.standings.extent?.answers ?? 0 > before
    }

    @Test("answer from the next question on what another process has committed, and ask for what they do not know")
    func follow() async throws {
        let alice = "alice@acme.example"
        #expect(try await observer.usher.holdStandings())
        #expect(try await observer.decide("start-instance", alice).reason == .noGrant)
        #expect(!(try await isHeld(alice)))
        try await world.account()
        #expect(try await observer.decide("start-instance", alice).reason == .allowed)
        #expect(try await isHeld(alice))
        for _ in 0..<20 {
            _ = try await world.usher.suspend(
                try EmailAddress(alice), until: nil, reason: "Laptop stolen.",
                by: try await world.actor("rita@acme.example"))
            #expect(try await observer.decide("start-instance", alice).reason == .accountSuspended)
            _ = try await world.usher.resume(try EmailAddress(alice), reason: "Found.", by: world.owner)
            #expect(try await observer.decide("start-instance", alice).reason == .allowed)
        }
        #expect(try await isHeld(alice))
    }

    @Test("ask the database where somebody would have to prove themselves, and know the proof from then on")
    func proofs() async throws {
        let alice = try await world.account()
        #expect(try await observer.usher.holdStandings())
        world.clock.skip(hours: 1)
        #expect(try await observer.decide("create-snapshot").reason == .mfaStale)
        #expect(!(try await isHeld("alice@acme.example")))
        let code = try #require(alice.totp).code(at: world.clock.now)
        #expect(try await world.verify(code, of: "alice@acme.example").accepted)
        // The trail does not tell of it.
        #expect(try await observer.decide("create-snapshot").reason == .allowed)
    }

    @Test("are let go where the trail is another one, and read anew")
    func otherTrail() async throws {
        // One process alone: a second one within this test would let go of the locks that the first one has on a file.
        let world = try await TestInstallation.withAcme()
        try await world.account()
        #expect(try await world.usher.holdStandings())
        #expect(try await world.usher.followStandings())
        let nothing = "X'\(String(repeating: "00", count: 32))'"
        let other = TestDatabase.isFile ? nothing : "decode(repeat('00', 32), 'hex')"
        try world.rewrite([
            "UPDATE audit SET hash = \(other) WHERE sequence = (SELECT MAX(sequence) FROM audit)"
        ])
        #expect(try await world.usher.followStandings() == false)
        #expect(world.usher.standings.extent == nil)
        #expect(try await world.decide("start-instance").reason == .allowed)
        #expect(try await world.usher.holdStandings())
        #expect(world.usher.standings.extent != nil)
    }

    @Test("answer nothing while more was committed than they follow at once, until they have followed it")
    func behind() async throws {
        try await world.account()
        #expect(try await observer.usher.holdStandings())
        let rita = try await world.person("rita@acme.example")
        for _ in 0..<3 {
            try await world.usher.writing(by: .usher) { turn in
                for number in 0..<400 { try turn.set(number % 2 == 0 ? .french : .english, of: rita) }
            }
        }
        #expect(!(try await isHeld("alice@acme.example")))
        #expect(try await observer.decide("start-instance").reason == .allowed)
        while try await !observer.usher.holdStandings() {}
        #expect(try await isHeld("alice@acme.example"))
    }

    @Test("serve many who ask at once, each of whom sees what was committed before")
    func crowd() async throws {
        try await world.account()
        #expect(try await observer.usher.holdStandings())
        for round in 0..<10 {
            let isSuspended = round % 2 == 0
            if isSuspended {
                _ = try await world.usher.suspend(
                    try EmailAddress("alice@acme.example"), until: nil, reason: "Lost.",
                    by: try await world.actor("rita@acme.example"))
            } else {
                _ = try await world.usher.resume(
                    try EmailAddress("alice@acme.example"), reason: "Found.", by: world.owner)
            }
            let reasons = try await withThrowingTaskGroup(of: Decision.Reason.self) { group in
                for _ in 0..<50 { group.addTask { try await observer.decide("start-instance").reason } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(reasons == [isSuspended ? .accountSuspended : .allowed])
        }
    }
}
