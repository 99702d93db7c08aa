import Basics
import Foundation
import Testing

@testable import Workflow

@Suite("Holidays", .timeLimit(.minutes(60)))
struct HolidayTests {
    @Test("knows every Easter from 1900 to 2099")
    func easter() throws {
        for line in try Oracle.lines(of: "easter.txt") {
            let words = line.split(separator: " ")
            let decade = try #require(Int64(words[0]))
            #expect(words.count == 11)
            for (year, day) in words.dropFirst().enumerated() {
                #expect(date(HolidayRule.easter(decade + Int64(year))) == "\(decade + Int64(year))-\(day)")
            }
        }
    }

    @Test(
        "agrees with the tables that governments publish",
        arguments: [("france", 2006...2031), ("france-alsace-moselle", 2006...2031), ("england", 2019...2028)])
    func published(name: String, years: ClosedRange<Int>) throws {
        let published = Set(try Oracle.lines(of: "\(name).txt").map { String($0.prefix(10)) }).sorted()
        #expect(published.first?.hasPrefix("\(years.lowerBound)") == true)
        #expect(published.last?.hasPrefix("\(years.upperBound)") == true)
        // gov.uk lists the substitute only, never the weekend day that it stands for.
        let calendar = try shippedCalendar(name)
        #expect(calendar.dates(years, without: name == "england" ? [0, 6] : []) == published)
    }

    /// For France from 2008: of Whit Monday in 2005 to 2007, when it was first worked for solidarity, that program says
    /// that it was no holiday, while the law and the published table keep it.
    @Test(
        "agrees with an independent program",
        arguments: [("france", 2008...2040), ("france-alsace-moselle", 2008...2040), ("england", 2000...2040)])
    func independent(name: String, years: ClosedRange<Int>) throws {
        let expected = try Oracle.run("holidays_oracle.py", "\(years.lowerBound)", "\(years.upperBound)")
            .filter { $0[0] == name }.map { $0[1] }
        #expect(expected.count > years.count * 8)
        #expect(try shippedCalendar(name).dates(years) == expected)
    }

    @Test(
        "computes what a rule says, in the years in which it holds",
        arguments: [
            ("[2026-12-24]", ["2026-12-24"]),
            ("[12-24]", ["2026-12-24", "2027-12-24", "2028-12-24"]),
            ("[02-29]", ["2028-02-29"]),
            ("[easter]", ["2026-04-05", "2027-03-28", "2028-04-16"]),
            (
                "[easter-2, easter+60]",
                [
                    "2026-04-03", "2026-06-04", "2027-03-26", "2027-05-27", "2028-04-14", "2028-06-15",
                ]
            ),
            ("[first monday of may]", ["2026-05-04", "2027-05-03", "2028-05-01"]),
            ("[last monday of may]", ["2026-05-25", "2027-05-31", "2028-05-29"]),
            // Thanksgiving, and a fifth Thursday that two of three Octobers have.
            ("[fourth thursday of november]", ["2026-11-26", "2027-11-25", "2028-11-23"]),
            ("[fifth thursday of october]", ["2026-10-29"]),
            // Victoria Day in Canada; 25 May 2026 and 22 May 2028 are Mondays.
            ("[monday before 05-25]", ["2026-05-18", "2027-05-24", "2028-05-22"]),
            // Midsummer in Sweden; 19 June 2027 is a Saturday, and the next one is meant.
            ("[saturday after 06-19]", ["2026-06-20", "2027-06-26", "2028-06-24"]),
            ("[{date: 12-24, from: 2027}]", ["2027-12-24", "2028-12-24"]),
            ("[{date: 12-24, until: 2026}]", ["2026-12-24"]),
            ("[{date: 12-24, from: 2026, until: 2028, except: [2027]}]", ["2026-12-24", "2028-12-24"]),
            ("[{date: 12-24, except: 2027, name: Christmas Eve}]", ["2026-12-24", "2028-12-24"]),
        ])
    func rules(holidays: String, expected: [String]) throws {
        #expect(try calendar(holidays).dates(2026...2028) == expected)
    }

    @Test(
        "gives a day for a holiday on a weekend",
        arguments: [
            // 25 December 2021 is a Saturday, 2022 a Sunday, 2026 a Friday.
            (
                "[{date: 12-25, substitute: next}, {date: 12-26, substitute: next}]", 2021,
                ["2021-12-25", "2021-12-26", "2021-12-27", "2021-12-28"]
            ),
            // 26 December is free already.
            (
                "[{date: 12-25, substitute: next}, {date: 12-26, substitute: next}]", 2022,
                ["2022-12-25", "2022-12-26", "2022-12-27"]
            ),
            (
                "[{date: 12-25, substitute: next}, {date: 12-26, substitute: next}]", 2026,
                ["2026-12-25", "2026-12-26", "2026-12-28"]
            ),
            // Independence Day in the United States: the Friday before, the Monday after, itself.
            ("[{date: 07-04, substitute: nearest}]", 2026, ["2026-07-03", "2026-07-04"]),
            ("[{date: 07-04, substitute: nearest}]", 2027, ["2027-07-04", "2027-07-05"]),
            ("[{date: 07-04, substitute: nearest}]", 2028, ["2028-07-04"]),
            // Over the end of the year: 31 December 2022 is a Saturday, and New Year's Day a Sunday.
            (
                "[{date: 12-31, substitute: next}, {date: 01-01, substitute: next}]", 2023,
                ["2023-01-01", "2023-01-02", "2023-01-03", "2023-12-31"]
            ),
        ])
    func substitutes(holidays: String, year: Int, expected: [String]) throws {
        #expect(try calendar(holidays).dates(year...year) == expected)
    }

    @Test("computes rules from 2000 to 2099, and knows single dates beyond")
    func years() throws {
        let calendar = try calendar("[12-25, 1999-12-24, 2100-12-24]")
        #expect(calendar.holidays.count == 102)
        #expect(calendar.dates(1999...2000) == ["1999-12-24", "2000-12-25"])
        #expect(calendar.dates(2099...2100) == ["2099-12-25", "2100-12-24"])
        for day in ["1999-12-24", "2100-12-24"] {
            #expect(!calendar.isBusinessDay(try #require(BusinessCalendar.dayNumber(day))))
        }
        // A Saturday and the Monday after it, beyond the years whose days are kept as bits.
        #expect(!calendar.isBusinessDay(try #require(BusinessCalendar.dayNumber("2100-12-25"))))
        #expect(calendar.isBusinessDay(try #require(BusinessCalendar.dayNumber("2100-12-27"))))
    }
}
