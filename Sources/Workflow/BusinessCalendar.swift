package import Basics
package import Foundation

/// Which days an organization works, and where: weekend, holidays, time zone.
///
/// Plain numbers once built, so that `step` costs no calendar arithmetic of Foundation.
package struct BusinessCalendar: Sendable, Equatable {
    package let name: String
    /// Days since 1970-01-01 that are no business days although their weekday is one.
    let holidays: Set<Int64>
    /// 0 is Sunday.
    let weekend: Set<Int64>
    let zone: ZoneTable

    /// - Parameter weekend: weekdays, 0 is Sunday; not all seven.
    /// - Parameter holidays: local dates, as days since 1970-01-01.
    package init(name: String, weekend: Set<Int64>, holidays: Set<Int64>, timeZone: TimeZone) {
        precondition(weekend.count < 7)
        self.name = name
        self.weekend = weekend
        self.holidays = holidays
        zone = ZoneTable(timeZone)
    }

    /// No weekend, no holiday, UTC: business days are days.
    ///
    /// For tests and proofs.
    package static let everyDay = BusinessCalendar(name: "every-day", weekend: [], holidays: [], timeZone: .gmt)

    /// The same local time of day, `count` business days later; from a free day the next business day is the first.
    ///
    /// A time that a change of clocks skips is moved forward by the gap; of one that happens twice, the first is meant.
    package func adding(businessDays count: Int, to start: Timestamp) -> Timestamp {
        let local = zone.local(start.milliseconds)
        var day = local.flooredDivision(by: dayMilliseconds)
        let time = local - day * dayMilliseconds
        var left = count
        // A year without a business day is a calendar gone wrong; the bound keeps even that one total.
        var patience = count * 7 + 366
        while left > 0, patience > 0 {
            day += 1
            patience -= 1
            if isBusinessDay(day) { left -= 1 }
        }
        return Timestamp(milliseconds: zone.instant(day * dayMilliseconds + time))
    }

    /// - Parameter day: days since 1970-01-01, a Thursday.
    package func isBusinessDay(_ day: Int64) -> Bool {
        let weekday = ((day + 4) % 7 + 7) % 7
        return !weekend.contains(weekday) && !holidays.contains(day)
    }
}

private let dayMilliseconds: Int64 = 86_400_000

/// The offsets of a time zone from 2000 to 2100, looked up by bisection.
struct ZoneTable: Sendable, Equatable {
    /// Instants in milliseconds from which `offsets[i]` holds; the first is before everything.
    private let starts: [Int64]
    private let offsets: [Int64]

    init(_ zone: TimeZone) {
        var at = Date(timeIntervalSince1970: 946_684_800)
        let end = Date(timeIntervalSince1970: 4_102_444_800)
        var starts: [Int64] = [.min]
        var offsets = [Int64(zone.secondsFromGMT(for: at)) * 1000]
        while let next = zone.nextDaylightSavingTimeTransition(after: at), next > at, next < end {
            starts.append(Int64((next.timeIntervalSince1970 * 1000).rounded()))
            offsets.append(Int64(zone.secondsFromGMT(for: next.addingTimeInterval(1))) * 1000)
            at = next
        }
        self.starts = starts
        self.offsets = offsets
    }

    private func offset(at instant: Int64) -> Int64 {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= instant { low = middle } else { high = middle }
        }
        return offsets[low]
    }

    /// Milliseconds of the local wall clock, counted as if it were UTC.
    func local(_ instant: Int64) -> Int64 { instant + offset(at: instant) }

    /// The inverse of `local`: for a time in a gap the one after it, for a time that comes twice the first.
    func instant(_ local: Int64) -> Int64 {
        let before = offset(at: local - dayMilliseconds)
        let after = offset(at: local + dayMilliseconds)
        guard before != after else { return local - before }
        if offset(at: local - before) == before { return local - before }
        if offset(at: local - after) == after { return local - after }
        return local - before
    }
}
