/// A bound in two units, since business days have no fixed length.
///
/// Each unit is bounded by itself, over all runs: a run takes at most so many
/// business days *and* so much wall time. Where one of two ways costs business days
/// and the other wall time, both are in it.
public struct Lifetime: Hashable, Sendable, CustomStringConvertible {
    public internal(set) var businessDays = 0
    public internal(set) var milliseconds: Int64 = 0
    /// Whether a run may wait for the end that its request names; the rest comes on top of that.
    public internal(set) var reachesUntil = false

    /// `35bd + 17d`, `until + 2d`, the wall time in the largest unit that divides it.
    public var description: String {
        let units = [Delay.Unit.days, .hours, .minutes, .seconds]
        let unit = units.first { milliseconds % $0.milliseconds == 0 } ?? .seconds
        let wall = milliseconds == 0 ? [] : ["\(milliseconds / unit.milliseconds)\(unit.rawValue)"]
        let business = businessDays == 0 ? [] : ["\(businessDays)bd"]
        let parts = (reachesUntil ? ["until"] : []) + business + wall
        return parts.isEmpty ? "0s" : parts.joined(separator: " + ")
    }
}

extension StateGraph {
    /// The longest that a run can take from the start to an end.
    ///
    /// Between loops every way is walked once, so the longest is exact there. A loop is walked
    /// as often as its limits allow: exactly while its states and counters make up no more
    /// than `LoopWalk.mostSteps`, else by an upper bound: each limited way is taken as often
    /// as it may be, and after each the longest way inside the loop is walked anew.
    /// - Precondition: every loop has a limit and every state
    ///   that is no end has a timer that leaves it.
    func longestLife() -> Lifetime {
        let days = longest { Int64($0.unit == .businessDays ? $0.count : 0) }
        let wall = longest { $0.unit == .businessDays ? 0 : $0.leastMilliseconds }
        let reachesUntil = reached.contains { states[$0].leaving == nil && states[$0].leavesAtUntil }
        return Lifetime(businessDays: Int(days), milliseconds: wall, reachesUntil: reachesUntil)
    }

    /// An upper bound of the whole in wall time, by a calendar.
    ///
    /// Business days of one state, or of one loop that waits in nothing else, begin at the
    /// worst moment of the years that the calendar knows.
    func longestWall(by calendar: CalendarBounds) -> Int64 {
        let cost = { (delay: Delay) in calendar.most(delay) }
        return longest(cost) { members in
            let delays = members.compactMap { self.states[$0].leaving?.delay }
            guard delays.allSatisfy({ $0.unit == .businessDays }) else { return nil }
            let inside = LoopWalk(graph: self, members: members) { number in
                Int64(self.states[number].leaving?.delay.count ?? 0)
            }
            let most = inside.longest { _ in 0 }.max() ?? 0
            return calendar.most(Delay(count: Int(most), unit: .businessDays))
        }
    }

    /// - Parameter loop: the cost of any walk inside a loop, where it is
    ///   known better than by adding up its states.
    private func longest(
        _ cost: (Delay) -> Int64, loop: (_ members: [Int]) -> Int64? = { _ in nil }
    ) -> Int64 {
        guard !states.isEmpty else { return 0 }
        let dwells = states.map { $0.end == nil ? $0.leaving.map { cost($0.delay) } ?? 0 : 0 }
        var longest = Array(repeating: Int64(0), count: states.count)
        // Ways lead to lower numbers, which are known already.
        for (number, members) in components.members.enumerated() {
            func after(_ state: Int) -> Int64 {
                edges[state].lazy.filter { components.component[$0.to] != number }.map { longest[$0.to] }.max() ?? 0
            }
            guard components.isLoop[number] else {
                for state in members { longest[state] = dwells[state] + after(state) }
                continue
            }
            if let inside = loop(members) {
                let rest = members.map(after).max() ?? 0
                for state in members { longest[state] = inside + rest }
                continue
            }
            let walk = LoopWalk(graph: self, members: members) { dwells[$0] }
            for (state, length) in zip(walk.members, walk.longest(after)) { longest[state] = length }
        }
        return longest[first]
    }
}

/// The longest walks inside one loop.
struct LoopWalk {
    /// States times counters' values: about a millisecond's work.
    static let mostSteps = 20_000

    /// Each after all to which its unlimited ways lead.
    let members: [Int]
    private let dwells: [Int64]
    /// By member, both ends as indices of `members`; a counter
    /// is an index of `limits`, nil for no limit.
    private let ways: [[(to: Int, counter: Int?)]]
    private let limits: [Int]

