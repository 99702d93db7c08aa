import Basics
import Yams

/// Reads the `holidays` of a calendar file.
struct HolidayReader {
    /// More than any country needs, and few enough to be computed for a hundred years in a moment.
    static let mostHolidays = 1_000
    /// Easter lies between 22 March and 25 April: what is further away belongs to another feast.
    static let greatestOffset = 100

    let reader: NodeReader

    func holidays(_ node: Node) -> [Holiday] {
        let nodes = reader.list(node)
        guard nodes.count <= Self.mostHolidays else {
            reader.report("too-many", node, "A calendar has at most \(Self.mostHolidays) holidays.")
            return []
        }
        return nodes.compactMap { $0.mapping == nil ? plain($0) : declared($0) }
    }

    /// A date or rule by itself.
    private func plain(_ node: Node) -> Holiday? {
        rule(node).map {
            Holiday(name: "", rule: $0, years: BusinessCalendar.years, except: [], substitute: nil)
        }
    }

    private func declared(_ node: Node) -> Holiday? {
        let fields = reader.fields(node, ["date", "name", "from", "until", "except", "substitute"], "a holiday")
        guard let date = fields["date"] else {
            reader.report("missing-key", node, "A holiday needs a `date`.")
            return nil
        }
        let name = fields["name"].flatMap { reader.text($0, "The name of a holiday") } ?? ""
        let rule = rule(date)
        let years = years(fields)
        let except = (fields["except"].map(reader.list) ?? []).compactMap { exception($0, among: years) }
        var substitute: Holiday.Substitute?
        if let node = fields["substitute"] {
            substitute = reader.text(node, "`substitute`")
                .flatMap {
                    reader.known(
                        $0, among: Holiday.Substitute.allCases.map(\.rawValue), node, rule: "unknown-substitute",
                        "substitute")
                }
                .flatMap(Holiday.Substitute.init)
        }
        guard let rule else { return nil }
        if case .once = rule, let year = fields["from"] ?? fields["until"] ?? fields["except"] {
            reader.report("wrong-value", year, "A date with its year holds in that year: leave this out.")
        }
        return Holiday(name: name, rule: rule, years: years, except: Set(except), substitute: substitute)
    }

    // MARK: Years

    private func years(_ fields: [String: Node]) -> ClosedRange<Int64> {
        func year(_ key: String) -> Int64? {
            fields[key].flatMap { reader.number($0, "`\(key)`, a year,", in: 1...9999) }.map(Int64.init)
        }
        let all = BusinessCalendar.years
        let from = year("from") ?? all.lowerBound
        let until = year("until") ?? max(from, all.upperBound)
        if from > until, let node = fields["until"] {
            reader.report("wrong-value", node, "The last year, \(until), lies before the first, \(from).")
        }
        return from...max(from, until)
    }

    private func exception(_ node: Node, among years: ClosedRange<Int64>) -> Int64? {
        guard let year = reader.number(node, "An exception, a year,", in: 1...9999).map(Int64.init) else { return nil }
        guard years.contains(year) else {
            reader.report("wrong-value", node, "\(year) needs no exception: the holiday does not hold in that year.")
            return nil
        }
        return year
    }

    // MARK: Rules

    private func rule(_ node: Node) -> HolidayRule? {
        guard let text = reader.text(node, "A holiday") else { return nil }
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        switch words.count {
        case 1 where text.hasPrefix("easter"):
            if let rule = Self.easter(text) { return rule }
            reader.report(
                "bad-date", node,
                "Write `easter`, `easter+1` or `easter-2`; at most \(Self.greatestOffset) days before or after it.")
            return nil
        case 1:
            if let day = BusinessCalendar.dayNumber(text) { return .once(day) }
            if let (month, day) = Self.monthAndDay(text) { return .fixed(month: month, day: day) }
        case 3 where words[1] == "before" || words[1] == "after":
            guard let weekday = index(words[0], weekdayNames, node, "weekday") else { return nil }
            guard let (month, day) = Self.monthAndDay(words[2]) else { break }
            return words[1] == "before"
                ? .before(weekday: weekday, month: month, day: day) : .after(weekday: weekday, month: month, day: day)
        case 4 where words[2] == "of":
            guard let number = index(words[0], ordinals, node, "number"),
                let weekday = index(words[1], weekdayNames, node, "weekday"),
                let month = index(words[3], months, node, "month")
            else { return nil }
            return .nth(number == 0 ? nil : number, weekday: weekday, month: month + 1)
        default: break
        }
        reader.report(
            "bad-date", node,
            "`\(text.prefix(40))` is no day; write 2026-12-24, 12-25, easter+1, `first monday of may`, "
                + "`last monday of august` or `monday before 05-25`.")
        return nil
    }

    private func index(_ word: String, _ known: [String], _ node: Node, _ what: String) -> Int64? {
        reader.known(word, among: known, node, rule: "unknown-\(what)", what)
            .flatMap { known.firstIndex(of: $0) }.map(Int64.init)
    }

    private static func easter(_ text: String) -> HolidayRule? {
        let offset = text.dropFirst("easter".count)
        if offset.isEmpty { return .easter(offset: 0) }
        guard let sign = offset.first, sign == "+" || sign == "-",
            (1...3).contains(offset.dropFirst().utf8.count), offset.dropFirst().utf8.allSatisfy(isDigit),
            let days = Int64(offset), (1...greatestOffset).contains(Int(days.magnitude))
        else { return nil }
        return .easter(offset: days)
    }

    /// `12-25`; a day that no year has is none.
    private static func monthAndDay(_ text: String) -> (Int64, Int64)? {
        let pieces = text.split(separator: "-", omittingEmptySubsequences: false)
        guard pieces.map(\.utf8.count) == [2, 2], pieces.joined().utf8.allSatisfy(isDigit),
            let month = Int64(pieces[0]), let day = Int64(pieces[1]), (1...12).contains(month),
            // In a leap year, since 29 February is a day of some.
            (1...Timestamp.days(in: month, of: 2000)).contains(day)
        else { return nil }
        return (month, day)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

let weekdayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
private let ordinals = ["last", "first", "second", "third", "fourth", "fifth"]
private let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
]
