public import Basics

/// A time to wait, as a definition writes it: `30s`, `15m`, `12h`,
/// `3d` of wall time, `5bd` of business days.
public struct Delay: Hashable, Sendable, CustomStringConvertible {
    public enum Unit: String, Sendable, CaseIterable {
        case seconds = "s"
        case minutes = "m"
        case hours = "h"
        case days = "d"
        case businessDays = "bd"

        var milliseconds: Int64 {
            switch self {
            case .seconds: 1000
            case .minutes: 60_000
            case .hours: 3_600_000
            case .days, .businessDays: 86_400_000
            }
        }
    }

    public let count: Int
    public let unit: Unit

    public init(count: Int, unit: Unit) {
        self.count = count
        self.unit = unit
    }

    /// - Returns: nil unless `text` is a number from 1 to 9999
    ///   without leading zero, followed by a unit.
    public init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard (1...4).contains(digits.count), !digits.hasPrefix("0"), let count = Int(digits),
            let unit = Unit(rawValue: String(text.dropFirst(digits.count)))
        else { return nil }
        self.init(count: count, unit: unit)
    }

    public var description: String { "\(count)\(unit.rawValue)" }

    public func added(to start: Timestamp, calendar: BusinessCalendar) -> Timestamp {
        unit == .businessDays
            ? calendar.adding(businessDays: count, to: start)
            : start.adding(milliseconds: Int64(count) * unit.milliseconds)
    }

    /// The shortest time this can be: a business day lasts a day at least.
    var leastMilliseconds: Int64 { Int64(count) * unit.milliseconds }
}
