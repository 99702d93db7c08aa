public import Basics

extension BusinessCalendar {
    /// As much business time after `now` as `instant` lies after `since`: free days count
    /// nothing, business days their 24 hours of the local clock.
    ///
    /// Frozen and thawed at the same local time of business
    /// days, an instant keeps its local time of day.
    /// - Precondition: `since < instant`.
    public func resuming(_ instant: Timestamp, since: Timestamp, at now: Timestamp) -> Timestamp {
        var left = businessMilliseconds(from: since, to: instant)
        var (day, time) = place(now)
        // A year without a business day is a calendar gone wrong; the bound keeps even that one total.
        var patience = left / Self.day * 7 + 366
        while patience > 0, !isBusinessDay(day) || left >= Self.day - time {
            if isBusinessDay(day) { left -= Self.day - time }
            (day, time) = (day + 1, 0)
            patience -= 1
        }
        return Timestamp(milliseconds: zone.instant(day * Self.day + time + left))
    }

    private func businessMilliseconds(from start: Timestamp, to end: Timestamp) -> Int64 {
        let (first, last) = (place(start), place(end))
        var sum: Int64 = 0
        var day = first.day
        while day <= last.day {
            if isBusinessDay(day) {
                sum += (day == last.day ? last.time : Self.day) - (day == first.day ? first.time : 0)
            }
            day += 1
        }
        return max(0, sum)
    }

    /// The local day, and the milliseconds of it that have passed.
    private func place(_ instant: Timestamp) -> (day: Int64, time: Int64) {
        let local = zone.local(instant.milliseconds)
        let day = local.flooredDivision(by: Self.day)
        return (day, local - day * Self.day)
    }

    private static var day: Int64 { 86_400_000 }
}
