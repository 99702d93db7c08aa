/// Proof 7: timers in one state are ordered, and reminders fit before the one that leaves.
func checkTimers(_ definition: Definition, _ graph: StateGraph, _ log: inout FindingLog) {
    for state in graph.states {
        checkBackFromUntil(state, &log)
        let timers = state.timers.filter { !$0.isBackFromUntil }
        for (earlier, later) in zip(timers, timers.dropFirst())
        where !TimeSpan(earlier.delay).isNeverAfter(TimeSpan(later.delay)) {
            let reason = "`\(later.delay)` stands after `\(earlier.delay)`" + doubt(earlier.delay, later.delay)
            log.add("timer-order", later.position, "\(reason); sort by time.")
        }
        guard let leaving = state.leaving else { continue }
        let end = TimeSpan(leaving.delay)
        for timer in timers where timer.id != leaving.id {
            let first = TimeSpan(timer.delay)
            let last = first.adding(timer.again, times: timer.atMost - 1)
            if !first.isBefore(end) {
                log.add(
                    "never-fires", timer.position,
                    "The run has left `\(state.name)` after \(leaving.delay)" + doubt(timer.delay, leaving.delay) + ".")
            } else if !last.isBefore(end) {
                log.add(
                    "reminders-overrun", timer.position,
                    "The last of \(timer.atMost) reminders would come after the run left, at \(leaving.delay)"
                        + doubt(timer.again ?? timer.delay, leaving.delay) + ".")
            }
        }
        if let due = state.due, !TimeSpan(due).isNeverAfter(end) {
            log.add(
                "never-due", state.position,
                "The run leaves `\(state.name)` after \(leaving.delay), before it is due"
                    + doubt(due, leaving.delay) + ".")
        }
    }
}

/// What counts back from `until` comes the sooner the longer it is.
private func checkBackFromUntil(_ state: State, _ log: inout FindingLog) {
    let timers = state.timers.filter(\.isBackFromUntil)
    for (earlier, later) in zip(timers, timers.dropFirst())
    where later.delay.leastMilliseconds > earlier.delay.leastMilliseconds {
        log.add("timer-order", later.position, "`\(later.moment)` stands after `\(earlier.moment)`; sort by time.")
    }
}

/// Between units it depends on the days.
private func doubt(_ one: Delay, _ other: Delay) -> String {
    guard (one.unit == .businessDays) != (other.unit == .businessDays) else { return "" }
    let business = one.unit == .businessDays ? one : other
    let most = TimeSpan(business).mostMilliseconds / Delay.Unit.days.milliseconds
    return " (\(business) may be \(business.count) to \(most) days)"
}

/// Some business days and some wall time, one after the other.
struct TimeSpan {
    private(set) var businessDays = 0
    private(set) var milliseconds: Int64 = 0

    init(_ delay: Delay) { self = Self().adding(delay, times: 1) }

    private init() {}

    func adding(_ delay: Delay?, times: Int) -> TimeSpan {
        var sum = self
        guard let delay else { return sum }
        if delay.unit == .businessDays {
            sum.businessDays += delay.count * times
        } else {
            sum.milliseconds += delay.leastMilliseconds * Int64(times)
        }
        return sum
    }

    /// A business day is a day at least.
    var leastMilliseconds: Int64 { Int64(businessDays) * Delay.Unit.days.milliseconds + milliseconds }

    /// Of seven days in a row at least three are business days, and of
    /// fourteen at least seven: a weekend with a holiday on either side of it,
    /// and Christmas with the New Year behind it.
    ///
    /// A change of clocks adds an hour.
    var mostMilliseconds: Int64 {
        let (fortnights, rest) = businessDays.quotientAndRemainder(dividingBy: 7)
        let days = fortnights * 14 + min(14, rest + (rest + 2) / 3 * 4)
        let hour = businessDays > 0 ? Delay.Unit.hours.milliseconds : 0
        return Int64(days) * Delay.Unit.days.milliseconds + hour + milliseconds
    }

    /// Whether this is over before `end`, in every calendar.
    func isBefore(_ end: TimeSpan) -> Bool { bounds(against: end).0 < bounds(against: end).1 }

    func isNeverAfter(_ end: TimeSpan) -> Bool { bounds(against: end).0 <= bounds(against: end).1 }

    /// Two times of which the first is at most, and the second at least, what is compared.
    ///
    /// Against business days alone business days count alike on both sides, and a day of
    /// wall time is never more than one of them.
    private func bounds(against end: TimeSpan) -> (Int64, Int64) {
        if end.milliseconds == 0 || businessDays == 0 { return (leastMilliseconds, end.leastMilliseconds) }
        return (mostMilliseconds, end.leastMilliseconds)
    }
}
