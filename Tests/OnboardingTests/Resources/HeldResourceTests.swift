import Basics
import Directory
import Records
import Scratch
import TestSupport
import Testing

@testable import Onboarding

/// Decisions about resources out of memory, while another process changes where they lie.
@Suite("Held resources", .timeLimit(.minutes(60)))
struct HeldResourceTests {
    private let room: ResourceRoom
    private let observer: Onboarding
    private let platform: Actor
    private static let services = [ResourceRoom.service, "globex/prod/shop"]

    init() async throws {
        room = try await ResourceRoom()
        try await room.world.account()
        platform = try await room.platform([.decisions])
        observer = try room.world.opened().usher
        #expect(try await observer.holdStandings())
    }

    private func question(_ resource: String) -> DecisionQuestion {
        DecisionQuestion(
            subject: .init(type: "user", id: "alice@acme.example"), action: "start-instance",
            resource: .init(type: "resource", id: resource),
            sent: .init(subject: .null, action: .null, resource: .null))
    }

    /// What is answered, and whether without the database.
    private func ask(_ resource: String) async throws -> (answer: DecisionAnswer?, isHeld: Bool) {
        let before = observer.standings.extent?.answers ?? 0
        let answer = try await observer.decisions([question(resource)], by: platform).first
        return (answer, observer.standings.extent?.answers ?? 0 > before)
    }

    @Test("are answered from memory once they were asked about, until the trail names them")
    func course() async throws {
        let (usher, owner) = (room.world.usher, room.world.owner)
        #expect(try await ask("i-1").answer == .unknown(.resource))
        _ = try await usher.addResource(room.wish(), id: "i-1", by: owner)
        for isHeld in [false, true] {
            let (answer, wasHeld) = try await ask("i-1")
            #expect(answer?.isPermit == true && wasHeld == isHeld)
        }
        // Something else changed: what is known of it still holds.
        _ = try await usher.addResource(room.wish("other"), id: "i-2", by: owner)
        #expect(try await ask("i-1").isHeld)
        try await usher.removeResource("i-1", by: owner)
        #expect(try await ask("i-1").answer == .unknown(.resource))
        _ = try await usher.addResource(room.wish(in: Self.services[1]), id: "i-1", by: owner)
        for isHeld in [false, true] {
            let (answer, wasHeld) = try await ask("i-1")
            #expect(answer?.isPermit == false && answer != .unknown(.resource) && wasHeld == isHeld)
        }
    }

    @Test("have every answer that the database gives, whatever another process does", arguments: [1, 2] as [UInt64])
    func histories(_ seed: UInt64) async throws {
        var dice = SplitMix(seed: seed)
        let (usher, owner) = (room.world.usher, room.world.owner)
        var held = 0
        for step in 0..<200 {
            let id = "i-\(Int.random(in: 0..<4, using: &dice))"
            let wish = room.wish("r\(step)", in: Self.services.randomElement(using: &dice) ?? Self.services[0])
            do {
                switch Int.random(in: 0..<4, using: &dice) {
                case 0: try await usher.removeResource(id, by: owner)
                case 1: _ = try await usher.putResource(id, wish, by: owner)
                case 2: _ = try await usher.addResource(wish, id: id, by: owner)
                default: break
                }
            } catch is Fault {}  // What is there already, or is not, or lies elsewhere.
            for number in 0..<4 {
                let (answer, isHeld) = try await ask("i-\(number)")
                let read = try await usher.decisions([question("i-\(number)")], by: platform).first
                #expect(answer == read, "seed \(seed), step \(step), i-\(number)")
                held += isHeld ? 1 : 0
            }
        }
        #expect(held > 200)
        #expect(usher.standings.extent == nil)
    }
}
