import Basics
import Directory
import Foundation
import Spreadsheet

/// How a file is to be read, and what is the same for all of its rows.
public struct FileReading: Sendable {
    /// A mapping: the name of one, or its text; nil for columns by their
    /// own names, or as they were chosen before.
    public var map: String?
    /// For rows that say nothing of it themselves, written as the file would.
    public var grants = ""
    public var until = ""
    public var reason = ""
    public var locale = ""

    public init(
        map: String? = nil, grants: String = "", until: String = "", reason: String = "", locale: String = ""
    ) {
        self.map = map
        self.grants = grants
        self.until = until
        self.reason = reason
        self.locale = locale
    }

    func common(_ column: FileColumn) -> String {
        let text =
            switch column {
            case .email, .name: ""
            case .locale: locale
            case .grants: grants
            case .until: until
            case .reason: reason
            }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Rows about people, out of whatever table they came in.
struct PeopleFile {
    struct Row {
        let line: Int
        /// `email,name,locale,grants,until,reason`, each as a form would have it.
        var fields: [String]
        /// What is wrong with the row as a row; what its fields must be, is judged with the request.
        var faults: [Fault.Field]
    }

    var rows: [Row]
    let encoding: String
    /// What whoever sent the file should know of how it was read, in sentences.
    let notes: [Sentence]
    let heading: FileHeading
    /// The mapping that read it, where one was named.
    let map: ColumnMap?

    /// - Parameters:
    ///   - zone: of the organization, which tells in which order its people write days.
    ///   - remembered: the mapping that was chosen before for a file with this signature.
    /// - Throws: `Fault.Code.invalid` if the file as such cannot be read,
    ///   `wrong_header` if its columns are not known.
    static func read(
        _ bytes: [UInt8], _ reading: FileReading, greatestRows: Int, zone: TimeZone,
        remembered: (String) throws -> ColumnMap? = { _ in nil }
    ) throws -> PeopleFile {
        let map = try reading.map.map { try ColumnMap($0) }
        func columns(_ titles: [String]) -> FileColumns {
            let heading = FileHeading(titles)
            return map?.columns(in: heading) ?? heading.columns()
        }
        let sheet = try Sheet.read(bytes, greatestRows: greatestRows) { columns($0).places.count >= 2 }
        // Reports have a title or two above their table.
        let top = sheet.rows.prefix(6).firstIndex { columns($0.cells).places.count >= 2 } ?? 0
        let heading = FileHeading(sheet.rows[top].cells)
        var found = columns(heading.titles)
        var known = map
        if map == nil, let earlier = try remembered(heading.signature) {
            found = earlier.columns(in: heading)
            known = earlier
        }
        try require(found, heading, reading)
        let rows = sheet.rows[(top + 1)...]
        guard rows.count <= greatestRows else { throw Sheet.tooManyRows(greatestRows) }
        var reader = RowReader(
            columns: found, width: heading.width, isWorkbook: sheet.isWorkbook, encoding: sheet.encoding,
            reading: reading, order: order(of: rows, found, reading, in: zone))
        let read = rows.map { reader.row($0) }
        var notes = reader.notes
        if map == nil, known != nil {
            notes.insert("The columns were read as somebody of yours chose them before.", at: 0)
        }
        if let note = heading.unused(found) { notes.append(note) }
        return PeopleFile(rows: read, encoding: sheet.encoding, notes: notes, heading: heading, map: known)
    }

    /// As the place writes its days; not where the file shows
    /// that somebody wrote it who does otherwise.
    private static func order(
        of rows: ArraySlice<Sheet.Row>, _ columns: FileColumns, _ reading: FileReading, in zone: TimeZone
    ) -> WrittenDay.Order? {
        guard columns.places[.until] != nil, let order = WrittenDay.order(in: zone) else {
            return WrittenDay.order(in: zone)
        }
        let evidence = WrittenDay.evidence(rows.lazy.map { columns.text(.until, of: $0.cells) })
        return (order == .dayFirst ? evidence.monthFirst : evidence.dayFirst) ? nil : order
    }

    private static func require(_ found: FileColumns, _ heading: FileHeading, _ reading: FileReading) throws {
        let names = FileColumn.allCases.flatMap(\.names)
        for (index, key) in heading.keys.enumerated() where !key.isEmpty && names.contains(key) {
            guard found.used.contains(index), heading.keys[..<index].contains(key) == false,
                heading.keys[(index + 1)...].contains(key)
            else { continue }
            throw Sheet.fault(
                "duplicate_column",
                "The column \(FieldRules.quoted(heading.titles[index])) stands twice: leave one of them out.")
        }
        let missing = FileColumn.allCases.filter {
            $0.isNeeded && found.places[$0] == nil && reading.common($0).isEmpty
        }
        guard !missing.isEmpty else { return }
        let shown = FileHeading.list(heading.titles.filter { !$0.isEmpty })
        throw Sheet.fault(
            "wrong_header",
            "The first line must name the columns email, name, grants and reason, in any order; locale and until "
                + "may be there. Found: \(shown). Missing: \(missing.map(\.rawValue).joined(separator: ", ")).")
    }
}

extension PeopleFile {
    /// Whether anything stands below what may be its first line.
    static func hasRows(_ bytes: [UInt8]) throws -> Bool {
        try Sheet.read(bytes, greatestRows: Onboarding.greatestRows) { _ in false }.rows.count > 1
    }

    /// What stands at the top of a file, and what of it was understood.
    static func outline(
        _ bytes: [UInt8], _ organization: Organization, remembered: (String) -> ColumnMap?
    ) throws -> Onboarding.FileOutline {
        let sheet = try Sheet.read(bytes, greatestRows: Onboarding.greatestRows) {
            FileHeading($0).columns().places.count >= 2
        }
        let top = sheet.rows.prefix(6).firstIndex { FileHeading($0.cells).columns().places.count >= 2 } ?? 0
        let heading = FileHeading(sheet.rows[top].cells)
        let first = sheet.rows[(top + 1)...].prefix(20)
        var seen: Set<String> = []
        let columns = heading.keys.enumerated().compactMap { index, key -> Onboarding.FileOutline.Column? in
            guard !key.isEmpty, seen.insert(key).inserted else { return nil }
            let sample = first.lazy.compactMap { index < $0.cells.count ? $0.cells[index] : nil }.first { !$0.isEmpty }
            return Onboarding.FileOutline.Column(
                key: key, title: String(FieldRules.quoted(heading.titles[index]).prefix(60)),
                sample: String(FieldRules.quoted(sample ?? "").prefix(40)))
        }
        let known = remembered(heading.signature)?.columns(in: heading) ?? heading.columns()
        let guesses = known.places.compactMapValues { $0.first?.map { heading.keys[$0] } }
        return Onboarding.FileOutline(organization: organization, columns: columns, guesses: guesses)
    }
}

extension Sheet {
    static func fault(_ code: String, _ sentence: Sentence) -> Fault { .invalid("csv", code, sentence) }

    fileprivate static func tooManyRows(_ greatest: Int) -> Fault {
        fault("too_many_rows", "The file has more than \(greatest) rows: split it.")
    }
}

extension FileHeading {
    /// Up to the last column that has a title: spreadsheets write empty ones behind it.
    fileprivate var width: Int { (titles.lastIndex { !$0.isEmpty } ?? -1) + 1 }

    /// Which columns nobody looked at; nil where there is none.
    fileprivate func unused(_ columns: FileColumns) -> Sentence? {
        let used = columns.used
        let rest = titles.enumerated().filter { !used.contains($0.offset) && !$0.element.isEmpty }.map(\.element)
        guard !rest.isEmpty else { return nil }
        return "These columns were not looked at: \(Self.list(rest))."
    }

    /// The first of them, as a sentence may hold them.
    fileprivate static func list(_ titles: [String]) -> String {
        (titles.prefix(12).map { String(FieldRules.quoted($0).prefix(40)) } + (titles.count > 12 ? ["…"] : []))
            .joined(separator: ", ")
    }
}
