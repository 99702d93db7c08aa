import Basics
import Directory
import Records
import TestSupport
import Testing

@testable import Onboarding

/// What may be asked for, where decisions are held in memory.
@Suite("Requests for access beside decisions out of memory", .timeLimit(.minutes(60)))
struct AccessRequestMemoryTests {
    let room: AccessRoom
    let platform: Actor

    init() async throws {
        room = try await AccessRoom()
        platform = try await room.actor(.platform, holder: "")
    }

    @Test("is offered beside denials out of memory, while what is allowed asks the database nothing")
    func remembered() async throws {
        let (holder, colleague) = (try await room.holder("alice"), "colleague@acme.example")
        let other = try room.world.opened(accessRequests: .june2026)
        #expect(try await other.usher.holdStandings())
        func evaluate(_ email: String, _ action: String) async throws -> (Bool, Bool, Bool) {
            let before = other.usher.standings.extent?.answers ?? 0
            let question = room.question(email, action)
            let found = try #require(try await other.usher.evaluations([question], by: platform).first)
            let read = try await room.evaluate(question, by: platform)
            #expect(found.answer == read.answer && (found.offer == nil) == (read.offer == nil))
            #expect(found.offer?.profile == read.offer?.profile)
            let isHeld = other.usher.standings.extent?.answers ?? 0 > before
            return (found.answer.isPermit, found.offer != nil, isHeld)
        }
        #expect(try await evaluate(holder, "create-snapshot") == (true, false, true))
        #expect(try await evaluate(holder, "create-instance") == (false, true, true))
        let id = try await room.begin(.platform, for: holder)
        #expect(try await evaluate(holder, "create-instance") == (false, false, true))
        try await room.bring(id, to: .granted, .platform, holder: holder)
        #expect(try await evaluate(holder, "create-instance") == (true, false, true))
        // A list is answered with each denial's own offer.
        let mixed = [
            room.question(holder, "create-snapshot"), nil, room.question(colleague, "create-instance"),
            room.question(colleague, "create-snapshot"), room.question("nobody@acme.example"),
        ]
        for order in DecisionOrder.allCases {
            let found = try await other.usher.evaluations(mixed, order, by: platform)
            let read = try await room.world.usher.evaluations(mixed, order, by: platform)
            #expect(found.map(\.answer) == read.map(\.answer))
            #expect(found.map { $0.offer?.profile } == read.map { $0.offer?.profile })
        }
    }
}
