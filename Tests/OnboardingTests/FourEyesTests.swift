import Basics
import Directory
import Onboarding
import Records
import Storage
import TestSupport
import Testing

@Suite("Four eyes", .timeLimit(.minutes(60)))
struct FourEyesTests {
    let world: TestInstallation
    private let marie = "marie@provider.example"

    init() async throws { world = try await TestInstallation.withAcme() }

    private func delegate(_ from: String, to: String) async throws {
        _ = try await world.usher.delegate(
            try EmailAddress(from), to: try EmailAddress(to), from: nil,
            until: world.clock.now.adding(seconds: 30 * 86_400), by: try await world.actor(from))
    }

    private func approvalIsRefused(_ id: RequestID, by email: String) async throws -> Fault {
        let fault = try await refusal { try await world.approve(id, by: email) }
        #expect(try await world.view(id).items.allSatisfy { $0.state == "waiting" })
        return fault
    }

    @Test("keep a requester from approving, and staff who recorded the request, too")
    func requester() async throws {
        #expect(try await approvalIsRefused(try await world.submit(), by: "rita@acme.example").code == .forbidden)
        let recorded = try await world.submit("bob@acme.example", by: marie)
        let fault = try await approvalIsRefused(recorded, by: marie)
        #expect(fault.code == .forbidden)
        #expect(fault.message.contains("Four eyes"))
    }

    @Test("keep a deputy from approving what they requested, also once they are asked")
    func deputy() async throws {
        try await world.deputy()
        _ = try await world.usher.appoint(
            email: "denis@provider.example", name: nil, .deliveryManager, organization: "acme", language: "en",
            by: world.owner)
        let id = try await world.submit(by: "denis@provider.example")
        world.clock.skip(days: 9)
        _ = try await world.usher.runDue()
        #expect(try await world.view(id).waitingFor.map(\.part) == ["approver", "deputy"])
        #expect(try await approvalIsRefused(id, by: "denis@provider.example").code == .forbidden)
    }

    @Test("hold when an approver delegates to the requester")
    func delegationToRequester() async throws {
        try await world.deputy()
        _ = try await world.usher.appoint(
            email: "denis@provider.example", name: nil, .deliveryManager, organization: "acme", language: "en",
            by: world.owner)
        let id = try await world.submit(by: "denis@provider.example")
        try await delegate(marie, to: "denis@provider.example")
        #expect(try await approvalIsRefused(id, by: "denis@provider.example").code == .forbidden)
    }

    @Test("hold for the manager in whose place a delegate submitted")
    func requesterDelegates() async throws {
        _ = try await world.usher.appoint(
            email: "manuel@provider.example", name: nil, .deliveryManager, organization: nil, language: "en",
            by: world.owner)
        try await world.enrol("manuel@provider.example")
        try await world.organization("globex", manager: "gina@provider.example")
        try await world.enrol("gina@provider.example")
        // Gina has a duty towards globex only: towards acme she acts with nothing but Marie's authority.
        try await delegate(marie, to: "gina@provider.example")
        let id = try await world.submit(by: "gina@provider.example")
        #expect(try await world.view(id).history?.first?.onBehalfOf == marie)
        #expect(try await approvalIsRefused(id, by: marie).code == .forbidden)
        #expect(try await approvalIsRefused(id, by: "gina@provider.example").code == .forbidden)
        #expect(try await world.approve(id, by: "manuel@provider.example").items.allSatisfy { $0.state == "approved" })
    }

    @Test("keep a representative from requesting for themselves through their deputy")
    func ownAccountByDelegate() async throws {
        try await world.account("bob@acme.example", grants: [("default", "OPE")])
        try await delegate("rita@acme.example", to: "bob@acme.example")
        let submission = world.submission("rita@acme.example", grants: [("prod", "POW")])
        let fault = try await refusal {
            _ = try await world.usher.submit(submission, by: try await world.actor("bob@acme.example"))
        }
        #expect(fault.codes == ["own_account"])
        let closing = try await refusal {
            _ = try await world.usher.close(
                try EmailAddress("rita@acme.example"), reason: "Holiday.",
                by: try await world.actor("bob@acme.example"))
        }
        #expect(closing.code == .forbidden)
    }

    @Test("let a delegate answer in the approver's place, and record both")
    func delegation() async throws {
        try await world.organization("globex", manager: "gina@provider.example")
        try await world.enrol("gina@provider.example")
        try await delegate(marie, to: "gina@provider.example")
        let id = try await world.submit()
        try await world.approve(id, by: "gina@provider.example")
        let decided = try await world.view(id).history?.first { $0.event == "decide" }
        #expect(decided?.by == "gina@provider.example")
        #expect(decided?.onBehalfOf == marie)
    }

    @Test("need a delegation that holds now, of somebody who may act themselves")
    func endedDelegation() async throws {
        try await world.organization("globex", manager: "gina@provider.example")
        try await world.enrol("gina@provider.example")
        try await delegate(marie, to: "gina@provider.example")
        let id = try await world.submit()
        try await world.usher.suspend(try EmailAddress(marie), reason: "Odd.", by: world.owner)
        #expect(try await approvalIsRefused(id, by: "gina@provider.example").code == .notFound)
        try await world.usher.resume(try EmailAddress(marie), reason: "Fine.", by: world.owner)
        world.clock.skip(days: 31)
        #expect(try await approvalIsRefused(id, by: "gina@provider.example").code == .notFound)
    }

    @Test("are recorded for what a delegate does to an account, too")
    func delegatedCare() async throws {
        try await world.account("bob@acme.example", grants: [("default", "OPE")])
        try await world.account()
        try await delegate("rita@acme.example", to: "bob@acme.example")
        let rita = try await world.person("rita@acme.example").id
        let bob = try await world.actor("bob@acme.example")
        try await world.usher.suspend(try EmailAddress("alice@acme.example"), reason: "Odd.", by: bob)
        let view = try await world.usher.close(try EmailAddress("alice@acme.example"), reason: "Left.", by: bob)
        #expect(try await world.view(try world.id(view)).history?.first?.onBehalfOf == "rita@acme.example")
        let trail = try await world.store.read { try $0.auditEntries(after: 0, limit: 1_000) }
        #expect(trail.last { $0.action == "person.suspend" }?.onBehalfOf == rita)
    }
}
