import Basics
import Spreadsheet

/// Reads the rows of one file, one after the other, and remembers what is to be told of them all.
struct RowReader {
    let columns: FileColumns
    /// As many columns as have a title.
    let width: Int
    let isWorkbook: Bool
    let encoding: String
    let reading: FileReading
    let order: WrittenDay.Order?

    private var sample: String?
    private var settled: (written: String, day: String)?

    init(
        columns: FileColumns, width: Int, isWorkbook: Bool, encoding: String, reading: FileReading,
        order: WrittenDay.Order?
    ) {
        self.columns = columns
        self.width = width
        self.isWorkbook = isWorkbook
        self.encoding = encoding
        self.reading = reading
        self.order = order
    }

    var notes: [Sentence] {
        var notes: [Sentence] = []
        if encoding.hasSuffix("Windows-1252") {
            notes.append(
                sample.map { "The file is not UTF-8 and was read as \(encoding), for example: \($0)." }
                    ?? "The file is not UTF-8 and was read as \(encoding).")
        }
        if let settled, order == .dayFirst {
            notes.append(
                "Days were read with the day first, as your organization writes them:"
                    + " \(settled.written) is \(settled.day).")
        } else if let settled {
            notes.append(
                "Days were read with the month first, as your organization writes them:"
                    + " \(settled.written) is \(settled.day).")
        }
        return notes
    }

    mutating func row(_ row: Sheet.Row) -> PeopleFile.Row {
        var faults: [Fault.Field] = []
        judgeShape(row, &faults)
        var fields = FileColumn.allCases.map { column in
            let text = columns.text(column, of: row.cells)
            return text.isEmpty ? reading.common(column) : text
        }
        judgeTexts(row, fields, &faults)
        fields[0] = Self.address(fields[0])
        fields[1] = Self.name(fields[1], isTurned: columns.isTurned)
        fields[2] = WrittenLanguage.code(fields[2])
        fields[3] = WrittenGrants.plain(fields[3])
        fields[4] = day(fields[4], &faults)
        if sample == nil, encoding.hasSuffix("Windows-1252"), !fields[1].utf8.allSatisfy({ $0 < 0x80 }) {
            sample = FieldRules.quoted(fields[1])
        }
        return PeopleFile.Row(line: row.line, fields: fields, faults: faults)
    }

    /// A workbook leaves out what is empty; in a text each cell has its
    /// separator, or something was cut or split.
    private func judgeShape(_ row: Sheet.Row, _ faults: inout [Fault.Field]) {
        let isLong = row.cells.count > width && row.cells[width...].contains { !$0.isEmpty }
        guard isLong || !isWorkbook && row.cells.count < width else { return }
        faults.append(
            .init(
                "row", "wrong_columns",
                "Line \(row.line) has \(row.cells.count) columns instead of \(width): put quotes around a cell that "
                    + "holds a separator."))
    }

    private func judgeTexts(_ row: Sheet.Row, _ fields: [String], _ faults: inout [Fault.Field]) {
        if let state = columns.state, state < row.cells.count, Self.isShut(row.cells[state], columns.isBlockTitle) {
            faults.append(
                .init(
                    "row", "inactive",
                    "The file says that this account is not in use (\(FieldRules.quoted(row.cells[state]))): leave the "
                        + "line out."))
        }
        for (column, text) in zip(FileColumn.allCases, fields) {
            if text.utf8.first == UInt8(ascii: "#"), Self.errors.contains(text.uppercased()) {
                faults.append(
                    .init(
                        column.rawValue, "spreadsheet_error",
                        "The cell holds the error \(text) of the spreadsheet: correct it there."))
            } else if Mojibake.isLikely(in: text, encoding: encoding) {
                faults.append(
                    .init(
                        column.rawValue, "mojibake",
                        "\(FieldRules.quoted(text)) was not written in the encoding that it was read in (\(encoding)): "
                            + "save the file as CSV UTF-8, or as .xlsx."))
            }
        }
    }

    /// As Excel shows them in English, French and German.
    private static let errors: Set<String> = [
        "#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#####",
        "#NOM?", "#VALEUR!", "#NOMBRE!", "#NUL!", "#NV", "#WERT!", "#BEZUG!", "#ZAHL!", "########", "#GETTING_DATA",
    ]

