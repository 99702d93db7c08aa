import Basics
public import Foundation
import Yams

extension BusinessCalendar {
    /// Reads a calendar file: `calendar`, `time_zone` (IANA), `weekend`
    /// (English weekdays), `holidays` (dates, rules).
    ///
    /// - Parameter file: named in findings, not opened.
    /// - Parameter timeZone: takes the place of the file's own.
    public init(yaml: String, file: String, timeZone: TimeZone? = nil) throws(DefinitionDefects) {
        try self.init(yaml: yaml, file: file) { timeZone.map(ZoneTable.init) ?? ZoneTable($0) }
    }

    /// The same in a zone whose changes of clocks are known already.
    public init(yaml: String, file: String, zone: ZoneTable) throws(DefinitionDefects) {
        try self.init(yaml: yaml, file: file) { _ in zone }
    }

    private init(
        yaml: String, file: String, zone: (_ own: TimeZone) -> ZoneTable
    ) throws(DefinitionDefects) {
        let root = try YAMLGate.root(of: yaml, file: file).get()
        let reader = NodeReader(file: file)
        let fields = reader.fields(root, ["calendar", "about", "time_zone", "weekend", "holidays"], "a calendar")
        for key in ["calendar", "time_zone", "weekend", "holidays"] where fields[key] == nil {
            reader.report("missing-key", root, "A calendar needs `\(key)`.")
        }
        let name = fields["calendar"].flatMap { reader.name($0, "The name of a calendar") } ?? ""
        let own = fields["time_zone"].flatMap { Self.zone($0, reader) } ?? .gmt
        let weekend = Set((fields["weekend"].map(reader.list) ?? []).compactMap { Self.weekday($0, reader) })
        if let node = fields["weekend"], weekend.count == weekdayNames.count {
            reader.report("wrong-value", node, "A week needs one business day at least.")
        }
        let holidays = fields["holidays"].map(HolidayReader(reader: reader).holidays) ?? []
        guard reader.findings.isEmpty else { throw DefinitionDefects(findings: reader.findings) }
        self.init(
            name: name, weekend: weekend, holidays: Holiday.days(of: holidays, in: Self.years, weekend: weekend),
            zone: zone(own))
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
            .flatMap { reader.known($0, among: weekdayNames, node, rule: "unknown-weekday", "weekday") }
            .flatMap { weekdayNames.firstIndex(of: $0) }
            .map(Int64.init)
    }

    /// Days since 1970-01-01 of `2026-12-25`; nil if there is no such day.
    static func dayNumber(_ text: String) -> Int64? {
        guard text.utf8.count == 10 else { return nil }
        return Timestamp(iso8601: "\(text)T00:00:00Z")?.milliseconds.flooredDivision(by: dayMilliseconds)
    }
}
