import Basics
import Onboarding
import Records
import TestSupport
import Testing

@Suite("Housekeeping", .timeLimit(.minutes(60)))
struct HousekeepingTests {
    let world: TestInstallation

    init() async throws { world = try TestInstallation() }

    /// What a node does whose clock is ahead, and none of the others.
    private func forget(ahead seconds: Int64) async throws {
        world.clock.skip(seconds: seconds)
        try await world.usher.forgetEnded()
        world.clock.skip(seconds: -seconds)
    }

    @Test("by a node whose clock is ahead forgets nothing that counts at another", arguments: [90, 900, 3_590])
    func clockAhead(seconds: Int64) async throws {
        var draft = ApplicationDraft(name: "Console", kind: .web)
        draft.redirects = ["https://console.example.com/callback"]
        let (view, issued) = try await world.usher.addApplication(draft, by: world.owner)
        let marie = try await world.manager()
        let secret = try #require(issued).secret
        let signedIn = try await world.signIn(marie, at: view.application.id, secret: secret) {
            try await forget(ahead: seconds)
        }
        let client = try await world.usher.authenticate(
            ClientProof(clientID: view.application.id.text, means: .secret(secret)))
        let token = Secret(signedIn.access)
        let mark = [UInt8](repeating: 7, count: 32)
        let soon = world.clock.now.adding(seconds: 60)
        #expect(try await world.store.write { try $0.useOnce(mark, until: soon) })
        #expect(try await world.usher.introspect(token, by: client)["active"] == true)
        try await world.usher.revoke(token, by: client)
        try await forget(ahead: seconds)
        #expect(try await world.store.write { try !$0.useOnce(mark, until: soon) }, "used again")
        #expect(try await world.usher.introspect(token, by: client)["active"] == false, "good again")
        #expect(try await world.usher.introspect(signedIn.refresh, by: client)["active"] == true)
        _ = try await world.usher.visitor(signedIn.session)
    }
}
