public import Basics
public import Foundation

/// The offsets of a time zone from 2000 to 2099, looked up by bisection.
///
/// Before them the offset of the first instant holds, after them
/// that of the last: no clock changes there.
public struct ZoneTable: Sendable, Equatable {
    /// IANA name.
    public let name: String
    /// Instants in milliseconds from which `offsets[i]` holds; the first is before everything.
    private let starts: [Int64]
    private let offsets: [Int64]

    public init(_ zone: TimeZone) {
        var at = Date(timeIntervalSince1970: 946_684_800)
        let end = Date(timeIntervalSince1970: 4_102_444_800)
        var starts: [Int64] = [.min]
        var offsets = [Int64(zone.secondsFromGMT(for: at)) * 1000]
        while let next = zone.nextDaylightSavingTimeTransition(after: at), next > at, next < end {
            starts.append(Int64((next.timeIntervalSince1970 * 1000).rounded()))
            offsets.append(Int64(zone.secondsFromGMT(for: next.addingTimeInterval(1))) * 1000)
            at = next
        }
        name = zone.identifier
        self.starts = starts
        self.offsets = offsets
    }

    /// The changes as text: an offset in milliseconds, then each
    /// change with the offset that holds from it.
    ///
    /// `3600000 954032400000:7200000 …`
    public var changes: String {
        (["\(offsets[0])"] + zip(starts, offsets).dropFirst().map { "\($0):\($1)" }).joined(separator: " ")
    }

    /// - Returns: nil unless `changes` is what the property of that name gives.
    public init?(name: String, changes: String) {
        self.name = name
        let words = changes.split(separator: " ")
        guard let first = words.first.flatMap({ Int64($0) }) else { return nil }
        var (starts, offsets) = ([Int64.min], [first])
        for word in words.dropFirst() {
            let pair = word.split(separator: ":").compactMap { Int64($0) }
            guard pair.count == 2, let last = starts.last, pair[0] > last else { return nil }
            starts.append(pair[0])
            offsets.append(pair[1])
        }
        (self.starts, self.offsets) = (starts, offsets)
    }

    /// Local dates, as days since 1970-01-01, that the zone left out when it crossed the date line.
    ///
    /// Samoa had no 30 December 2011.
    var skippedDays: [Int64] {
        starts.indices.dropFirst().flatMap { index -> Range<Int64> in
            let first = -(-(starts[index] + offsets[index - 1])).flooredDivision(by: dayMilliseconds)
            let end = (starts[index] + offsets[index]).flooredDivision(by: dayMilliseconds)
            return first..<max(first, end)
        }
    }

    /// From the first instant whose local date is `day` to the end of the last
    /// one; nil for a day that the zone left out.
    ///
    /// Where the clocks change at midnight the day begins at 01:00, or comes to its end a
    /// second time: it is over when its date is never read from a clock again.
    ///
    /// - Parameter day: counted since 1970-01-01.
    public func bounds(ofDay day: Int64) -> Range<Timestamp>? {
        let (first, next) = (day * dayMilliseconds, (day + 1) * dayMilliseconds)
        var begin: Int64?
        var end: Int64?
        for index in starts.indices {
            let from = starts[index]
            let until = index + 1 < starts.count ? starts[index + 1] : Int64.max
            // Within this piece the local clock shows midnight at this instant, if at all.
            let (midnight, over) = (first - offsets[index], next - offsets[index])
            if begin == nil, midnight < until { begin = max(from, midnight) }
            if over > from { end = min(until, over) }
        }
        guard let begin, let end, begin < end else { return nil }
        return Timestamp(milliseconds: begin)..<Timestamp(milliseconds: end)
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

    /// How far apart the offsets of these days are, counted since 1970-01-01.
    func spread(in days: Range<Int64>) -> Int64 {
        let (first, end) = (days.lowerBound * dayMilliseconds, days.upperBound * dayMilliseconds)
        let within = starts.indices.filter { starts[$0] > first && starts[$0] < end }.map { offsets[$0] }
        let all = within + [offset(at: first)]
        return (all.max() ?? 0) - (all.min() ?? 0)
    }

    /// Milliseconds of the local wall clock, counted as if it were UTC.
    func local(_ instant: Int64) -> Int64 { instant + offset(at: instant) }

    /// The inverse of `local`: for a time in a gap the one after
    /// it, for a time that comes twice the first.
    func instant(_ local: Int64) -> Int64 {
        let before = offset(at: local - dayMilliseconds)
        let after = offset(at: local + dayMilliseconds)
        guard before != after else { return local - before }
        if offset(at: local - before) == before { return local - before }
        if offset(at: local - after) == after { return local - after }
        return local - before
    }
}

let dayMilliseconds: Int64 = 86_400_000
