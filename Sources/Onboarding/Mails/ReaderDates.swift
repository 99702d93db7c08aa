public import Basics
public import Foundation

/// Dates as a reader of mails expects them, in the time zone of
/// the organization that the request is of.
public struct ReaderDates {
    let locale: Locale
    let zone: TimeZone

    public init(_ language: Language, _ zone: TimeZone) {
        locale = language.locale
        self.zone = zone
    }

    public func day(_ timestamp: Timestamp) -> String {
        var style = Date.FormatStyle(date: .long, time: .omitted, locale: locale)
        style.timeZone = zone
        return timestamp.date.formatted(style)
    }

    /// In which numbers are written.
    public var reader: Locale { locale }

    public func number(_ count: Int) -> String { count.formatted(.number.locale(locale)) }

    /// Of hours, minutes and seconds those that there are.
    public func duration(seconds: Int64) -> String {
        let units: Set<Duration.UnitsFormatStyle.Unit> = [.hours, .minutes, .seconds]
        return Duration.seconds(seconds).formatted(.units(allowed: units, width: .wide).locale(locale))
    }

    /// To the second, for tables; the zone stands beside them.
    public func second(_ timestamp: Timestamp) -> String {
        var style = Date.FormatStyle(date: .numeric, time: .standard, locale: locale)
        style.timeZone = zone
        return timestamp.date.formatted(style)
    }

    public func instant(_ timestamp: Timestamp) -> String { "\(moment(timestamp)) (\(zone.identifier))" }

    /// Without the zone, for where it is told once for many.
    public func moment(_ timestamp: Timestamp) -> String {
        // As letters write it; the locale's own style is that of speech: `23. November 2026 um 14:05`.
        if locale.language.languageCode == .german { return "\(day(timestamp)), \(time(timestamp)) Uhr" }
        var style = Date.FormatStyle(date: .long, time: .shortened, locale: locale)
        style.timeZone = zone
        return timestamp.date.formatted(style)
    }

    private func time(_ timestamp: Timestamp) -> String {
        var style = Date.FormatStyle(date: .omitted, time: .shortened, locale: locale)
        style.timeZone = zone
        return timestamp.date.formatted(style)
    }
}
