import Basics
import Directory
import Records
import Scratch
import Storage
import TestSupport
import Testing

@testable import Onboarding
@testable import Workflow

/// Every shipped definition, every state that asks, and whoever may be there to answer.
@Suite("Who is asked", .timeLimit(.minutes(60)))
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
    func covers() { #expect(Self.asking.count == 34) }

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
        // Who asks for what they were denied asks for themselves: a representative confirms.
        let person = definition.name == "access-request" ? alice : rita
        let requester = isReview ? "operator root" : person.id.text
        let players = ["requester": [requester], "holder": [alice.id.text]]
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
            requester: Party(text: requester),
            reason: "Because", until: nil, idempotencyKey: nil, createdAt: world.clock.now, run: run, version: 1,
            subject: subject)
    }

    private func awaited(
        _ request: Request, in world: TestInstallation
    ) async throws -> (people: [String], standIns: [String], isVacant: Bool) {
        try await world.usher.reading(by: .usher) { turn in
            let awaited = try turn.awaited(request)
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
        for email in Self.everybody { try await world.sendAway(email) }
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
        try await world.lend(absent, to: delegate)
        let awaited = try await awaited(request, in: world)
        guard asking.part.source != "request.account_holder" else { return #expect(awaited.standIns.isEmpty) }
        #expect(awaited.people.contains(absent))
        #expect(awaited.people.contains(delegate) || awaited.standIns == ["\(delegate) for \(absent)"])
    }
}

extension TestInstallation {
    func sendAway(_ email: String) async throws {
        _ = try await usher.suspend(try EmailAddress(email), reason: "Gone", by: owner)
    }

    func lend(_ email: String, to other: String) async throws {
        _ = try await usher.delegate(
            try EmailAddress(email), to: try EmailAddress(other), from: nil,
            until: clock.now.adding(seconds: 30 * 86_400), by: try await actor(email))
    }
}
