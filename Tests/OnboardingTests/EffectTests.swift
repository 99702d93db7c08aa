import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("An effect", .timeLimit(.minutes(60)))
struct EffectTests {
    let world: TestInstallation

    init() async throws { world = try await TestInstallation.withAcme() }

    private func effects(_ state: Effect.State) async throws -> [Effect] {
        try await world.usher.effects(state, PageRequest(), by: world.owner).items
    }

    @Test("that fails for good is parked at once; it can be dropped, with a reason, once")
    func permanent() async throws {
        world.mailer.fail(DeliveryFailure(isPermanent: true, message: "No such mailbox."))
        let id = try await world.submit()
        let parked = try #require(try await effects(.parked).first)
        #expect(
            try await refusal { try await world.usher.dropEffect(parked.key, reason: "", by: world.owner) }.code
                == .invalid)
        try await world.usher.dropEffect(parked.key, reason: "She knows.", by: world.owner)
        #expect(try await effects(.dropped).map(\.key) == [parked.key])
        #expect(try await effects(.parked).isEmpty)
        #expect(
            try await refusal { try await world.usher.dropEffect(parked.key, reason: "x", by: world.owner) }.code
                == .conflict)
        #expect(
            try await refusal { try await world.usher.dropEffect("\(id)/none", reason: "x", by: world.owner) }.code
                == .notFound)
        let trail = try await world.store.read { try $0.auditEntries(after: 0, limit: 1_000) }
        #expect(
            trail.contains { $0.action == "effect.drop" && $0.detail == "She knows." && $0.actor == .operator("root") })
        let entry = try #require(try await world.view(id).history?.last)
        #expect(entry.event == "effect.drop" && entry.by == "operator root" && entry.from == entry.to)
        #expect(entry.note?.hasPrefix("mail/approval/") == true && entry.note?.hasSuffix(": She knows.") == true)
        #expect(try await world.usher.replayAll().defects == [])
    }

    /// A request whose only grant was parked.
    private func parkGrant() async throws -> (RequestID, Effect) {
        let id = try await world.submit(grants: [("prod", "OPE")])
        return (id, try await world.parkedGrant(of: id))
    }

    @Test("that grants and was dropped lets the request go on without it")
    func droppedGrant() async throws {
        let (id, grant) = try await parkGrant()
        #expect(try await world.view(id).state == "provisioning")
        try await world.usher.dropEffect(grant.key, reason: "Not here.", by: world.owner)
        #expect(try await world.view(id).state == "failed")
        let entry = try #require(try await world.view(id).history?.last)
        #expect(entry.event == "grant.dropped" && entry.by == "operator root")
        #expect(entry.note?.hasSuffix(": Not here.") == true)
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("is dropped once, however many operators decide at the same moment")
    func twoOperators() async throws {
        let (id, grant) = try await parkGrant()
        let other = try world.opened()
        let successes = try await withThrowingTaskGroup(of: Bool.self) { group in
            for turn in 0..<8 {
                group.addTask {
                    do {
                        let usher = turn.isMultiple(of: 2) ? world.usher : other.usher
                        try await usher.dropEffect(grant.key, reason: "Turn \(turn).", by: .operator("op\(turn)"))
                        return true
                    } catch let fault as Fault where fault.code == .conflict { return false }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(successes == 1)
        #expect(try await world.view(id).history?.filter { $0.event == "grant.dropped" }.count == 1)
    }

    @Test("that grants and was retried gives the profile, and the request goes on")
    func retriedGrant() async throws {
        let (id, grant) = try await parkGrant()
        try await world.usher.retryEffect(grant.key, reason: "Repaired.", by: world.owner)
        _ = try await world.usher.runDue()
        let view = try await world.view(id)
        #expect(view.state == "invitation")
        let retry = try #require(view.history?.first { $0.event == "effect.retry" })
        #expect(retry.note?.hasSuffix(": Repaired.") == true && retry.by == "operator root")
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("that grants gives nothing when it is retried after the request was withdrawn")
    func withdrawnGrant() async throws {
        let (id, grant) = try await parkGrant()
        _ = try await world.usher.cancel(id, by: try await world.actor("rita@acme.example"))
        try? await world.usher.retryEffect(grant.key, reason: "Repaired.", by: world.owner)  // May be refused as well.
        _ = try await world.usher.runDue()
        let person = try await world.person("alice@acme.example")
        #expect(try await world.store.read { try $0.liveGrants(of: person.id, at: world.clock.now) }.isEmpty)
    }

    @Test("that is parked does not keep an account from being closed")
    func closureInProvisioning() async throws {
        try await world.account()
        let change = try await world.submit(grants: [("prod", "POW")])
        _ = try await world.parkedGrant(of: change)
        #expect(try await world.view(change).state == "provisioning")
        _ = try await world.usher.close(
            try EmailAddress("alice@acme.example"), reason: "Left.", by: try await world.actor("rita@acme.example"))
        let person = try await world.person("alice@acme.example")
        #expect(person.state == .closed)
        #expect(try await world.view(change).state == "failed")
        #expect(try await world.store.read { try $0.liveGrants(of: person.id, at: world.clock.now) }.isEmpty)
    }

    @Test("is shown, retried and dropped by the operator only")
    func operatorOnly() async throws {
        let marie = try await world.actor("marie@provider.example")
        #expect(
            try await refusal { _ = try await world.usher.effects(nil, PageRequest(), by: marie) }.code == .forbidden)
    }
}
