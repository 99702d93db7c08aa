import Basics
import JOSE
import Onboarding
import Records
import TestSupport
import Testing

/// Who was right a moment ago is remembered: nothing that another process did since may be overlooked for it.
@Suite("A client that is remembered", .timeLimit(.minutes(60)))
struct RememberedClientTests {
    enum Deed: CaseIterable {
        case rotated, removed, programRotated, programGivenKeys, programClosed

        var isOfProgram: Bool { ![.rotated, .removed].contains(self) }
    }

    let world: TestInstallation

    init() async throws {
        world = try await TestInstallation.withAcme()
        try await world.account()
    }

    private func issued(for deed: Deed) async throws -> IssuedSecret {
        if deed.isOfProgram { return try await world.apiAccount() }
        return try #require(
            try await world.usher.addApplication(ApplicationDraft(name: "Platform", kind: .service), by: world.owner).1)
    }

    /// By another process.
    private func perform(_ deed: Deed, on id: String) async throws {
        let other = try world.opened().usher
        let alice = try await world.actor("alice@acme.example")
        switch deed {
        case .rotated: _ = try await other.rotateApplicationSecret("Platform", overlapDays: 0, by: world.owner)
        case .removed: _ = try await other.removeApplication("Platform", reason: "Replaced", by: world.owner)
        case .programRotated:
            _ = try await other.rotateAPISecret(try #require(APIAccountID(id)), overlapDays: 0, by: alice)
        case .programGivenKeys:
            let keys = JWKSet([try PrivateJWK.generate(.es256).publicKey]).json
            _ = try await other.setProgramKeys(try #require(APIAccountID(id)), keys, by: alice)
        case .programClosed:
            _ = try await other.closeAPIAccount(try #require(APIAccountID(id)), reason: "Retired", by: alice)
        }
    }

    @Test("is refused at once where another process took away what it proves itself by", arguments: Deed.allCases)
    func elsewhere(deed: Deed) async throws {
        let issued = try await issued(for: deed)
        let proof = ClientProof(clientID: issued.clientID, means: .secret(issued.secret))
        for _ in 0..<3 { #expect(try await world.usher.authenticate(proof).id == issued.clientID) }
        try await perform(deed, on: issued.clientID)
        for _ in 0..<2 { await #expect(throws: TokenRefusal.self) { try await world.usher.authenticate(proof) } }
        // A secret is another client's proof no more for being remembered.
        let stolen = ClientProof(clientID: "0\(issued.clientID)", means: .secret(issued.secret))
        await #expect(throws: TokenRefusal.self) { try await world.usher.authenticate(stolen) }
    }
}
