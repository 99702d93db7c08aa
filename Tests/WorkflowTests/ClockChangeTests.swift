import Basics
import Foundation
import Scratch
import Testing

@testable import Workflow

@Suite("Changes of clocks", .timeLimit(.minutes(60)))
struct ClockChangeTests {
    private func zone(_ name: String) throws -> TimeZone { try #require(TimeZone(identifier: name)) }

    private func everyDay(_ name: String) throws -> BusinessCalendar {
        BusinessCalendar(name: "x", weekend: [], holidays: [], timeZone: try zone(name))
    }

    @Test(
        "moves a skipped time forward, and takes the first of a time that comes twice",
        arguments: [
            ("Europe/Paris", "2026-03-28T02:30:00+01:00", "2026-03-29T03:30:00+02:00"),
            ("Europe/Paris", "2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00"),
            ("America/New_York", "2026-03-07T02:30:00-05:00", "2026-03-08T03:30:00-04:00"),
            ("America/New_York", "2026-10-31T01:30:00-04:00", "2026-11-01T01:30:00-04:00"),
            // Half an hour only.
            ("Australia/Lord_Howe", "2026-10-03T02:15:00+10:30", "2026-10-04T02:45:00+11:00"),
            ("Australia/Lord_Howe", "2026-04-04T01:45:00+11:00", "2026-04-05T01:45:00+11:00"),
            // A day that never was.
            ("Pacific/Apia", "2011-12-29T09:00:00-10:00", "2011-12-31T09:00:00+14:00"),
            ("Asia/Kolkata", "2026-03-28T02:30:00+05:30", "2026-03-29T02:30:00+05:30"),
        ])
    func dayLater(zone: String, start: String, end: String) throws {
        #expect(try everyDay(zone).adding(businessDays: 1, to: instant(start)) == instant(end))
    }

    @Test("does not count a local day that was left out")
    func skippedDay() throws {
        let samoa = try calendar("[]", zone: "Pacific/Apia")
        #expect(samoa.zone.skippedDays.map(date) == ["2011-12-30"])
        // Friday 30 December is missing: after Thursday comes Saturday, and Monday is the next business day.
        let end = try samoa.adding(businessDays: 1, to: instant("2011-12-29T09:00:00-10:00"))
        #expect(try end == instant("2012-01-02T09:00:00+14:00"))
        for name in ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"] {
            #expect(try ZoneTable(zone(name)).skippedDays == [])
        }
    }