    /// Links of mails and points at their ends come from programs that paste addresses.
    private static func address(_ text: String) -> String {
        text.lowercased().hasPrefix("mailto:") ? String(text.dropFirst(7)) : text
    }

    /// `Martin, Alice` under a title that says so.
    private static func name(_ text: String, isTurned: Bool) -> String {
        guard isTurned, let comma = text.firstIndex(of: ",") else { return text }
        let given = Blanks.trimmed(String(text[text.index(after: comma)...]))
        return given.isEmpty ? text : "\(given) \(text[..<comma])"
    }

    private static func isShut(_ text: String, _ isBlock: Bool) -> Bool {
        let word = text.lowercased()
        if isBlock { return word == "true" }
        return [
            "suspended", "inactive", "deprovisioned", "disabled", "false", "archived", "terminated", "deleted",
            "blocked",
            "suspendu", "inactif", "désactivé", "inaktiv", "gesperrt",
        ].contains(word)
    }

    private mutating func day(_ text: String, _ faults: inout [Fault.Field]) -> String {
        switch WrittenDay.read(text, order) {
        case .day(let day): return day
        case .settled(let day):
            if settled == nil { settled = (text, day) }
            return day
        case .other: return text
        case .noDay:
            faults.append(.init("until", "invalid_date", "There is no day \(FieldRules.quoted(text)) in the calendar."))
        case .ambiguous(let one, let other):
            faults.append(
                .init(
                    "until", "ambiguous_date",
                    "\(FieldRules.quoted(text)) may be \(one) or \(other): write the one that is meant so."))
        }
        return text
    }
}

/// A language by its code, with or without a country, or by its name.
enum WrittenLanguage {
    private static let names = [
        "english": "en", "anglais": "en", "englisch": "en", "french": "fr", "français": "fr", "francais": "fr",
        "französisch": "fr", "german": "de", "allemand": "de", "deutsch": "de",
    ]

    /// What it does not know is left as it stands, to be refused by name.
    static func code(_ text: String) -> String {
        let lowered = text.lowercased()
        if lowered.utf8.count == 2 { return lowered }
        // `French (France)`, `fr-FR`, `fr_FR.UTF-8`.
        let first = lowered.split { "-_ (.".contains($0) }.first.map(String.init) ?? lowered
        if let code = names[first] { return code }
        return (2...3).contains(first.utf8.count) && Language(rawValue: first) != nil ? first : text
    }
}

/// Clouds with profiles as people write them in one cell.
enum WrittenGrants {
    /// `prod=OPE;default=STD`, from what is parted by semicolons, bars, commas, line ends or blanks.
    static func plain(_ text: String) -> String {
        pairs(text).map { $0.profile.isEmpty ? $0.cloud : "\($0.cloud)=\($0.profile)" }.joined(separator: ";")
    }

    static func pairs(_ text: String) -> [(cloud: String, profile: String)] {
        text.split { ";|,\n\r".contains($0) }.flatMap { part -> [(cloud: String, profile: String)] in
            let sides = part.split(separator: "=", omittingEmptySubsequences: false).map { Blanks.trimmed(String($0)) }
            guard sides.count > 2 else {
                let pair = (cloud: sides[0].lowercased(), profile: sides.count > 1 ? sides[1] : "")
                return pair.cloud.isEmpty && pair.profile.isEmpty ? [] : [pair]
            }
            // Several in one part stand apart by blanks: what follows a profile is the next cloud.
            var pairs: [(cloud: String, profile: String)] = []
            var cloud = sides[0]
            for (index, side) in sides.dropFirst().enumerated() {
                let words = side.split { $0 == " " || $0 == "\t" || $0 == "\u{A0}" }
                let isLast = index == sides.count - 2
                let profile = isLast || words.count < 2 ? side : words.dropLast().joined(separator: " ")
                pairs.append((cloud: cloud.lowercased(), profile: profile))
                cloud = words.last.map(String.init) ?? ""
            }
            return pairs
        }
    }
}
