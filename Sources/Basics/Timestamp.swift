public import Foundation

/// An instant, in whole milliseconds since 1970-01-01T00:00:00Z,
/// leap seconds not counted (as POSIX does).
///
/// The database stores the same number as BIGINT, so no conversion can lose a digit.
public struct Timestamp: Hashable, Comparable, Sendable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// What lies beyond the last instant, or before the first, is that one: a number from outside ends no program.
    public init(seconds: Int64) { milliseconds = seconds.saturated(seconds.multipliedReportingOverflow(by: 1000)) }

    /// Whole seconds since 1970, rounded down, before 1970 too.
    public var seconds: Int64 { milliseconds.flooredDivision(by: 1000) }

    /// For Foundation's calendars and formatters only; arithmetic stays in milliseconds.
    public var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// As `init(seconds:)` at the ends of time.
    public func adding(milliseconds more: Int64) -> Timestamp {
        Timestamp(milliseconds: more.saturated(milliseconds.addingReportingOverflow(more)))
    }

    public func adding(seconds more: Int64) -> Timestamp {
        adding(milliseconds: more.saturated(more.multipliedReportingOverflow(by: 1000)))
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
}

/// A bare number of milliseconds, so that histories and rows hold the same digits.
extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}

extension Int64 {
    /// The sum or product that an operation with this number gave; where there is none, the end on this number's side.
    fileprivate func saturated(_ result: (partialValue: Int64, overflow: Bool)) -> Int64 {
        guard result.overflow else { return result.partialValue }
        return self < 0 ? .min : .max
    }

    /// Division that rounds towards minus infinity, so that periods
    /// before 1970 have the same length as after.
    public func flooredDivision(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder != 0 && (remainder < 0) != (divisor < 0) ? quotient - 1 : quotient
    }
}
