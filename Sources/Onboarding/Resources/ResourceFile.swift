import Basics
import Directory
import Records
import Spreadsheet

/// Rows about resources, out of whatever table they came in.
struct ResourceFile {
    enum Column: String, CaseIterable {
        case id, service, name, type, environment, status, zone, tags

        /// How the column may be called, as `FileHeading.key` writes it.
        var names: [String] {
            switch self {
            case .id: ["id", "resourceid", "identifier", "identifiant", "kennung"]
            case .service: ["service", "servicepath", "dienst"]
            case .name: ["name", "resourcename", "nom", "bezeichnung"]
            case .type: ["type", "resourcetype", "path", "typ"]
            case .environment: ["environment", "environnement", "umgebung", "env"]
            case .status: ["status", "statut", "state", "etat"]
            case .zone: ["zone", "az", "availabilityzone", "zonededisponibilite", "verfugbarkeitszone"]
            case .tags: ["tags", "tag", "etiquettes", "labels"]
            }
        }

        /// Without which there is no resource.
        static let needed: [Column] = [.service, .name, .type, .environment]
    }

    struct Row {
        let line: Int
        let id: String?
        let wish: ResourceWish
        let faults: [Fault.Field]
    }

    let rows: [Row]
    let encoding: String
    let notes: [Sentence]

    /// - Throws: `Fault.Code.invalid` on `csv` if the file as such cannot be read.
    init(_ bytes: [UInt8], greatestRows: Int) throws {
        func places(_ titles: [String]) -> [Column: Int] {
            let heading = FileHeading(titles)
            return Dictionary(
                uniqueKeysWithValues: Column.allCases.compactMap { column in
                    heading.index(of: column.names).map { (column, $0) }
                })
        }
        let sheet = try Sheet.read(bytes, greatestRows: greatestRows) { places($0).count >= 2 }
        let titles = sheet.rows[0].cells
        let found = places(titles)
        let missing = Column.needed.filter { found[$0] == nil }
        guard missing.isEmpty else {
            throw Sheet.fault(
                "wrong_header",
                "The first line must name the columns service, name, type and environment, in any order; id, status, "
                    + "zone and tags may be there. Missing: \(missing.map(\.rawValue).joined(separator: ", ")).")
        }
        let unused = titles.enumerated().filter { !found.values.contains($0.offset) && !$0.element.isEmpty }
        encoding = sheet.encoding
        notes =
            unused.isEmpty
            ? []
            : ["These columns were not looked at: \(FieldRules.quoted(unused.map(\.element).joined(separator: ", ")))."]
        let width = (titles.lastIndex { !$0.isEmpty } ?? -1) + 1
        rows = sheet.rows.dropFirst().map { Row($0, found, width: width, isWorkbook: sheet.isWorkbook) }
    }
}

extension ResourceFile.Row {
    init(_ row: Sheet.Row, _ places: [ResourceFile.Column: Int], width: Int, isWorkbook: Bool) {
        func cell(_ column: ResourceFile.Column) -> String? {
            guard let index = places[column], index < row.cells.count, !row.cells[index].isEmpty else { return nil }
            return row.cells[index]
        }
        line = row.line
        id = cell(.id)
        var faults: [Fault.Field] = []
        let isLong = row.cells.count > width && row.cells[width...].contains { !$0.isEmpty }
        if isLong || !isWorkbook && row.cells.count < width {
            faults.append(
                .init(
                    "row", "wrong_columns",
                    "Line \(row.line) has \(row.cells.count) columns instead of \(width): put quotes around a cell that"
                        + " holds a separator."))
        }
        var wish = ResourceWish()
        (wish.service, wish.name) = (cell(.service) ?? "", cell(.name) ?? "")
        (wish.type, wish.environment) = (cell(.type) ?? "", cell(.environment) ?? "")
        wish.status = cell(.status)
        // A file without a column says nothing of it; an empty cell says that there is none.
        if places[.zone] != nil { wish.zone = cell(.zone) ?? "" }
        if places[.tags] != nil {
            wish.tags = Self.tags(cell(.tags) ?? "", &faults)
            wish.replacesTags = true
        }
        self.wish = wish
        self.faults = faults
    }

    /// `key=value;key=value`, as the commands write tags.
    private static func tags(_ text: String, _ faults: inout [Fault.Field]) -> JSON.Members {
        var tags: JSON.Members = [:]
        for part in text.split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { Blanks.trimmed(String($0)) }
            guard pair.count == 2, tags.updateValue(.string(pair[1]), forKey: pair[0]) == nil else {
                faults.append(
                    .init("tags", "malformed", "Write tags as key=value;key=value, each key once."))
                return [:]
            }
        }
        return tags
    }
}
