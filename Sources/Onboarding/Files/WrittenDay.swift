import Basics
import Foundation

/// A day as a spreadsheet shows it: in which order, is known
/// only to who wrote it, and where they live.
enum WrittenDay {
    enum Order: Sendable { case dayFirst, monthFirst }

    enum Reading: Equatable {
        /// As ISO 8601 writes it.
        case day(String)
        /// The order of the place settled it.
        case settled(String)
        case ambiguous(dayFirst: String, monthFirst: String)
        /// Its numbers are of no day of the calendar.
        case noDay
        /// Nothing that this knows: it is judged as it stands.
        case other
    }

    /// How days are written where a time zone is; nil where both ways are in use, or nobody knows.
    static func order(in zone: TimeZone) -> Order? {
        let name = zone.identifier
        if name.hasPrefix("Europe/") { return .dayFirst }
        let american = [
            "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix",
            "America/Detroit", "America/Anchorage", "America/Boise", "Pacific/Honolulu",
        ]
        return american.contains(name) || name.hasPrefix("America/Indiana/") || name.hasPrefix("US/")
            ? .monthFirst : nil
    }

    /// - Parameter order: of days with slashes or hyphens; points
    ///   stand only between a day and its month.
    static func read(_ text: String, _ order: Order?) -> Reading {
        let day = withoutMidnight(text)
        guard let (numbers, mark) = numbers(day) else { return .other }
        if numbers[0].digits == 4 {
            return iso(numbers[0].value, numbers[1].value, numbers[2].value).map { .day($0) } ?? .noDay
        }
        guard numbers[2].digits == 4 else { return .other }
        let year = numbers[2].value
        let dayFirst = iso(year, numbers[1].value, numbers[0].value)
        let monthFirst = mark == UInt8(ascii: ".") ? nil : iso(year, numbers[0].value, numbers[1].value)
        switch (dayFirst, monthFirst) {
        case (nil, nil): return .noDay
        case (let one?, nil): return .day(one)
        case (nil, let other?): return .day(other)
        case (let one?, let other?):
            if one == other { return .day(one) }
            switch order {
            case .dayFirst: return .settled(one)
            case .monthFirst: return .settled(other)
            case nil: return .ambiguous(dayFirst: one, monthFirst: other)
            }
        }
    }

    /// In which order the writer of these days certainly writes; nil where nothing tells.
    ///
    /// - Returns: whether a day shows that days, or that months, stand first.
    static func evidence(_ texts: some Sequence<String>) -> (dayFirst: Bool, monthFirst: Bool) {
        var found = (dayFirst: false, monthFirst: false)
        for text in texts {
            guard let (numbers, mark) = numbers(withoutMidnight(text)), mark != UInt8(ascii: "."),
                numbers[2].digits == 4
            else { continue }
            if numbers[0].value > 12 { found.dayFirst = true }
            if numbers[1].value > 12 { found.monthFirst = true }
        }
        return found
    }

    /// Programs write a day as its first moment.
    private static func withoutMidnight(_ text: String) -> String {
        for ending in [" 00:00:00", "T00:00:00", " 00:00", " 0:00", " 0:00:00"] where text.hasSuffix(ending) {
            return String(text.dropLast(ending.count))
        }
        return text
    }

    private static func numbers(_ text: String) -> (parts: [(value: Int64, digits: Int)], mark: UInt8)? {
        guard text.utf8.count <= 10, let mark = text.utf8.first(where: { !(0x30...0x39).contains($0) }),
            "/.-".utf8.contains(mark)
        else { return nil }
        let parts = text.utf8.split(separator: mark, omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ (1...4).contains($0.count) }) else { return nil }
        let numbers = parts.compactMap { part in Int64(String(Substring(part))).map { (value: $0, digits: part.count) }
        }
        guard numbers.count == 3, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == mark }) else { return nil }
        return (numbers, mark)
    }

    private static func iso(_ year: Int64, _ month: Int64, _ day: Int64) -> String? {
        guard (1...12).contains(month), (1...Timestamp.days(in: month, of: year)).contains(day), year >= 1_900 else {
            return nil
        }
        func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(padded(month))-\(padded(day))"
    }
}
