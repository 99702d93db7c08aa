import Basics
import Directory
import Records
import TestSupport
import Testing

@testable import Onboarding

/// Everybody, at every place of a request for access, whoever asked for it, and all that can be done there.
@Suite("Who may do what with a request for access", .timeLimit(.minutes(60)))
struct AccessRequestActorTests {
    private typealias Who = AccessRoom.Who
    typealias State = AccessRoom.State
    typealias Origin = AccessRoom.Origin

    /// All that can be done about a request that is there.
    private enum Deed: String, CaseIterable {
        /// By its handle, as programs do.
        case follow, giveUp
        /// By its id, as people do.
        case show, cancel, object, approve, reject, question, answer

        var isByHandle: Bool { self == .follow || self == .giveUp }
        var changes: Bool { self != .follow && self != .show }
    }

    // MARK: What is right, said without a look at how it is done

    private static let programs: Set<Who> = [
        .platform, .otherPlatform, .decidingPlatform, .strangePlatform, .program,
    ]
    private static let readers: Set<Who> = [
        .holder, .representative, .manager, .deputy, .operatorByDuty, .owner,
    ]

    /// Whether it is offered there, and to whom.
    private func offer(of deed: Deed, in state: State) -> (isThere: Bool, who: Who?) {
        switch (deed, state) {
        // To what a program asked for them the person objects, by either word.
        case (.cancel, _) where state.isOpen: (true, .holder)
        case (.object, _) where state.isOpen: (true, .holder)
        case (.approve, .confirming), (.reject, .confirming), (.answer, .clarification): (true, .representative)
        case (.approve, .approval), (.reject, .approval), (.question, .approval): (true, .manager)
        default: (false, nil)
        }
    }

    private func expected(_ deed: Deed, by who: Who, in state: State, _ origin: Origin) -> String {
        if deed.isByHandle {
            guard who == (origin == .holder ? .holder : .platform) else { return "unknown_task" }
            return deed == .follow || state.isOpen ? "done" : "invalid_task_state"
        }
        if Self.programs.contains(who) { return deed == .show ? "notFound" : "forbidden" }
        guard Self.readers.contains(who) else { return "notFound" }
        if deed == .show { return "done" }
        let offer = offer(of: deed, in: state)
        return !offer.isThere ? "conflict" : offer.who == who ? "done" : "forbidden"
    }

    // MARK: What is done

    private func outcome(
        _ deed: Deed, on id: RequestID, by actor: Actor, in room: AccessRoom
    ) async throws -> String {
        let usher = room.world.usher
        do {
            switch deed {
            case .follow: _ = try await usher.accessTask(try room.handle(of: id), by: actor)
            case .giveUp: _ = try await usher.cancelAccess(try room.handle(of: id), comment: nil, by: actor)
            case .show: _ = try await usher.request(id, withHistory: true, by: actor)
            case .cancel: _ = try await usher.cancel(id, by: actor)
            case .object:
                let seen = try await usher.reading(by: .usher) { turn in
                    let request = try turn.request(id)
                    return try turn.facts(of: request, request.run).map { ($0.key, $0.value) }
                }
                let answer = Answer(choice: "object", seen: Dictionary(seen) { $1 })
                _ = try await usher.answer(id, answer, by: actor)
            case .approve: _ = try await usher.approve(id, items: [], by: actor)
            case .reject: _ = try await usher.reject(id, clouds: [], reason: "No", by: actor)
            case .question: _ = try await usher.ask(id, question: "Why?", by: actor)
            case .answer: _ = try await usher.answer(id, "So", by: actor)
            }
            return "done"
        } catch let refusal as AccessRequestRefusal { return refusal.kind.rawValue } catch let fault as Fault {
            return fault.code.rawValue
        }
    }

    private func version(of id: RequestID, in room: AccessRoom) async throws -> Int64 {
        try #require(try await room.world.store.read { try $0.request(id) }).version
    }

    @Test(
        "is what the rules say: nobody else moves it, or learns that it is there", arguments: State.allCases,
        Origin.allCases)
    func everybody(_ state: State, _ origin: Origin) async throws {
        let room = try await AccessRoom()
        let first = try await request(1, state, origin, in: room)
        var (tried, done) = (0, 0)
        for deed in Deed.allCases {
            for who in Who.allCases {
                let expected = expected(deed, by: who, in: state, origin)
                var (id, holder) = first
                // Who may does it to a request of their own: the one that all others try stays as it is.
                if expected == "done", deed.changes {
                    (id, holder) = try await request(tried + 2, state, origin, in: room)
                }
                let before = try await version(of: id, in: room)
                let found = try await outcome(deed, on: id, by: try await room.actor(who, holder: holder), in: room)
                #expect(found == expected, "\(who) \(deed)")
                let isMoved = try await version(of: id, in: room) > before
                #expect(isMoved == (expected == "done" && deed.changes), "\(who) \(deed)")
                tried += 1
                done += expected == "done" ? 1 : 0
            }
        }
        try await offers(on: first, in: state, origin, in: room)
        // All who may read, whoever asked, and whoever is asked there.
        let byState: [State: Int] = [.confirming: 5, .approval: 6, .clarification: 4, .enrolment: 3]
        #expect(tried == 9 * 14 && done == 6 + 1 + (byState[state] ?? 0))
    }

    /// What a page offers somebody is what they may do, and no less.
    private func offers(
        on request: (id: RequestID, holder: String), in state: State, _ origin: Origin, in room: AccessRoom
    ) async throws {
        let deeds: [(Deed, RequestOffer)] = [
            (.cancel, .cancel), (.approve, .decide), (.question, .question), (.answer, .answer),
        ]
        for who in Self.readers {
            let actor = try await room.actor(who, holder: request.holder)
            let offers = try await room.world.usher.requestSheet(request.id, by: actor).offers
            for (deed, offer) in deeds {
                let isRight = expected(deed, by: who, in: state, origin) == "done"
                #expect(offers.contains(offer) == isRight, "\(who) \(deed)")
            }
        }
    }

    private func request(
        _ number: Int, _ state: State, _ origin: Origin, in room: AccessRoom
    ) async throws -> (RequestID, String) {
        let holder = try await room.holder("h\(number)", for: state)
        let id = try await room.begin(origin, for: holder)
        try await room.bring(id, to: state, origin, holder: holder)
        return (id, holder)
    }

    @Test("is not to confirm or to decide one's own, whatever duty one has")
    func fourEyes() async throws {
        let room = try await AccessRoom()
        let (world, usher) = (room.world, room.world.usher)
        let platform = try await room.actor(.platform, holder: "")
        // Rita represents acme alone: nobody could confirm.
        #expect(try await room.evaluate(room.question("rita@acme.example"), by: platform).offer == nil)
        let rita = try await world.actor("rita@acme.example")
        await expectRefusal(.conflict) { _ = try await usher.askForAccess(room.own(), by: rita) }
        _ = try await usher.appoint(
            email: "colleague@acme.example", name: nil, .representative, organization: "acme", language: "en",
            by: world.owner)
        for (number, origin) in AccessRoom.Origin.allCases.enumerated() {
            let id = try await room.begin(origin, for: "rita@acme.example")
            let own = try await outcome(.approve, on: id, by: try await world.actor("rita@acme.example"), in: room)
            #expect(["forbidden", "conflict"].contains(own), "\(own)")
            try await world.approve(id, by: "colleague@acme.example")
            if number == 0 { _ = try await usher.cancel(id, by: try await world.actor("rita@acme.example")) }
        }
    }
}
