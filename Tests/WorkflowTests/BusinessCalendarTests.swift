import Basics
import Foundation
import Testing

@testable import Workflow

@Suite("Business calendar")
struct BusinessCalendarTests {
    static let folder = workflowsFolder.deletingLastPathComponent().appending(path: "catalogue/calendars")

    static func shipped(_ name: String) throws -> BusinessCalendar {
        try BusinessCalendar(
            yaml: String(contentsOf: folder.appending(path: "\(name).yaml"), encoding: .utf8), file: "\(name).yaml")
    }

    static func instant(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

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
        let france = try Self.shipped("france")
        #expect(try france.adding(businessDays: days, to: Self.instant(start)) == Self.instant(end))
    }

    @Test("moves a skipped time forward, and takes the first of a time that comes twice")
    func changesOfClocks() throws {
        let zone = try #require(TimeZone(identifier: "Europe/Paris"))
        let everyDay = BusinessCalendar(name: "x", weekend: [], holidays: [], timeZone: zone)
        let skipped = try everyDay.adding(businessDays: 1, to: Self.instant("2026-03-28T02:30:00+01:00"))
        #expect(try skipped == Self.instant("2026-03-29T03:30:00+02:00"))
        let twice = try everyDay.adding(businessDays: 1, to: Self.instant("2026-10-24T02:30:00+02:00"))
        #expect(try twice == Self.instant("2026-10-25T02:30:00+02:00"))
    }

    @Test("agrees with Foundation on local times of five years")
    func agreesWithFoundation() throws {
        for name in ["Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"] {
            let zone = try #require(TimeZone(identifier: name))
            let table = ZoneTable(zone)
            for hour in stride(from: Int64(0), to: 5 * 365 * 24, by: 7) {
                let at = monday.after(hours: hour)
                let local = table.local(at.milliseconds)
                #expect(local - at.milliseconds == Int64(zone.secondsFromGMT(for: at.date)) * 1000)
                #expect(table.local(table.instant(local)) == local)
            }
        }
    }

    @Test("knows the holidays of France until 2031")
    func frenchHolidays() throws {
        let france = try Self.shipped("france")
        // Easter Mondays and Ascensions by the Meeus/Jones/Butcher rule, compared with dateutil.easter.
        let movable = [
            "2026-04-06", "2027-03-29", "2028-04-17", "2029-04-02", "2030-04-22", "2031-04-14",
            "2026-05-14", "2027-05-06", "2028-05-25", "2029-05-10", "2030-05-30", "2031-05-22",
        ]
        for date in movable {
            let day = try #require(BusinessCalendar.dayNumber(date))
            #expect(!france.isBusinessDay(day), "\(date)")
        }
        #expect(france.holidays.count == 66)
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
            ("calendar: x\ntime_zone: UTC\nweekend: []\nholidays: [2026-02-30]", "x:4:12: bad-date"),
            ("calendar: x\ntime_zone: UTC\nweekend: []\nholidays: [1.5.2026]", "x:4:12: bad-date"),
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
}