    init(graph: StateGraph, members: [Int], dwell: (Int) -> Int64) {
        let inside = Set(members)
        let edges = members.map { graph.edges[$0].filter { inside.contains($0.to) } }
        let place = Dictionary(members.enumerated().map { ($1, $0) }) { first, _ in first }
        let free = edges.map { $0.filter { $0.limit == nil }.compactMap { place[$0.to] } }
        // Without its limited ways a loop has no loop: every component of the rest is one state.
        let sorted = Components(free).members.joined().map { members[$0] }
        let order = Dictionary(sorted.enumerated().map { ($1, $0) }) { first, _ in first }
        var counters: [String: Int] = [:]
        var limits: [Int] = []
        self.members = sorted
        dwells = sorted.map(dwell)
        ways = sorted.map { state in
            graph.edges[state].compactMap { edge in
                guard let to = order[edge.to] else { return nil }
                guard let limit = edge.limit else { return (to, nil) }
                if counters[edge.counter] == nil {
                    counters[edge.counter] = limits.count
                    limits.append(limit)
                }
                return (to, counters[edge.counter])
            }
        }
        self.limits = limits
    }

    /// By member: the longest walk from it, through `after` when it leaves.
    func longest(_ after: (Int) -> Int64) -> [Int64] {
        let exits = members.map(after)
        var steps = members.count
        for limit in limits where steps <= Self.mostSteps { steps *= limit + 1 }
        return steps <= Self.mostSteps ? counted(exits) : bounded(exits)
    }

    /// Every combination of counters, those with the most uses
    /// first: what is left to walk is known by then.
    private func counted(_ exits: [Int64]) -> [Int64] {
        var strides: [Int] = []
        var combinations = 1
        for limit in limits {
            strides.append(combinations)
            combinations *= limit + 1
        }
        var best = Array(repeating: Int64(0), count: combinations * members.count)
        for used in (0..<combinations).reversed() {
            for state in members.indices {
                var rest = exits[state]
                for way in ways[state] {
                    var next = used
                    if let counter = way.counter {
                        guard used / strides[counter] % (limits[counter] + 1) < limits[counter] else { continue }
                        next += strides[counter]
                    }
                    rest = max(rest, best[next * members.count + way.to])
                }
                best[used * members.count + state] = dwells[state] + rest
            }
        }
        return Array(best[..<members.count])
    }

    private func bounded(_ exits: [Int64]) -> [Int64] {
        var straight = Array(repeating: Int64(0), count: members.count)
        for state in members.indices {
            let next = ways[state].lazy.filter { $0.counter == nil }.map { straight[$0.to] }.max() ?? 0
            straight[state] = dwells[state] + next
        }
        var again = Array(repeating: Int64(0), count: limits.count)
        for way in ways.joined() {
            guard let counter = way.counter else { continue }
            again[counter] = max(again[counter], straight[way.to])
        }
        let rest = zip(limits, again).reduce(exits.max() ?? 0) { $0 + Int64($1.0) * $1.1 }
        return straight.map { $0 + rest }
    }
}

/// How long delays can be by a calendar, whenever they begin.
///
/// A class, so that ten years of days are looked at when a business day asks for them, and once.
final class CalendarBounds {
    /// Ten years from 2026-01-01: what shipped calendars know, and a margin.
    private static let days: Range<Int64> = 20_454..<24_107
    private let calendar: BusinessCalendar
    private lazy var businessDays = Self.days.filter(calendar.isBusinessDay)
    /// A change of clocks can make a business day an hour longer.
    private lazy var slack = calendar.zone.spread(in: Self.days)
    private var stretches: [Int: Int64] = [:]

    init(_ calendar: BusinessCalendar) { self.calendar = calendar }

    func most(_ delay: Delay) -> Int64 {
        guard delay.unit == .businessDays, delay.count > 0 else { return delay.leastMilliseconds }
        // Whole stretches of the years that are known, then what is left.
        let whole = businessDays.count - 1
        guard whole > 0 else { return delay.leastMilliseconds }
        let (times, rest) = delay.count.quotientAndRemainder(dividingBy: whole)
        let days = Int64(times) * longestStretch(whole) + longestStretch(rest)
        return days * 86_400_000 + slack
    }

    /// Days from one business day to the `count`-th after it, at most.
    private func longestStretch(_ count: Int) -> Int64 {
        guard count > 0 else { return 0 }
        if let known = stretches[count] { return known }
        var longest: Int64 = 0
        for index in businessDays.indices.dropLast(count) {
            longest = max(longest, businessDays[index + count] - businessDays[index])
        }
        stretches[count] = longest
        return longest
    }
}
