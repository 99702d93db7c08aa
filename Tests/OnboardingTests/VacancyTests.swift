import Basics
import Directory
import Scratch
import Storage
import TestSupport
import Testing

@testable import Onboarding
@testable import Workflow

/// Every shipped definition, every state that asks, and whoever may be there to answer.
@Suite("Who is asked")
struct AnswererTests {
    struct Asking: CustomTestStringConvertible {
        let definition: Definition
        let state: String
        let part: Part

        var testDescription: String { "\(definition.name) \(state) \(part.name)" }
    }

    static let asking: [Asking] = TestInstallation.shippedWorkflows.flatMap { file, text -> [Asking] in
        // What cannot be read fails in tests of its own, and here by its number.
        guard let definition = try? Definition(yaml: text, file: file) else { return [] }
        return definition.states.compactMap { state in
            definition.ask(in: state.name).flatMap { definition.part($0.who) }.map {
                Asking(definition: definition, state: state.name, part: $0)
            }
        }
    }

    @Test("covers every state that asks")
    func covers() { #expect(Self.asking.count == 28) }

    private static let staff = ["marie@provider.example", "denis@provider.example"]
    private static let everybody = staff + ["rita@acme.example", "alice@acme.example"]

    /// Acme with everybody enrolled, and a colleague of each who may stand in.
    private static func world() async throws -> TestInstallation {
        let world = try await TestInstallation.withAcme()
        try await world.deputy()
        try await world.account()
        try await world.account("bob@acme.example", grants: [("default", "OPE")])
        _ = try await world.usher.appoint(
            email: "dora@provider.example", name: nil, .operator, organization: nil, language: "en", by: world.owner)
        return world
    }

    /// A request that rests in a state, as a workflow of that name makes it.
    private func request(
        _ asking: Asking, in world: TestInstallation, playing: [String: [String]] = [:]
    ) async throws -> Request {
        let definition = asking.definition
        let (alice, rita) = (try await world.person("alice@acme.example"), try await world.person("rita@acme.example"))
        let organization = try #require(rita.organization)
        let cloud = try #require(try await world.store.read { try $0.clouds(of: organization).first })
        let isReview = definition.name == "access-review"
        let items = [
            Run.Item(
                id: cloud.id.text, profile: "OPE", needsMFA: true,
                about: isReview ? "01hf0000000000000000000000" : nil)
        ]
        let players = ["requester": [isReview ? "operator root" : rita.id.text], "holder": [alice.id.text]]
        var run = try definition.start(
            .init(items: items, players: players), at: world.clock.now, calendar: .everyDay
        ).run
        run.state = asking.state
        run.asked = [asking.part.name]
        run.players.merge(playing) { $1 }
        let subject: RequestSubject? =
            switch definition.name {
            case "nomination": .duty(DutyHolding(.representative, organization: organization))
            case "address-change": .address(try EmailAddress("new@acme.example"))
            case "program-owner":
                .program(APIAccountID(at: world.clock.now, random: world.random.bytes), formerOwner: alice.id)
            default: nil
            }
        return Request(
            id: RequestID(at: world.clock.now, random: world.random.bytes), organization: organization,
            holder: isReview ? nil : alice.id, cloud: isReview ? cloud.id : nil,
            requester: players["requester"]?.first ?? "",
            reason: "Because", until: nil, idempotencyKey: nil, createdAt: world.clock.now, run: run, version: 1,
            subject: subject)
    }

    private func awaited(
        _ request: Request, in world: TestInstallation
    ) async throws -> (people: [String], standIns: [String], isVacant: Bool) {
        try await world.store.read { snapshot in
            let awaited = try world.usher.awaited(request, at: world.clock.now, in: snapshot)
            return (
                awaited.flatMap { $0.answerers.people.map(\.email.text) },
                awaited.flatMap { $0.answerers.standIns.map { "\($0.person.email) for \($0.absent.email)" } },
                awaited.isVacant
            )
        }
    }

    @Test("is somebody in a usual installation, and nobody once all have gone", arguments: asking)
    func usualAndGone(asking: Asking) async throws {
        let world = try await Self.world()
        let request = try await request(asking, in: world)
        let usual = try await awaited(request, in: world)
        #expect(!usual.people.isEmpty && usual.standIns.isEmpty && !usual.isVacant)
        for email in Self.everybody { try await world.suspend(email) }
        let gone = try await awaited(request, in: world)
        // Whoever it is about is waited for, whatever became of their account: nobody else opens their link.
        #expect(gone.isVacant == (asking.part.source != "request.account_holder"))
    }

    @Test("is nobody whom four eyes bar", arguments: asking)
    func barred(asking: Asking) async throws {
        let others = asking.definition.apart.filter { $0.contains(asking.part.name) }.flatMap { $0 }
            .filter { $0 != asking.part.name }
        guard let other = others.first, asking.part.source != "request.account_holder" else { return }
        let world = try await Self.world()
        var ids: [String] = []
        for email in Self.everybody { ids.append(try await world.person(email).id.text) }
        // Guardians are never the two sides; elsewhere whoever plays any other part of the group is barred.
        let part = asking.part.source == "request.guardians" ? "requester" : other
        let request = try await request(asking, in: world, playing: [part: ids])
        let awaited = try await awaited(request, in: world)
        #expect(awaited.people.isEmpty && awaited.standIns.isEmpty && awaited.isVacant)
    }

    @Test("is who stands in as well, beside the absent", arguments: asking)
    func standIns(asking: Asking) async throws {
        let world = try await Self.world()
        let request = try await request(asking, in: world)
        let absent = try #require(try await awaited(request, in: world).people.first)
        let delegate = absent.hasSuffix("acme.example") ? "bob@acme.example" : "denis@provider.example"
        try await world.delegate(absent, to: delegate)
        let awaited = try await awaited(request, in: world)
        guard asking.part.source != "request.account_holder" else { return #expect(awaited.standIns.isEmpty) }
        #expect(awaited.people.contains(absent))
        #expect(awaited.people.contains(delegate) || awaited.standIns == ["\(delegate) for \(absent)"])
    }
}

/// The same by the use cases, with the mails that people get.
@Suite("Requests that nobody can answer")
struct VacancyTests {
    let world: TestInstallation
    private let marie = "marie@provider.example"
    private let rita = "rita@acme.example"

    init() async throws { world = try await TestInstallation.withAcme() }

    private func templates(to email: String) async throws -> [String] {
        _ = try await world.usher.runDue()
        return world.mailer.templates(to: email)
    }

    private func inbox(_ email: String) async throws -> [String] {
        try await world.usher.inbox(PageRequest(), by: try await world.actor(email)).items.map(\.id)
    }

    @Test("are told at the submission to those who can fill the gap, and to whoever asks")
    func submission() async throws {
        // Marie is the only manager, and recorded it herself.
        let id = try await world.submit(by: marie)
        let view = try await world.view(id)
        #expect(view.vacant && view.waitingFor.map(\.people) == [[]])
        #expect(try await templates(to: marie).filter { $0 == "nobody-answers" }.count == 1)
        #expect(!world.mailer.templates(to: marie).contains("approval-asked"))
        #expect(try await inbox(marie) == [])
        #expect(try await world.usher.vacancies().map(\.request) == [id])
        let trail = try await world.store.read { try $0.auditEntries(after: 0, limit: 1_000) }
        #expect(trail.count { $0.action == "request.vacant" && $0.request == id.text } == 1)
    }

    @Test("are asked of whoever fills the gap, at once and by one mail")
    func filled() async throws {
        let ids = [try await world.submit(by: marie), try await world.submit("bob@acme.example", by: marie)]
        _ = try await templates(to: marie)
        _ = try await world.usher.appoint(
            email: "manuel@provider.example", name: nil, .deliveryManager, organization: "acme", language: "en",
            by: world.owner)
        #expect(try await templates(to: "manuel@provider.example").filter { $0 == "waiting-for-you" }.count == 1)
        #expect(world.mailer.mails(to: "manuel@provider.example").last?.text("waitingCount") == "2")
        for id in ids { #expect(try await !world.view(id).vacant) }
        try await world.enrol("manuel@provider.example")
        try await world.approve(ids[0], by: "manuel@provider.example")
        #expect(try await world.usher.replayAll().defects == [])
    }

    @Test("are told when the last who could answer is suspended, and asked again of who comes back")
    func suspended() async throws {
        try await world.deputy()
        let id = try await world.submit()
        #expect(try await !world.view(id).vacant)
        try await world.suspend(marie)
        #expect(try await templates(to: "denis@provider.example").last == "nobody-answers")
        #expect(try await world.view(id).vacant)
        world.mailer.forget()
        _ = try await world.usher.resume(try EmailAddress(marie), reason: "Back", by: world.owner)
        #expect(try await templates(to: marie).contains("waiting-for-you"))
        #expect(try await !world.view(id).vacant)
    }

    @Test("are told when the last who could answer is closed")
    func closed() async throws {
        try await world.operatorByDuty()
        let id = try await world.submit()
        _ = try await world.usher.close(try EmailAddress(marie), reason: "Left", by: world.owner)
        #expect(try await templates(to: "olga@provider.example").contains("nobody-answers"))
        #expect(try await world.view(id).vacant)
        let gaps = try await world.usher.gaps(after: try await world.view(id))
        #expect(
            gaps == ["acme has no service delivery manager: its requests wait for nobody. Use: usher person appoint"])
    }

    @Test("tell who stands in at once and at the beginning, and ask and remind them beside the absent")
    func standIn() async throws {
        try await world.deputy()
        let denis = "denis@provider.example"
        let before = try await world.submit()
        _ = try await templates(to: denis)
        world.mailer.forget()
        try await world.delegate(marie, to: denis)
        let first = try #require(try await templates(to: denis).first)
        #expect(first == "standing-in" && world.mailer.mails(to: denis).first?.text("waitingCount") == "1")
        let waiting = try await world.view(before).waitingFor
        #expect(waiting.map(\.people) == [[marie]])
        #expect(waiting.flatMap(\.standIns).map { "\($0.email) for \($0.absent)" } == ["\(denis) for \(marie)"])
        _ = try await world.submit("bob@acme.example")
        #expect(try await templates(to: denis).last == "approval-asked")
        #expect(world.mailer.mails(to: denis).last?.text("standsInFor") == "Marie Durand")
        #expect(world.mailer.templates(to: marie).last == "approval-asked")
        world.mailer.forget()
        world.clock.skip(days: 2)
        #expect(try await templates(to: denis) == ["approval-reminder", "approval-reminder"])
        #expect(world.mailer.templates(to: marie) == ["approval-reminder", "approval-reminder"])
    }

    @Test("tell who will stand in twice, and not of what was taken back before it began")
    func later() async throws {
        try await world.deputy()
        let denis = "denis@provider.example"
        let (from, until) = (world.clock.now.adding(seconds: 86_400), world.clock.now.adding(seconds: 864_000))
        _ = try await world.usher.delegate(
            try EmailAddress(marie), to: try EmailAddress(denis), from: from, until: until,
            by: try await world.actor(marie))
        world.mailer.forget()
        #expect(try await templates(to: denis).isEmpty || world.mailer.mails(to: denis).first?.text("from") != nil)
        world.clock.skip(days: 1)
        #expect(try await templates(to: denis).last == "standing-in")
        #expect(world.mailer.mails(to: denis).last?.text("from") == nil)
        let other = (world.clock.now.adding(seconds: 864_000), world.clock.now.adding(seconds: 1_728_000))
        _ = try await world.usher.delegate(
            try EmailAddress(marie), to: try EmailAddress(denis), from: other.0, until: other.1,
            by: try await world.actor(marie))
        _ = try await templates(to: denis)
        world.mailer.forget()
        _ = try await world.usher.endDelegation(
            of: try EmailAddress(marie), to: try EmailAddress(denis), from: other.0, by: try await world.actor(marie))
        world.clock.skip(days: 11)
        #expect(try await templates(to: denis).isEmpty)
    }

    @Test("say who did what and what is possible where a choice came too late")
    func tooLate() async throws {
        let id = try await world.submit()
        try await world.approve(id)
        world.clock.skip(seconds: 60)
        let late = try await refusal { try await world.approve(id) }
        #expect(late.code == .conflict)
        #expect(late.message == "Marie Durand approved this request a minute ago. It waits for Alice Martin now.")
        let mine = try await refusal { _ = try await world.usher.answer(id, "Yes.", by: try await world.actor(rita)) }
        #expect(mine.message == "Marie Durand approved this request a minute ago. You may take it back.")
        _ = try await world.usher.cancel(id, by: try await world.actor(rita))
        let over = try await refusal { try await world.approve(id) }
        #expect(over.message == "Rita Weiss took back this request a moment ago. It has ended.")
    }

    @Test("are asked a question no more often than their workflow allows, and refuse nothing by it")
    func questions() async throws {
        let id = try await world.submit()
        for _ in 0..<3 {
            _ = try await world.usher.ask(id, question: "Which team?", by: try await world.actor(marie))
            _ = try await world.usher.answer(id, "The second.", by: try await world.actor(rita))
        }
        let refused = try await refusal {
            _ = try await world.usher.ask(id, question: "Which one?", by: try await world.actor(marie))
        }
        #expect(refused.code == .conflict)
        #expect(
            refused.message
                == "Questions were asked 3 times, which is all that this request allows. You may decide about it.")
        #expect(try await world.view(id).state == "approval")
        let sheet = try await world.usher.requestSheet(id, by: try await world.actor(marie))
        #expect(sheet.offers.contains(.decide) && !sheet.offers.contains(.question))
        let shown = try await world.usher.deliberation(id, by: try await world.actor(marie))
        #expect(shown.offers.map(\.choice) == ["decide"])
        try await world.approve(id)
    }
}

extension TestInstallation {
    fileprivate func suspend(_ email: String) async throws {
        _ = try await usher.suspend(try EmailAddress(email), reason: "Gone", by: owner)
    }

    fileprivate func delegate(_ email: String, to other: String) async throws {
        _ = try await usher.delegate(
            try EmailAddress(email), to: try EmailAddress(other), from: nil,
            until: clock.now.adding(seconds: 30 * 86_400), by: try await actor(email))
    }
}
