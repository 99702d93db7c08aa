import Testing

@testable import Workflow

@Suite("What timers do", .timeLimit(.minutes(60)))
struct TimerDeedTests {
    @Test("is told by the ids of every shipped definition", arguments: shippedNames)
    func ofShipped(name: String) throws {
        for rule in try shipped(name).states.flatMap(\.timers) {
            let deed = rule.alsoAsk.map(TimerDeed.ask) ?? rule.branches.last?.target.map(TimerDeed.leave) ?? .remind
            #expect(TimerDeed(id: rule.id) == deed, "\(rule.id)")
            for ordinal in 1...3 { #expect(TimerDeed(id: deed.id(ordinal)) == deed) }
        }
    }

    @Test("is to remind where an id tells nothing else")
    func others() {
        for id in ["", ".", "remind", "remind.2", "go", "go.", "also_ask"] { #expect(TimerDeed(id: id) == .remind) }
    }
}
