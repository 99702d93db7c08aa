import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("Delegations", .timeLimit(.minutes(60)))
struct DelegationTests {
    let world: TestInstallation
    private let rita = "rita@acme.example"
    private let bob = "bob@acme.example"
    private let carol = "carol@acme.example"

    init() async throws {
        world = try await TestInstallation.withAcme()
        for email in [bob, carol] { try await world.account(email, grants: [("default", "OPE")]) }
    }

    /// - Parameter days: from the beginning to the end, counted from now.
    private func delegate(_ from: String, to: String, days: Range<Int> = 0..<30) async throws {
        func day(_ number: Int) -> Timestamp { world.clock.now.adding(seconds: Int64(number) * 86_400) }
        _ = try await world.usher.delegate(
            try EmailAddress(from), to: try EmailAddress(to), from: days.lowerBound == 0 ? nil : day(days.lowerBound),
            until: day(days.upperBound), by: try await world.actor(from))
    }

    private func listed(_ email: String? = nil, by actor: Actor) async throws -> [String] {
        try await world.usher.delegations(of: try email.map { try EmailAddress($0) }, PageRequest(), by: actor).items
            .map { "\($0.person.email) > \($0.delegate.email)\($0.holds ? "" : " later")" }.sorted()
    }

    private func end(_ from: String, to: String, by actor: Actor) async throws -> Int {
        try await world.usher.endDelegation(
            of: try EmailAddress(from), to: try EmailAddress(to), from: nil, by: actor
        ).count
    }

    @Test("go to no strangers, not to oneself, not backwards in time, and are given by nobody else")
    func refusals() async throws {
        let actor = try await world.actor(rita)
        let until = world.clock.now.adding(seconds: 86_400)
        func attempt(_ from: String, _ to: String, until: Timestamp) async throws -> Fault {
            try await refusal {
                _ = try await world.usher.delegate(
                    try EmailAddress(from), to: try EmailAddress(to), from: nil, until: until, by: actor)
            }
        }
        let toStaff = try await attempt(rita, "marie@provider.example", until: until)
        let toNobody = try await attempt(rita, "nobody@acme.example", until: until)
        #expect(toStaff.codes == ["unknown_person"])
        #expect(toNobody.codes == toStaff.codes)
        #expect(try await attempt(rita, rita, until: until).codes == ["cycle"])
        #expect(try await attempt(rita, bob, until: world.clock.now).codes == ["in_the_past"])
        #expect(try await attempt(bob, rita, until: until).code == .forbidden)
        let stale = try await world.actor(rita, fresh: false)
        let unproven = try await refusal {
            _ = try await world.usher.delegate(
                try EmailAddress(rita), to: try EmailAddress(bob), from: nil, until: until, by: stale)
        }
        #expect(unproven.code == .unauthenticated)
    }

    @Test("close no circle of two or three, and lend nobody's rights on")
    func circles() async throws {
        try await delegate(rita, to: bob)
        let two = try await refusal { try await delegate(bob, to: rita) }
        #expect(two.codes == ["cycle"])
        try await delegate(bob, to: carol)
        let three = try await refusal { try await delegate(carol, to: rita) }
        #expect(three.codes == ["cycle"])
        // Bob's own rights are lent to Carol, not Rita's.
        let submitting = try await refusal { _ = try await world.submit("dan@acme.example", by: carol) }
        #expect(submitting.code == .notFound)
        _ = try await world.submit("dan@acme.example", by: bob)
    }

    @Test("close a circle only where they hold at one time, by whatever way")
    func circlesInTime() async throws {
        try await delegate(rita, to: bob, days: 0..<10)
        try await delegate(bob, to: rita, days: 10..<20)
        let overlapping = try await refusal { try await delegate(bob, to: rita, days: 9..<12) }
        #expect(overlapping.codes == ["cycle"])
        // Rita to Bob to Carol in week one, Carol to Rita afterwards: no day on which it goes round.
        try await delegate(bob, to: carol, days: 2..<5)
        try await delegate(carol, to: rita, days: 5..<9)
        let meeting = try await refusal { try await delegate(carol, to: rita, days: 4..<9) }
        #expect(meeting.codes == ["cycle"])
    }

