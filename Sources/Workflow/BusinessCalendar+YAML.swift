import Foundation
import Yams

extension BusinessCalendar {
    /// Reads a calendar file: `calendar`, `time_zone` (IANA), `weekend` (English weekdays), `holidays` (local dates).
    ///
    /// - Parameter file: named in findings, not opened.
    package init(yaml: String, file: String) throws(DefinitionDefects) {
        let root = try YAMLGate.root(of: yaml, file: file).get()
        let reader = NodeReader(file: file)
        let fields = reader.fields(root, ["calendar", "about", "time_zone", "weekend", "holidays"], "a calendar")
        for key in ["calendar", "time_zone", "weekend", "holidays"] where fields[key] == nil {
            reader.report("missing-key", root, "A calendar needs `\(key)`.")
        }
        let name = fields["calendar"].flatMap { reader.name($0, "The name of a calendar") } ?? ""
        let zone = fields["time_zone"].flatMap { Self.zone($0, reader) } ?? .gmt
        let weekend = Set((fields["weekend"].map(reader.list) ?? []).compactMap { Self.weekday($0, reader) })
        if let node = fields["weekend"], weekend.count == weekdays.count {
            reader.report("wrong-value", node, "A week needs one business day at least.")
        }
        let holidays = Set((fields["holidays"].map(reader.list) ?? []).compactMap { Self.day($0, reader) })
        guard reader.findings.isEmpty else { throw DefinitionDefects(findings: reader.findings) }
        self.init(name: name, weekend: weekend, holidays: holidays, timeZone: zone)
    }

    private static func zone(_ node: Node, _ reader: NodeReader) -> TimeZone? {
        guard let text = reader.text(node, "`time_zone`") else { return nil }
        guard let zone = TimeZone(identifier: text) else {
            let near = nearest(to: text, among: TimeZone.knownTimeZoneIdentifiers)
            reader.report("unknown-zone", node, "Unknown time zone `\(text)`." + hint(near))
            return nil
        }
        return zone
    }

    private static func weekday(_ node: Node, _ reader: NodeReader) -> Int64? {
        reader.text(node, "A weekday")
            .flatMap { reader.known($0, among: weekdays, node, rule: "unknown-weekday", "weekday") }
            .flatMap { weekdays.firstIndex(of: $0) }
            .map(Int64.init)
    }

    private static func day(_ node: Node, _ reader: NodeReader) -> Int64? {
        guard let text = reader.text(node, "A holiday") else { return nil }
        guard let day = dayNumber(text) else {
            reader.report("bad-date", node, "`\(text.prefix(32))` is no date; write 2026-12-25.")
            return nil
        }
        return day
    }

    /// Days since 1970-01-01 of `2026-12-25`; nil if there is no such day.
    static func dayNumber(_ text: String) -> Int64? {
        let pieces = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, pieces.map(\.count) == [4, 2, 2],
            text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) })
        else { return nil }
        let midnight = "\(text)T00:00:00Z"
        // Foundation rolls 31 February over; what does not come back as it was is no date.
        guard let date = try? Date(midnight, strategy: .iso8601), date.formatted(.iso8601) == midnight else {
            return nil
        }
        return Int64(date.timeIntervalSince1970) / 86_400
    }
}

private let weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
