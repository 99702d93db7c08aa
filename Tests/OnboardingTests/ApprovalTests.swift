import Basics
import Directory
import Onboarding
import OneTimePassword
import Records
import Storage
import TestSupport
import Testing

@Suite("An approval", .timeLimit(.minutes(60)))
struct ApprovalTests {
    let world: TestInstallation
    let manager: Enrolled
    let request: RequestID

    init() async throws {
        world = try TestInstallation()
        manager = try await world.manager()
        try await world.organization()
        request = try await world.submit()
    }

    private func marie() async throws -> Actor { try await world.actor("marie@provider.example") }

    private func approve(_ items: [ItemDecision], shown: String? = nil) async throws -> RequestView {
        try await world.usher.approve(request, items: items, shown: shown, by: try await marie())
    }

    @Test("needs a code no older than five minutes")
    func freshness() async throws {
        let stale = try await world.actor("marie@provider.example", fresh: false)
        let refused = try await refusal { _ = try await world.usher.approve(request, items: [], by: stale) }
        #expect(refused.code == .unauthenticated)
        let old = try await marie()
        world.clock.skip(seconds: 301)
        #expect(
            try await refusal { _ = try await world.usher.approve(request, items: [], by: old) }.code
                == .unauthenticated)
        world.clock.skip(seconds: -1)
        _ = try await world.usher.approve(request, items: [], by: old)
    }

    @Test("through the operator needs the code, too, and uses it up")
    func throughOperator() async throws {
        let address = try EmailAddress("marie@provider.example")
        let without = try await world.usher.act(as: address, operatorName: "root", code: nil)
        #expect(
            try await refusal { _ = try await world.usher.approve(request, items: [], by: without) }.code
                == .unauthenticated)
        world.clock.skip(seconds: 60)
        let code = try #require(try manager.totp?.code(at: world.clock.now))
        let with = try await world.usher.act(as: address, operatorName: "root", code: code)
        _ = try await world.usher.approve(request, items: [], by: with)
        #expect(
            try await refusal { _ = try await world.usher.act(as: address, operatorName: "root", code: code) }.code
                == .forbidden)
        let decided = try await world.view(request).history?.first { $0.event == "decide" }
        #expect(decided?.by == "operator root for marie@provider.example")
    }

    @Test("is bound to exactly what was shown")
    func shown() async throws {
        let shown = try await world.view(request).shown
        _ = try await approve([ItemDecision(cloud: "default")], shown: shown)
        let stale = try await refusal { _ = try await approve([], shown: shown) }
        #expect(stale.code == .conflict)
        _ = try await approve([], shown: try await world.view(request).shown)
    }

    @Test("wins over another at the same moment, which is told of the conflict")
    func race() async throws {
        let marie = try await marie()
        let other = try world.opened()
        let results = try await withThrowingTaskGroup(of: Fault.Code?.self) { group in
            for installation in [world, other] {
                group.addTask {
                    do {
                        _ = try await installation.usher.approve(
                            request, items: [ItemDecision(cloud: "default")], by: marie)
                        return nil
                    } catch let fault as Fault { return fault.code }
                }
            }
            return try await group.reduce(into: [Fault.Code?]()) { $0.append($1) }
        }
        #expect(results.count { $0 == nil } == 1)
        #expect(results.contains(.conflict))
        #expect(try await world.view(request).history?.count { $0.event == "decide" } == 1)
    }

    @Test("lowers a profile, and never raises one")
    func lowering() async throws {
        for (profile, code) in [("POW", "not_lower"), ("ROOT", "unknown_profile")] {
            let fault = try await refusal { _ = try await approve([ItemDecision(cloud: "prod", lowered: profile)]) }
            #expect(fault.codes == [code])
        }
        // MNT is what the matrix calls the Maintenance profile DTM.
        let view = try await approve([ItemDecision(cloud: "prod", lowered: "mnt")])
        #expect(view.items.first { $0.cloud == "prod" }?.profile == "DTM")
        #expect(view.items.first { $0.cloud == "prod" }?.asked == "OPE")
    }

    @Test("decides an item once, and each cloud once in one answer")
    func once() async throws {
        let twice = try await refusal {
            _ = try await approve([ItemDecision(cloud: "prod"), ItemDecision(cloud: "prod", lowered: "STD")])
        }
        #expect(twice.codes == ["duplicate_item"])
        _ = try await approve([ItemDecision(cloud: "prod")])
        #expect(try await refusal { _ = try await approve([ItemDecision(cloud: "prod")]) }.code == .conflict)
        #expect(try await refusal { _ = try await approve([ItemDecision(cloud: "nowhere")]) }.code == .notFound)
        _ = try await approve([])
        #expect(try await refusal { _ = try await approve([]) }.code == .conflict)
    }

    @Test("may wait for answers, but not for ever, and refuses nothing by asking")
    func questions() async throws {
        let rita = try await world.actor("rita@acme.example")
        for _ in 0..<3 {
            _ = try await world.usher.ask(request, question: "Why Operator?", by: try await marie())
            #expect(try await world.view(request).state == "clarification")
            #expect(try await refusal { _ = try await approve([]) }.code == .conflict)
            #expect(
                try await refusal { _ = try await world.usher.answer(request, "Me?", by: try await marie()) }.code
                    == .forbidden)
            _ = try await world.usher.answer(request, "She deploys.", by: rita)
        }
        #expect(
            world.mailer.mails(to: "rita@acme.example").last { $0.template == "question" }?.text("comment")
                == "Why Operator?")
        let last = try await refusal {
            _ = try await world.usher.ask(request, question: "Again?", by: try await marie())
        }
        #expect(last.code == .conflict && last.message.hasSuffix("You may decide about it."))
        #expect(try await world.view(request).state == "approval")
    }

    @Test("that refuses everything closes the account that never was, and it can be asked for again")
    func refusedAll() async throws {
        let view = try await world.usher.reject(request, clouds: [], reason: "No.", by: try await marie())
        #expect(view.state == "rejected")
        #expect(try await world.person("alice@acme.example").state == .closed)
        #expect(world.mailer.mails.last { $0.template == "refused" }?.text("comment") == "No.")
        try await world.account()
        #expect(try await world.person("alice@acme.example").state == .active)
    }

    @Test("is not needed to cancel, which only the requester's side may")
    func cancel() async throws {
        #expect(
            try await refusal { _ = try await world.usher.cancel(request, by: try await marie()) }.code == .forbidden)
        let view = try await world.usher.cancel(request, by: try await world.actor("rita@acme.example"))
        #expect(view.state == "cancelled")
        #expect(try await refusal { _ = try await approve([]) }.code == .conflict)
    }
}