    @Test("are listed for whoever takes part, and for whoever answers for them; nobody else learns of them")
    func listing() async throws {
        try await delegate(rita, to: bob)
        try await delegate(bob, to: carol, days: 3..<5)
        let given = "\(rita) > \(bob)"
        let coming = "\(bob) > \(carol) later"
        #expect(try await listed(by: world.owner) == [coming, given].sorted())
        #expect(try await listed(by: try await world.actor(rita)) == [given])
        #expect(try await listed(by: try await world.actor(bob)) == [coming, given].sorted())
        #expect(try await listed(bob, by: try await world.actor("marie@provider.example")) == [coming, given].sorted())
        let stranger = try await refusal { _ = try await listed(rita, by: try await world.actor(carol)) }
        #expect(stranger.code == .notFound)
        world.clock.skip(days: 31)
        #expect(try await listed(by: world.owner) == [])
    }

    @Test("end early for whoever gave them, holds them, or runs the installation, and at once; both are on record")
    func ending() async throws {
        try await delegate(rita, to: bob)
        try await delegate(rita, to: bob, days: 40..<50)
        world.clock.skip(seconds: 60)
        _ = try await world.submit("dan@acme.example", by: bob)
        let stranger = try await refusal { _ = try await end(rita, to: bob, by: try await world.actor(carol)) }
        let nothing = try await refusal { _ = try await end(rita, to: carol, by: try await world.actor(carol)) }
        #expect(stranger.code == .notFound && nothing.code == .notFound)
        // No code is asked for: rights go home.
        #expect(try await end(rita, to: bob, by: try await world.actor(rita, fresh: false)) == 2)
        #expect(try await listed(by: world.owner) == [])
        let late = try await refusal { _ = try await world.submit("eve@acme.example", by: bob) }
        #expect(late.code == .notFound)
        let again = try await refusal { _ = try await end(rita, to: bob, by: try await world.actor(rita)) }
        #expect(again.code == .notFound)
        world.clock.skip(days: 41)
        #expect(try await refusal { _ = try await world.submit("eve@acme.example", by: bob) }.code == .notFound)
        let trail = try await world.store.read { try $0.auditEntries(after: 0, limit: 1_000) }
        let subject = try await world.person(rita).id.text
        let entries = trail.filter { $0.subject == subject && $0.action.hasPrefix("delegation.") }
        #expect(entries.map(\.action) == ["delegation.add", "delegation.add", "delegation.end", "delegation.end"])
        #expect(try await world.usher.verifyAudit().defect == nil)

        try await delegate(bob, to: carol)
        #expect(try await end(bob, to: carol, by: try await world.actor(carol)) == 1)
        try await delegate(bob, to: carol)
        #expect(try await end(bob, to: carol, by: world.owner) == 1)
        try await world.usher.suspend(try EmailAddress(carol), reason: "Odd.", by: world.owner)
        let suspended = try await refusal { _ = try await listed(by: try await world.actor(carol)) }
        #expect(suspended.code == .forbidden)
    }

    @Test("end with the account of either side, and its duties too, each with an entry of the trail")
    func endWithAccount() async throws {
        try await delegate(rita, to: bob)
        try await delegate(bob, to: carol)
        let last = try await world.store.read { try $0.lastAuditEntry() }?.sequence ?? 0
        let gone = try await world.person(rita)
        _ = try await world.usher.close(gone.email, reason: "Left.", by: world.owner)
        let entries = try await world.store.read { try $0.auditEntries(after: last, limit: 100) }
            .filter { $0.subject == gone.id.text }.map(\.action)
        #expect(entries.filter { $0 == "duty.end" }.count == 1)
        #expect(entries.filter { $0 == "delegation.end" }.count == 1)
        #expect(entries.contains("person.close"))
        #expect(try await world.store.read { try $0.duties(of: gone.id) }.isEmpty)
        // What others lent one another holds on.
        let other = try await world.person(bob)
        let left = try await world.store.read { try $0.delegations(of: other.id, at: world.clock.now) }
        #expect(left.count == 1)
    }
}
