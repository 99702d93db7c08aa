import Basics
import JOSE
import Records
import TestSupport
import Testing

@testable import Onboarding

/// The keys that sign tokens, over their lives.
@Suite("The ring of token keys", .timeLimit(.minutes(60)))
struct TokenRingTests {
    let world: TestInstallation
    let usher: Onboarding

    init() async throws {
        world = try TestInstallation()
        usher = world.usher
    }

    private func published(_ usher: Onboarding) async throws -> Set<String> {
        Set(try await set(usher)["keys"].elements.compactMap { $0["kid"].text })
    }

    private func set(_ usher: Onboarding) async throws -> JSON {
        try JSON(reading: try await usher.publishedKeys(), limits: JSON.Limits(values: 1_000))
    }

    private func signing(_ algorithm: Registration.Algorithm, _ usher: Onboarding) async throws -> String {
        try await usher.signer(algorithm).publicKey.keyID
    }

    private func states() async throws -> [TokenKeyView.State: Int] {
        try await usher.tokenKeys(by: world.owner).reduce(into: [:]) { $0[$1.state, default: 0] += 1 }
    }

    @Test("gets the first of each algorithm once, whichever of two nodes needs it first")
    func first() async throws {
        let other = try world.opened()
        let seen = try await withThrowingTaskGroup(of: Set<String>.self) { group in
            for number in 0..<6 {
                let node = number.isMultiple(of: 2) ? usher : other.usher
                group.addTask { try await published(node) }
            }
            return try await group.reduce(into: Set<Set<String>>()) { $0.insert($1) }
        }
        #expect(seen.count == 1 && seen.first?.count == 2)
        #expect(try await states() == [.signing: 2])
        let keys = try await usher.tokenKeys(by: world.owner).map(\.key)
        #expect(Set(keys.map(\.algorithm)) == [.es256, .rs256])
        #expect(keys.allSatisfy { $0.signsFrom == $0.createdAt })
        for algorithm in Registration.Algorithm.allCases {
            let own = try await signing(algorithm, usher)
            #expect(try await signing(algorithm, other.usher) == own)
        }
    }

    @Test("publishes nothing secret, and keeps what is secret sealed")
    func sealed() async throws {
        let set = try await set(usher)
        for key in set["keys"].elements {
            #expect(key["d"] == .null && key["p"] == .null && key["use"] == "sig")
        }
        let keys = try await usher.tokenKeys(by: world.owner).map(\.key)
        #expect(keys.allSatisfy { $0.publicKey["d"] == .null })
        let bytes = try world.databaseBytes()
        #expect(!bytes.contains(Array(#""d":"#.utf8)))
        // A row that stands for another is not opened.
        let (one, two) = (try keys.at(0), try keys.at(1))
        try world.tamper(
            "UPDATE token_key SET sealed = \(world.literal(two.sealed)), nonce = \(world.literal(two.nonce)) "
                + "WHERE id = '\(one.id)'")
        await #expect(throws: (any Error).self) { _ = try await world.opened().usher.publishedKeys() }
    }

    @Test("publishes the next key an hour before it signs, on every node; two never wait")
    func rotation() async throws {
        let other = try world.opened()
        let before = try await published(usher)
        let old = try await signing(.es256, usher)
        let views = try await usher.rotateTokenKeys(by: world.owner)
        #expect(views.filter { $0.state == .next }.count == 2 && views.count == 4)
        #expect(try await published(usher).count == 4)
        #expect(try await signing(.es256, usher) == old)
        // Asked again at once, and twice at the same time, nothing more comes of it.
        async let one = usher.rotateTokenKeys(by: world.owner).count
        async let two = other.usher.rotateTokenKeys(by: world.owner).count
        let counts = try await [one, two]
        #expect(counts == [4, 4])
        world.clock.skip(seconds: TokenRing.leadSeconds - 1)
        for node in [usher, other.usher] { #expect(try await signing(.es256, node) == old) }
        let seen = try await published(usher)
        #expect(try await published(other.usher) == seen)
        world.clock.skip(seconds: 1)
        let new = try await signing(.es256, usher)
        #expect(new != old && !before.contains(new))
        #expect(try await signing(.es256, other.usher) == new)
        #expect(try await states() == [.former: 2, .signing: 2])
        #expect(try await published(usher).isSuperset(of: before))
    }

    @Test("publishes a former key until the last thing that it signed has ended, and forgets it then")
    func afterlife() async throws {
        let before = try await published(usher)
        _ = try await usher.rotateTokenKeys(by: world.owner)
        world.clock.skip(seconds: TokenRing.leadSeconds + TokenRing.afterlifeSeconds - 1)
        try await usher.forgetEnded()
        #expect(try await published(usher).isSuperset(of: before))
        // What is published may be half a minute old.
        world.clock.skip(seconds: 31)
        // Nobody verifies by it any more, whether or not it was forgotten yet.
        let after = try await published(usher)
        #expect(after.isDisjoint(with: before) && after.count == 2)
        #expect(try await states() == [.former: 2, .signing: 2])
        try await usher.forgetEnded()
        #expect(try await states() == [.signing: 2])
        try await usher.forgetEnded()
        #expect(try await states() == [.signing: 2])
    }

    @Test("gets the next key by age, once")
    func age() async throws {
        try await usher.forgetEnded()
        #expect(try await store { try $0.tokenKeys().isEmpty }, "made keys that nobody asked for")
        let old = try await signing(.rs256, usher)
        world.clock.skip(seconds: TokenRing.ageSeconds - 1)
        try await usher.forgetEnded()
        #expect(try await states() == [.signing: 2])
        world.clock.skip(seconds: 1)
        let other = try world.opened()
        async let one: Void = usher.forgetEnded()
        async let two: Void = other.usher.forgetEnded()
        _ = try await (one, two)
        #expect(try await states() == [.next: 2, .signing: 2])
        #expect(try await signing(.rs256, usher) == old)
        world.clock.skip(seconds: TokenRing.leadSeconds)
        #expect(try await signing(.rs256, usher) != old)
        try await usher.forgetEnded()
        #expect(try await states() == [.former: 2, .signing: 2])
    }

    private func store<Value: Sendable>(
        _ body: @escaping @Sendable (any Snapshot) throws -> Value
    ) async throws -> Value { try await world.store.read(body) }

    @Test("writes each key to the trail")
    func trail() async throws {
        _ = try await usher.rotateTokenKeys(by: world.owner)
        let entries = try await usher.auditEntries(PageRequest(), by: world.owner).entries.filter {
            $0.action == "token_key.add"
        }
        #expect(Set(entries.compactMap(\.subject)) == Set(try await usher.tokenKeys(by: world.owner).map(\.key.id)))
        #expect(entries.filter { $0.actor == .usher }.count == 2, "the first ones nobody asked for")
    }
}
