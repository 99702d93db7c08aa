import Basics
import Foundation
import Testing

@testable import Workflow

@Suite("Business calendar", .timeLimit(.minutes(60)))
struct BusinessCalendarTests {
    @Test(
        "counts business days and keeps the local time",
        arguments: [
            // A week, a weekend, a start on a free day.
            ("2026-11-23T09:30:00+01:00", 1, "2026-11-24T09:30:00+01:00"),
            ("2026-11-27T17:00:00+01:00", 1, "2026-11-30T17:00:00+01:00"),
            ("2026-11-28T10:00:00+01:00", 1, "2026-11-30T10:00:00+01:00"),
            ("2026-11-23T09:30:00+01:00", 5, "2026-11-30T09:30:00+01:00"),
            // Holidays of 2026: Friday 1 and 8 May, Thursday 14 May (Ascension), Monday 25 May (Whit Monday).
            ("2026-04-30T12:00:00+02:00", 1, "2026-05-04T12:00:00+02:00"),
            ("2026-05-07T12:00:00+02:00", 5, "2026-05-18T12:00:00+02:00"),
            ("2026-05-22T12:00:00+02:00", 1, "2026-05-26T12:00:00+02:00"),
            // Easter Monday, 6 April 2026.
            ("2026-04-03T12:00:00+02:00", 1, "2026-04-07T12:00:00+02:00"),
            // Clocks go forward on 29 March 2026 and back on 25 October 2026: 09:00 stays 09:00.
            ("2026-03-27T09:00:00+01:00", 1, "2026-03-30T09:00:00+02:00"),
            ("2026-10-23T09:00:00+02:00", 1, "2026-10-26T09:00:00+01:00"),
        ])
    func counts(start: String, days: Int, end: String) throws {
        let france = try shippedCalendar("france")
        #expect(try france.adding(businessDays: days, to: instant(start)) == instant(end))
    }

    @Test("counts days as days where every day is one")
    func everyDay() {
        #expect(BusinessCalendar.everyDay.adding(businessDays: 3, to: monday) == monday.after(days: 3))
        #expect(BusinessCalendar.everyDay.adding(businessDays: 0, to: monday) == monday)
    }

    @Test(
        "refuses a calendar that is none, with the place",
        arguments: [
            ("calendar: x\ntime_zone: Europe/Pari\nweekend: [saturday]\nholidays: []", "x:2:12: unknown-zone"),
            ("calendar: x\ntime_zone: UTC\nweekend: [saterday]\nholidays: []", "x:3:11: unknown-weekday"),
            ("calendar: x\ntime_zone: UTC\nweekend: []\nholiday: []", "x:4:1: unknown-key"),
            (
                "calendar: x\ntime_zone: UTC\nholidays: []\n"
                    + "weekend: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]",
                "x:4:10: wrong-value"
            ),
        ])
    func refuses(yaml: String, expected: String) {
        let defects = #expect(throws: DefinitionDefects.self) { try BusinessCalendar(yaml: yaml, file: "x") }
        #expect(defects?.description.contains(expected) == true, "\(defects?.description ?? "")")
    }

    @Test(
        "refuses a holiday that is none, with the place and the nearest word",
        arguments: [
            ("[2026-02-30]", "x:4:12: bad-date"),
            ("[1.5.2026]", "x:4:12: bad-date"),
            ("[13-01]", "x:4:12: bad-date"),
            ("[02-30]", "x:4:12: bad-date"),
            ("[+1-05]", "x:4:12: bad-date"),
            ("[12-25, easter+]", "x:4:19: bad-date"),
            ("[easter+101]", "x:4:12: bad-date"),
            ("[easter+0]", "x:4:12: bad-date"),
            ("[easter monday]", "x:4:12: bad-date"),
            ("[easter-+1]", "x:4:12: bad-date"),
            ("[frist monday of may]", "x:4:12: unknown-number: Unknown number `frist`. Did you mean `first`?"),
            ("[first mondya of may]", "x:4:12: unknown-weekday: Unknown weekday `mondya`. Did you mean `monday`?"),
            ("[last monday of agust]", "x:4:12: unknown-month: Unknown month `agust`. Did you mean `august`?"),
            ("[first  monday of may]", "x:4:12: bad-date"),
            ("[monday before may]", "x:4:12: bad-date"),
            ("[{date: 12-25, substitut: next}]", "x:4:26: unknown-key: Unknown key `substitut` in a holiday. Did you"),
            ("[{date: 12-25, substitute: nxt}]", "x:4:38: unknown-substitute: Unknown substitute `nxt`. Did you mean"),
            ("[{name: Noël}]", "x:4:12: missing-key: A holiday needs a `date`."),
            ("[{date: 2026-12-25, from: 2026}]", "x:4:37: wrong-value: A date with its year"),
            ("[{date: 12-25, from: 2030, until: 2029}]", "x:4:45: wrong-value: The last year, 2029"),
            ("[{date: 12-25, from: 2026, except: [2025]}]", "x:4:47: wrong-value: 2025 needs no exception"),
            ("[{date: 12-25, from: soon}]", "x:4:32: wrong-value"),
            ("[[12-25]]", "x:4:12: wrong-shape"),
            ("[\(Array(repeating: "12-25", count: 1001).joined(separator: ","))]", "x:4:11: too-many"),
        ])
    func refusesHoliday(holidays: String, expected: String) {
        let defects = #expect(throws: DefinitionDefects.self) { try calendar(holidays) }
        #expect(defects?.description.contains(expected) == true, "\(defects?.description ?? "")")
    }
}
