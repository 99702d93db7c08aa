import Basics
import Onboarding
import Records
import Scratch
import TestSupport
import Testing

/// What is held on each day to come.
private struct Plan {
    var days: [String?]

    private static let order = ["STD", "OPE", "POW"]

    /// What lets do more and ends before it goes on.
    mutating func give(_ profile: String, from today: Int, until last: Int?) {
        var first = today
        while let held = days[first], rank(held) > rank(profile),
            let end = (first..<days.count).first(where: { days[$0] != held }), last.map({ end - 1 < $0 }) ?? true
        { first = end }
        for day in first..<days.count where last.map({ day <= $0 }) ?? true { days[day] = profile }
    }

    private func rank(_ profile: String) -> Int { Self.order.firstIndex(of: profile) ?? 9 }

    mutating func lessen(to profile: String, from today: Int, until last: Int?) {
        let before = days
        func isLess(_ day: Int) -> Bool {
            before[day].map { rank($0) < rank(profile) } ?? true
        }
        for day in today..<days.count where !isLess(day) {
            let isOver = last.map { day > $0 } ?? false
            days[day] = isOver ? (day..<days.count).first(where: isLess).flatMap { before[$0] } : profile
        }
    }
}

extension ReturningGrantTests {
    @Test(
        "is, day by day, what was given last for that day, less what was taken away", arguments: [1, 2, 3] as [UInt64])
    func histories(_ seed: UInt64) async throws {
        var dice = SplitMix(seed: seed)
        let first = try #require(Timestamp(iso8601: "2026-11-30T12:00:00Z"))
        var (plan, today) = (Plan(days: Array(repeating: "OPE", count: 400)), 0)
        func noon(_ day: Int) -> Timestamp { first.adding(seconds: Int64(day) * 86_400) }
        world.clock.set(noon(0))
        for step in 0..<40 {
            let profile = ["STD", "OPE", "POW", "POW", "none"].randomElement(using: &dice) ?? "STD"
            let last = Int.random(in: 0...3, using: &dice) == 0 ? nil : today + Int.random(in: 1...20, using: &dice)
            let until = last.map { String(noon($0).iso8601.prefix(10)) }
            let holds = plan.days[today] != nil
            if profile != "none" || holds {
                do {
                    let view = try await give(profile, until: profile == "none" ? nil : until)
                    switch view.workflow {
                    case "profile-change": plan.give(profile, from: today, until: last)
                    case "access-reduction" where profile == "none":
                        for day in today..<plan.days.count { plan.days[day] = nil }
                    default: plan.lessen(to: profile, from: today, until: last)
                    }
                } catch let fault as Fault where fault.faults.contains(where: { $0.code == "held_already" }) {}
            }
            for ahead in [0, 1, 3, 8, 21, 40] {
                world.clock.set(noon(today + ahead))
                #expect(try await held() == plan.days[today + ahead], "seed \(seed), step \(step), in \(ahead) days")
            }
            today += Int.random(in: 0...6, using: &dice)
            world.clock.set(noon(today))
            if Bool.random(using: &dice) { while try await !world.usher.runDue().isIdle {} }
            #expect(try await held() == plan.days[today], "seed \(seed), step \(step)")
        }
        while try await !world.usher.runDue().isIdle {}
        #expect(try await world.store.read { try $0.auditGaps(limit: 10) }.map(\.detail) == [])
        #expect(try await world.usher.replayAll().defects == [])
    }
}
