import Basics
import Foundation
import Testing

@testable import Workflow

@Suite("Longest life", .timeLimit(.minutes(60)))
struct LifetimeTests {
    static func life(_ states: String) throws -> CheckReport {
        let report = check(try small(states), templates: { _, _ in [] })
        #expect(report.findings == [])
        return report
    }

    static let asks = "ask: {who: approver, choices: [x]}"

    @Test("takes each limited way of a loop as often as it may be, and no more often than the others allow")
    func twoLimits() throws {
        let report = try Self.life(
            """
            a: {\(Self.asks), after: {1d: {go: end}}, when: {x: {go: b, at_most: 2, else: end}}}
            b: {\(Self.asks), after: {10d: {go: end}}, when: {x: {go: a, at_most: 7, else: end}}}
            """)
        #expect(report.longestLife?.description == "23d")
    }

    @Test("bounds business days and wall time each by itself")
    func bothUnits() throws {
        let report = try Self.life(
            """
            a: {\(Self.asks), after: {1h: {go: b}}, when: {x: {go: c}}}
            b: {after: {5bd: {go: end}}}
            c: {after: {6d: {go: end}}}
            """)
        #expect(report.longestLife?.description == "5bd + 145h")
    }

    @Test("stays above every walk where loops have too many counters to try all")
    func manyCounters() throws {
        let count = 40
        let states = (0..<count).map { index in
            "s\(index): {\(Self.asks), after: {1h: {go: end}}, when: {x: {go: s\((index + 1) % count), at_most: 3, else: end}}}"
        }
        let life = try #require(try Self.life(states.joined(separator: "\n")).longestLife)
        // Round three times, and the first state once more.
        #expect(life.milliseconds >= Int64(count * 3 + 1) * 3_600_000)
        #expect(life.milliseconds <= Int64(count * 3 + 1) * 3_600_000)
    }

    @Test("gives a thousand states in a row their sum, and a thousand in a loop a bound")
    func large() throws {
        let row = (0..<1000).map { index in
            "s\(index): {after: {1d: {go: \(index == 999 ? "end" : "s\(index + 1)")}}}"
        }
        #expect(try Self.lifeOfBlock(row)?.milliseconds == 1000 * 86_400_000)
        let loop = (0..<1000).map { index in
            "s\(index): {after: {1d: {go: end}}, ask: {who: approver, choices: [x]}, when: {x: "
                + (index == 999 ? "{go: s0, at_most: 9, else: end}" : "{go: s\(index + 1)}") + "}}"
        }
        #expect(try Self.lifeOfBlock(loop)?.milliseconds == 10_000 * 86_400_000)
    }

    private static func lifeOfBlock(_ states: [String]) throws -> Lifetime? {
        try life(states.joined(separator: "\n")).longestLife
    }

    /// One free Friday: from the Thursday before it a business day takes four days, and from the Friday before that
    /// five take ten.
    ///
    /// Then every start is tried.
    @Test("stretches business days to the worst moment of a calendar")
    func calendar() throws {
        let france = BusinessCalendar(
            name: "test", weekend: [0, 6], holidays: [20_812], timeZone: try #require(TimeZone(identifier: "UTC")))
        let bounds = CalendarBounds(france)
        let day: Int64 = 86_400_000
        #expect(bounds.most(Delay(count: 1, unit: .businessDays)) == 4 * day)
        #expect(bounds.most(Delay(count: 5, unit: .businessDays)) == 10 * day)
        #expect(bounds.most(Delay(count: 3, unit: .days)) == 3 * day)
        for count in [1, 2, 5, 14, 260] {
            let delay = Delay(count: count, unit: .businessDays)
            for hour in stride(from: Int64(0), to: 24 * 400, by: 31) {
                let start = monday.after(hours: hour)
                let took = delay.added(to: start, calendar: france).milliseconds - start.milliseconds
                #expect(took <= bounds.most(delay))
            }
        }
    }

    /// A run of a shipped definition, by any events, never outlives what is printed.
    @Test("is never outlived", arguments: shippedNames)
    func walks(name: String) throws {
        let definition = try shipped(name)
        let life = try #require(check(definition, templates: { _, _ in [] }).longestLife)
        let most = Int64(life.businessDays) * 86_400_000 + life.milliseconds
        for seed in UInt64(0)..<200 {
            var walk = try RandomWalk(definition, seed: seed)
            while walk.story.run.ended == nil { walk.step() }
            let start = life.reachesUntil ? walk.story.run.until ?? monday : monday
            #expect(walk.story.run.enteredAt.milliseconds - start.milliseconds <= most)
        }
    }
}

@Suite("Times in two units", .timeLimit(.minutes(60)))
struct TimeSpanTests {
    @Test(
        "takes business days for as long as they can be, and no longer",
        arguments: [(1, 5), (2, 6), (3, 7), (5, 13), (7, 14), (14, 28), (17, 35)])
    func most(count: Int, days: Int64) {
        let most = TimeSpan(Delay(count: count, unit: .businessDays)).mostMilliseconds
        #expect(most == days * 86_400_000 + 3_600_000)
    }

    @Test(
        "finds timers that may come too late, and accepts those that cannot",
        arguments: [
            ("2bd: {send: a, to: approver}, 7d: {go: end}", nil),
            (
                "5bd: {send: a, to: approver}, 7d: {go: end}",
                "never-fires: The run has left `wait` after 7d (5bd may be 5 to 13 days)."
            ),
            ("1d: {send: a, to: approver, again: 1bd, at_most: 3}, 5bd: {go: end}", nil),
            ("1d: {send: a, to: approver, again: 1bd, at_most: 6}, 5bd: {go: end}", "reminders-overrun"),
            ("2d: {send: a, to: approver}, 2bd: {send: a, to: approver}, 3bd: {go: end}", nil),
            ("3bd: {send: a, to: approver}, 4d: {send: a, to: approver}, 30d: {go: end}", "timer-order"),
        ] as [(String, String?)])
    func timers(after: String, expected: String?) throws {
        let found = CheckTests.findings(try small("wait: {after: {\(after)}}"))
        #expect(expected.map { rule in found.contains { $0.contains(rule) } } ?? found.isEmpty, "\(found)")
    }
}
