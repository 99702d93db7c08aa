// By integers and by hand: Foundation's style reads 30 February and 25:61 as later
// instants, ignores what follows the zone, and its milliseconds, which pass through a
// Double, come out one too small half of the time.

extension Timestamp {
    /// Reads an ISO 8601 instant with a zone; nil if `text` is
    /// anything else, or no date of the calendar.
    ///
    /// `2026-11-23T09:30:00Z`, `…+01:00`; one to nine digits of a
    /// fraction are allowed, and cut to milliseconds.
    public init?(iso8601 text: String) {
        var scanner = Scanner(rest: Array(text.utf8)[...])
        guard
            let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
            let day = scanner.number(2), scanner.take("T"), let hour = scanner.number(2), scanner.take(":"),
            let minute = scanner.number(2), scanner.take(":"), let second = scanner.number(2),
            let fraction = scanner.fraction(), let zone = scanner.zoneMinutes(), scanner.rest.isEmpty,
            (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let minutes = (Self.dayNumber(year: year, month: month, day: day) * 24 + hour) * 60 + minute - zone
        milliseconds = (minutes * 60 + second) * 1000 + fraction
    }

    /// ISO 8601 in UTC with milliseconds: `2026-11-23T09:30:00.000Z`.
    public var iso8601: String {
        let day = milliseconds.flooredDivision(by: 86_400_000)
        let time = milliseconds - day * 86_400_000
        let date = Self.date(ofDay: day)
        let parts: [(value: Int64, width: Int, mark: Unicode.Scalar)] = [
            (date.year, 4, "-"), (date.month, 2, "-"), (date.day, 2, "T"), (time / 3_600_000, 2, ":"),
            (time / 60_000 % 60, 2, ":"), (time / 1_000 % 60, 2, "."), (time % 1_000, 3, "Z"),
        ]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        for part in parts {
            Self.write(part.value, part.width, to: &bytes)
            bytes.append(UInt8(ascii: part.mark))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// With zeros in front, as wide at least.
    private static func write(_ number: Int64, _ width: Int, to bytes: inout [UInt8]) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = number.magnitude
        while rest > 0 || bytes.count - start < width {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        bytes[start...].reverse()
    }

    public static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar.
    ///
    /// Years are counted from March, so that the leap day is the last;
    /// 719,468 days lie between 0000-03-01 and 1970.
    public static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
        let marchYear = month > 2 ? year : year - 1
        let leapDays =
            marchYear.flooredDivision(by: 4) - marchYear.flooredDivision(by: 100) + marchYear.flooredDivision(by: 400)
        let daysBeforeMonth = (153 * ((month + 9) % 12) + 2) / 5
        return marchYear * 365 + leapDays + daysBeforeMonth + day - 1 - 719_468
    }

    public static func date(ofDay number: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // 146,097 days are 400 years, after which the calendar repeats.
        let days = number + 719_468
        let era = days.flooredDivision(by: 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }
}

/// Takes the parts of an instant from the front of a text.
private struct Scanner {
    var rest: ArraySlice<UInt8>

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    /// Exactly `width` digits.
    mutating func number(_ width: Int) -> Int64? {
        let digits = rest.prefix(width)
        guard digits.count == width, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest.removeFirst(width)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Milliseconds; 0 if there is no fraction, nil if there is a point without one to nine digits.
    mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...9).contains(digits.count) else { return nil }
        rest.removeFirst(digits.count)
        return (digits + [0x30, 0x30]).prefix(3).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Minutes east of Greenwich; nil if there is no zone, since a time without one is no instant.
    mutating func zoneMinutes() -> Int64? {
        if take("Z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hours = number(2), take(":"), let minutes = number(2) else { return nil }
        guard hours < 24, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * (isEast ? 1 : -1)
    }
}
