import Basics

/// A table as somebody saved it: as text with separators in one of the
/// usual encodings, or as an Excel workbook.
public struct Sheet: Sendable {
    public struct Row: Sendable {
        /// Where the row begins in the file, counted from 1: what its author sees beside it.
        public let line: Int
        /// Without blanks at their ends; as many as the row has.
        public let cells: [String]
    }

    /// The rows that hold anything, from the first.
    public let rows: [Row]
    /// As which the bytes were read: `UTF-8`, `UTF-16`, `Windows-1252`,
    /// `UTF-8 and Windows-1252`, `Excel workbook`.
    public let encoding: String
    /// Nil in a workbook.
    public let separator: Character?

    public static let greatestBytes = 64 << 20
    public static let greatestColumns = 256
    /// Bytes of one cell; a spreadsheet takes 32,767 characters.
    public static let greatestCell = 128 << 10

    /// So many rows may be of any length; those of a longer file have the
    /// length of a short e-mail address on average.
    private static let fewRows = 2_000
    private static let leastBytesOfRow = 10

    /// Whether cells that are not there are empty ones: a
    /// workbook keeps only those that hold something.
    public var isWorkbook: Bool { separator == nil }

    /// - Parameters:
    ///   - greatestRows: below the first line; more are refused.
    ///   - isHeading: whether a first line is of the table that is looked for; of a workbook with several sheets the
    ///     first is taken whose first line is.
    /// - Throws: `Fault.Code.invalid` on `csv`, saying what was found and what to do, with the line where there is one.
    public static func read(
        _ bytes: [UInt8], greatestRows: Int, isHeading: ([String]) -> Bool
    ) throws -> Sheet {
        guard bytes.count <= greatestBytes else { throw refusal("too_large", "The file has more than 64 MiB.") }
        if bytes.starts(with: ZipArchive.mark) {
            let rows = try Workbook.read(bytes, greatestRows: greatestRows, isHeading: isHeading)
            guard !rows.isEmpty else { throw refusal("empty", "The file is empty.") }
            let apart = try parted(rows, isHeading)
            return Sheet(rows: apart ?? rows, encoding: "Excel workbook", separator: apart == nil ? nil : ",")
        }
        let text = try SheetText(bytes)
        var table = SeparatedText(text.bytes, greatestRows: greatestRows)
        let rows = try table.read()
        guard !rows.isEmpty else { throw refusal("empty", "The file is empty.") }
        return Sheet(
            rows: try parted(rows, isHeading) ?? rows, encoding: text.encoding,
            separator: Character(Unicode.Scalar(table.separator)))
    }

    /// A table whose lines stand whole in the first column: a text that was
    /// opened under the wrong separator and saved.
    ///
    /// - Returns: nil where it is none.
    private static func parted(_ rows: [Row], _ isHeading: ([String]) -> Bool) throws -> [Row]? {
        guard let first = rows.first, !isHeading(first.cells),
            rows.allSatisfy({ row in row.cells.dropFirst().allSatisfy(\.isEmpty) })
        else { return nil }
        var heading = SeparatedText(Array(first.cells[0].utf8), greatestRows: 1)
        guard let titles = try? heading.read().first, titles.cells.count > 1, isHeading(titles.cells) else {
            return nil
        }
        return try rows.map { row in
            var line = SeparatedText(Array(row.cells[0].utf8), greatestRows: 1, separator: heading.separator)
            return Row(line: row.line, cells: try line.read().first?.cells ?? [])
        }
    }

    static func refusal(_ code: String, _ sentence: Sentence) -> Fault { .invalid("csv", code, sentence) }

    /// Each row costs a verdict, so that rows of two bytes would make a small file endless work.
    ///
    /// - Parameters:
    ///   - behind: how many rows there are, the first line among them.
    ///   - bytes: what they hold.
    static func admitRow(behind rows: Int, bytes: Int, greatestRows: Int) throws {
        guard rows <= greatestRows else {
            throw refusal("too_many_rows", "The file has more than \(greatestRows) rows: split it.")
        }
        guard rows < fewRows || bytes >= leastBytesOfRow * rows else {
            throw refusal(
                "too_short_rows",
                "The file has thousands of rows too short for an e-mail address: leave out what is no list of people.")
        }
    }

    static var tooManyColumns: Fault {
        refusal("too_many_columns", "The file has more than \(greatestColumns) columns: leave out what is not needed.")
    }

    static func tooLong(_ line: Int) -> Fault {
        refusal("too_large", "Line \(line): a cell has more than 128 kB.")
    }
}

/// Blanks as people and programs leave them around a cell, those included that are not seen.
public enum Blanks {
    /// A no-break space comes from web pages, a byte order mark from files that were joined.
    static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20, 0x09, 0x0A, 0x0D, 0xA0, 0x202F, 0xFEFF, 0x200B, 0x3000: true
        case 0x2000...0x200A: true
        default: false
        }
    }

    /// A cell that needs nothing taken away is returned as it came, for most do.
    public static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, isBlank(first) || isBlank(last) else { return text }
        guard let start = scalars.firstIndex(where: { !isBlank($0) }),
            let end = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[start...end])
    }
}
