import Basics

/// On which day of a year a holiday falls.
enum HolidayRule: Hashable, Sendable {
    /// `2026-12-24`: this day, and no other year's; as days since 1970-01-01.
    case once(Int64)
    /// `12-25`; what a year does not have (`02-29`) it does not celebrate.
    case fixed(month: Int64, day: Int64)
    /// `easter+1`: days after Easter Sunday of the Gregorian calendar.
    case easter(offset: Int64)
    /// `first monday of may`: from 1 to 5; nil is the last.
    case nth(Int64?, weekday: Int64, month: Int64)
    /// `monday before 05-25`: never that day itself.
    case before(weekday: Int64, month: Int64, day: Int64)
    /// `saturday after 06-19`: never that day itself.
    case after(weekday: Int64, month: Int64, day: Int64)

    /// Days since 1970-01-01; nil where the year has no such day.
    func day(in year: Int64) -> Int64? {
        switch self {
        case .once(let day): return Timestamp.date(ofDay: day).year == year ? day : nil
        case .fixed(let month, let day): return Self.day(year, month, day)
        case .easter(let offset): return Self.easter(year) + offset
        case .nth(let number?, let weekday, let month):
            let first = Timestamp.dayNumber(year: year, month: month, day: 1)
            let day = first + (weekday - Self.weekday(of: first) + 7) % 7 + (number - 1) * 7
            return day < first + Timestamp.days(in: month, of: year) ? day : nil
        case .nth(nil, let weekday, let month):
            let last = Timestamp.dayNumber(year: year, month: month, day: Timestamp.days(in: month, of: year))
            return last - (Self.weekday(of: last) - weekday + 7) % 7
        case .before(let weekday, let month, let day):
            return Self.day(year, month, day).map { $0 - 1 - (Self.weekday(of: $0 - 1) - weekday + 7) % 7 }
        case .after(let weekday, let month, let day):
            return Self.day(year, month, day).map { $0 + 1 + (weekday - Self.weekday(of: $0 + 1) + 7) % 7 }
        }
    }

    /// 0 is Sunday; 1970-01-01 was a Thursday.
    static func weekday(of day: Int64) -> Int64 { (day + 4) - (day + 4).flooredDivision(by: 7) * 7 }

    private static func day(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
        day <= Timestamp.days(in: month, of: year) ? Timestamp.dayNumber(year: year, month: month, day: day) : nil
    }

    /// Easter Sunday of a Gregorian year, without a table or an exception: Meeus/Jones/Butcher.
    ///
    /// J. Meeus, Astronomical Algorithms, 2nd edition, chapter 8, after Butcher's
    /// Ecclesiastical Calendar (1876). The letters are his.
    static func easter(_ year: Int64) -> Int64 {
        let (a, b, c) = (year % 19, year / 100, year % 100)
        let g = (8 * b + 13) / 25
        let h = (19 * a + b - b / 4 - g + 15) % 30
        let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7
        let m = (a + 11 * h + 22 * l) / 451
        let n = h + l - 7 * m + 114
        return Timestamp.dayNumber(year: year, month: n / 31, day: n % 31 + 1)
    }
}

/// A holiday as a calendar file declares it: a rule, and the years in which it holds.
struct Holiday: Hashable, Sendable {
    /// What becomes of a holiday that falls on a weekend.
    enum Substitute: String, Hashable, Sendable, CaseIterable {
        /// The next day that is neither weekend nor holiday is free as well.
        case next
        /// The nearest such day, the earlier of two: of a Saturday the Friday, of a Sunday the Monday.
        case nearest
    }

    /// For people; empty where the file gives none.
    let name: String
    let rule: HolidayRule
    let years: ClosedRange<Int64>
    let except: Set<Int64>
    let substitute: Substitute?

    /// Every day that `holidays` make free, in `years`, on weekends too;
    /// substitutes are called like what they replace.
    ///
    /// Substitutes come last, in the order of days, so that none takes a day that
    /// is a holiday already: when Christmas is a Saturday and the day after it one
    /// of the two, Monday and Tuesday are free.
    static func days(
        of holidays: [Holiday], in years: ClosedRange<Int64>, weekend: Set<Int64>
    ) -> [Int64: String] {
        var days: [Int64: String] = [:]
        var moving: [(day: Int64, holiday: Holiday, place: Int)] = []
        for (place, holiday) in holidays.enumerated() {
            for day in holiday.days(in: years) {
                if days[day] == nil { days[day] = holiday.name }
                if holiday.substitute != nil, weekend.contains(HolidayRule.weekday(of: day)) {
                    moving.append((day, holiday, place))
                }
            }
        }
        for (day, holiday, _) in moving.sorted(by: { ($0.day, $0.place) < ($1.day, $1.place) }) {
            func isFree(_ day: Int64) -> Bool { days[day] != nil || weekend.contains(HolidayRule.weekday(of: day)) }
            var distance: Int64 = 1
            while isFree(day + distance), holiday.substitute == .next || isFree(day - distance) { distance += 1 }
            let isEarlier = holiday.substitute == .nearest && !isFree(day - distance)
            days[isEarlier ? day - distance : day + distance] = holiday.name
        }
        return days
    }

    private func days(in all: ClosedRange<Int64>) -> [Int64] {
        if case .once(let day) = rule { return [day] }
        return years.clamped(to: all).filter { !except.contains($0) }.compactMap { rule.day(in: $0) }
    }
}
