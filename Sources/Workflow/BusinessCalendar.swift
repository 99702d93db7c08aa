public import Basics
public import Foundation

/// Which days an organization works, and where: weekend, holidays, time zone.
///
/// Plain numbers once built, so that `step` costs no calendar arithmetic of Foundation.
public struct BusinessCalendar: Sendable, Equatable {
    /// For these years the rules of holidays are computed, and changes of clocks known.
    ///
    /// Outside of them only dates with their year are holidays,
    /// and clocks stay as they were at the edge.
    public static let years: ClosedRange<Int64> = 2000...2099

    public let name: String
    /// Holidays by local date, as days since 1970-01-01, each with its name where it has one.
    public let holidays: [Int64: String]
    /// 0 is Sunday.
    let weekend: Set<Int64>
    public let zone: ZoneTable
    /// A bit for each day of `years`, set where nobody works: counting
    /// business days asks for every one of them.
    private let freeDays: [UInt64]

    /// - Parameter weekend: weekdays, 0 is Sunday; not all seven.
    /// - Parameter holidays: names by local date, as days since 1970-01-01.
    public init(name: String, weekend: Set<Int64>, holidays: [Int64: String], zone: ZoneTable) {
        precondition(weekend.count < 7)
        self.name = name
        self.weekend = weekend
        self.holidays = holidays
        self.zone = zone
        var freeDays = [UInt64](repeating: 0, count: (Self.days.count + 63) / 64)
        func set(_ day: Int64) {
            guard Self.days.contains(day) else { return }
            freeDays[Int(day - Self.days.lowerBound) / 64] |= 1 << UInt64((day - Self.days.lowerBound) % 64)
        }
        for day in Self.days where weekend.contains(HolidayRule.weekday(of: day)) { set(day) }
        for day in holidays.keys { set(day) }
        for day in zone.skippedDays { set(day) }
        self.freeDays = freeDays
    }

    public init(name: String, weekend: Set<Int64>, holidays: Set<Int64>, timeZone: TimeZone) {
        self.init(
            name: name, weekend: weekend, holidays: Dictionary(holidays.map { ($0, "") }) { first, _ in first },
            zone: ZoneTable(timeZone))
    }

    /// No weekend, no holiday, UTC: business days are days.
    ///
    /// For tests and proofs.
    public static let everyDay = BusinessCalendar(name: "every-day", weekend: [], holidays: [], timeZone: .gmt)

    /// The same local time of day, `count` business days later; from a
    /// free day the next business day is the first.
    ///
    /// Never on a free day, and for a greater count always later. A
    /// time that a change of clocks skips is moved forward by the gap;
    /// of one that happens twice, the first is meant.
    ///
    /// - Returns: `start` itself for no days at all.
    public func adding(businessDays count: Int, to start: Timestamp) -> Timestamp {
        guard count > 0 else { return start }
        let local = zone.local(start.milliseconds)
        var day = local.flooredDivision(by: dayMilliseconds)
        let time = local - day * dayMilliseconds
        var left = count
        // Ends: holidays are finite, and no week is weekend only.
        while left > 0 {
            day += 1
            if isBusinessDay(day) { left -= 1 }
        }
        return Timestamp(milliseconds: zone.instant(day * dayMilliseconds + time))
    }

    /// - Parameter day: days since 1970-01-01, a Thursday.
    public func isBusinessDay(_ day: Int64) -> Bool {
        guard Self.days.contains(day) else {
            return !weekend.contains(HolidayRule.weekday(of: day)) && holidays[day] == nil
        }
        let index = day - Self.days.lowerBound
        return freeDays[Int(index / 64)] & (1 << UInt64(index % 64)) == 0
    }

    private static let days =
        Timestamp.dayNumber(
            year: years.lowerBound, month: 1, day: 1)..<Timestamp.dayNumber(
            year: years.upperBound + 1, month: 1, day: 1)
}