    @Test("keeps wall time of hours and days as it passes, whatever clocks show")
    func wallTime() throws {
        let paris = try everyDay("Europe/Paris")
        let evening = try instant("2026-03-28T20:00:00+01:00")
        #expect(Delay(count: 1, unit: .days).added(to: evening, calendar: paris) == evening.after(hours: 24))
        #expect(
            try Delay(count: 12, unit: .hours).added(to: evening, calendar: paris)
                == instant("2026-03-29T09:00:00+02:00"))
        #expect(
            Delay(count: 1, unit: .businessDays).added(to: evening, calendar: paris) == evening.after(hours: 23))
    }

    @Test("agrees with Python's zoneinfo on 7,500 seeded instants in five zones")
    func independent() throws {
        let cases = try Oracle.run("zones_oracle.py", "20261124", "1500")
        #expect(cases.count == 7_500)
        var calendars: [String: BusinessCalendar] = [:]
        for words in cases {
            let key = "\(words[0]) \(words[1])"
            let calendar =
                try calendars[key]
                ?? calendar(
                    words[1] == "all" ? "[]" : "[12-25, 01-01]", weekend: words[1] == "all" ? "" : "saturday, sunday",
                    zone: words[0])
            calendars[key] = calendar
            let numbers = try words.dropFirst(2).map { try #require(Int64($0)) }
            let start = Timestamp(milliseconds: numbers[0])
            #expect(calendar.zone.local(numbers[0]) - numbers[0] == numbers[2] * 1000, "\(words)")
            let end = calendar.adding(businessDays: Int(numbers[1]), to: start)
            #expect(end.milliseconds == numbers[3], "\(words)")
        }
    }

    @Test(
        "ends a day with the last instant of its date, around every change in every zone from 2020 to 2040, as zoneinfo"
    )
    func endsDays() throws {
        let cases = try Oracle.run("days_oracle.py")
        #expect(cases.count > 20_000)
        var tables: [String: ZoneTable] = [:]
        var compared = 0
        for words in cases {
            // A zone or a rule that one of both does not know yet: there is nothing to compare then.
            guard let zone = TimeZone(identifier: words[0]) else { continue }
            let numbers = try words[1...3].map { try #require(Int64($0)) }
            let offsets = words[4].split(separator: ",").compactMap { Int64($0) }
            let table = tables[words[0]] ?? ZoneTable(zone)
            tables[words[0]] = table
            let instants = [numbers[1] - 1_000, numbers[1], numbers[2] - 1_000, numbers[2]]
            guard zip(instants, offsets).allSatisfy({ table.local($0) - $0 == $1 * 1_000 }) else { continue }
            compared += 1
            let bounds = table.bounds(ofDay: numbers[0])
            #expect(bounds?.lowerBound.milliseconds == numbers[1], "\(words)")
            #expect(bounds?.upperBound.milliseconds == numbers[2], "\(words)")
        }
        #expect(compared * 10 > cases.count * 9, "\(compared) of \(cases.count)")
    }

    @Test("has no day that the zone left out, and days before and after its hundred years")
    func boundsOfDays() throws {
        let samoa = ZoneTable(try zone("Pacific/Apia"))
        #expect(try samoa.bounds(ofDay: #require(samoa.skippedDays.first)) == nil)
        let paris = ZoneTable(try zone("Europe/Paris"))
        for day in [Int64(-700_000), 0, 47_482, 2_000_000] {
            #expect(paris.bounds(ofDay: day)?.lowerBound.milliseconds == day * 86_400_000 - 3_600_000)
        }
    }

    @Test("finds every local time again, unless clocks showed it twice")
    func inverse() throws {
        for name in ["Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC"] {
            let table = ZoneTable(try zone(name))
            for hour in stride(from: Int64(-20 * 365 * 24), to: 5 * 365 * 24, by: 7) {
                let local = table.local(monday.after(hours: hour).milliseconds)
                #expect(table.local(table.instant(local)) == local)
            }
        }
    }

    @Test("keeps the clock of the first and of the last of its hundred years outside of them")
    func outside() throws {
        let paris = ZoneTable(try zone("Europe/Paris"))
        // Summer time in July since 1976; unknown here before 2000 and after 2099.
        for (text, hours) in [
            ("1999-07-01T00:00:00Z", 1), ("2000-07-01T00:00:00Z", 2), ("2099-07-01T00:00:00Z", 2),
            ("2100-07-01T00:00:00Z", 1), ("9999-07-01T00:00:00Z", 1), ("0001-07-01T00:00:00Z", 1),
        ] {
            let at = try instant(text).milliseconds
            #expect(paris.local(at) - at == Int64(hours) * 3_600_000, "\(text)")
        }
    }

    // MARK: Laws

    /// Calendars to try the laws on, with a generator that begins the same each time.
    private func trial() throws -> ([BusinessCalendar], SplitMix) {
        let calendars =
            try ["france", "england", "default"].map(shippedCalendar)
            + ["America/New_York", "Australia/Lord_Howe", "Pacific/Apia"].map {
                try calendar("[12-25, easter+1, {date: 01-01, substitute: next}]", zone: $0)
            }
            // Saturdays only, and hardly one in summer.
            + [
                calendar(
                    "[\((10...28).map { "07-\($0), 08-\($0)" }.joined(separator: ", "))]",
                    weekend: "monday, tuesday, wednesday, thursday, friday, sunday")
            ]
        return (calendars, SplitMix(seed: 6))
    }

    @Test("never ends on a free day, always later for more days, and never on an earlier day for a later start")
    func monotone() throws {
        var (calendars, random) = try trial()
        for calendar in calendars {
            for _ in 0..<400 {
                let start = Timestamp(
                    milliseconds: Int64.random(in: 946_684_800_000...3_155_760_000_000, using: &random))
                let ends = (1...30).map { calendar.adding(businessDays: $0, to: start) }
                #expect(ends.allSatisfy { calendar.isBusinessDay(calendar.day(of: $0)) })
                #expect(ends[0] > start && zip(ends, ends.dropFirst()).allSatisfy(<))
                let later = start.adding(milliseconds: Int64.random(in: 0...1_000_000_000, using: &random))
                let count = Int.random(in: 1...30, using: &random)
                #expect(
                    calendar.day(of: calendar.adding(businessDays: count, to: later))
                        >= calendar.day(of: ends[count - 1]))
            }
        }
    }

    @Test("adding n and then m business days is adding n + m, to the millisecond where no clock was changed between")
    func additive() throws {
        var (calendars, random) = try trial()
        for calendar in calendars {
            for _ in 0..<1_000 {
                let start = Timestamp(
                    milliseconds: Int64.random(in: 946_684_800_000...3_155_760_000_000, using: &random))
                let (n, m) = (Int.random(in: 1...20, using: &random), Int.random(in: 1...20, using: &random))
                let once = calendar.adding(businessDays: n + m, to: start)
                let between = calendar.adding(businessDays: n, to: start)
                let twice = calendar.adding(businessDays: m, to: between)
                #expect(calendar.day(of: once) == calendar.day(of: twice))
                // Only what stands in a gap itself is moved; from there the moved time of day is kept.
                if calendar.time(of: between) == calendar.time(of: start) { #expect(once == twice) }
            }
        }
    }
}

extension BusinessCalendar {
    fileprivate func day(of instant: Timestamp) -> Int64 {
        zone.local(instant.milliseconds).flooredDivision(by: dayMilliseconds)
    }

    fileprivate func time(of instant: Timestamp) -> Int64 {
        zone.local(instant.milliseconds) - day(of: instant) * dayMilliseconds
    }
}
