import Basics

/// Which styles of cells show a number as a date (ECMA-376, part 1, sections 18.8.30 and 18.8.45).
final class WorkbookStyles: XMLListener {
    /// By the number of the style.
    private(set) var dates: [Bool] = []
    private var formats: [Int: Bool] = [:]
    private var isInCells = false

    private static let greatestStyles = 65_536

    func start(_ name: String, _ attributes: XMLAttributes) throws {
        switch name {
        case "numFmt":
            guard formats.count < Self.greatestStyles else { throw ZipArchive.tooLarge }
            if let id = attributes["numFmtId"].flatMap({ Int($0) }), let code = attributes["formatCode"] {
                formats[id] = Self.isDate(code)
            }
        case "cellXfs": isInCells = true
        case "xf" where isInCells:
            guard dates.count < Self.greatestStyles else { throw ZipArchive.tooLarge }
            let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
            // 14 to 22 are dates and times everywhere, 27 to 36 and 50 to 58 those of East Asia.
            dates.append(formats[id] ?? ((14...22).contains(id) || (27...36).contains(id) || (50...58).contains(id)))
        default: break
        }
    }

    func text(_ bytes: UnsafeRawBufferPointer) {}

    func end(_ name: String) { if name == "cellXfs" { isInCells = false } }

    /// Whether a format shows days: it has a `d` or a `y`
    /// outside of quoted text, brackets and escapes.
    private static func isDate(_ code: String) -> Bool {
        var isQuoted = false
        var isBracketed = false
        var isEscaped = false
        for character in code.utf8 {
            if isEscaped { isEscaped = false; continue }
            switch character {
            case UInt8(ascii: "\\"), UInt8(ascii: "_"), UInt8(ascii: "*"): isEscaped = !isQuoted
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "[") where !isQuoted: isBracketed = true
            case UInt8(ascii: "]") where !isQuoted: isBracketed = false
            case UInt8(ascii: "d"), UInt8(ascii: "D"), UInt8(ascii: "y"), UInt8(ascii: "Y"):
                if !isQuoted, !isBracketed { return true }
            default: break
            }
        }
        return false
    }
}

/// The texts that cells name by number (section 18.4.8), without how they are to be pronounced.
final class SharedTexts: XMLListener {
    private(set) var texts: [String] = []
    private var text: [UInt8] = []
    private var isText = false
    private var isPhonetic = false
    private var size = 0

    /// So many as a sheet of the greatest length can name, and so many bytes as a file of it may have.
    private static let greatestTexts = 400_000
    static let greatestBytes = 12 << 20

    func start(_ name: String, _ attributes: XMLAttributes) {
        switch name {
        case "si": text.removeAll(keepingCapacity: true)
        case "t": isText = true
        case "rPh": isPhonetic = true
        default: break
        }
    }

    func text(_ bytes: UnsafeRawBufferPointer) throws {
        guard isText, !isPhonetic else { return }
        guard text.count + bytes.count <= Sheet.greatestCell else { throw ZipArchive.tooLarge }
        text += bytes
    }

    func end(_ name: String) throws {
        switch name {
        case "t": isText = false
        case "rPh": isPhonetic = false
        case "si":
            size += text.count
            guard texts.count < Self.greatestTexts, size <= Self.greatestBytes else { throw ZipArchive.tooLarge }
            texts.append(Blanks.trimmed(String(decoding: text, as: UTF8.self)))
        default: break
        }
    }
}

/// The cells of one sheet (section 18.3).
final class SheetReader: XMLListener {
    private(set) var rows: [Sheet.Row] = []
    private let texts: [String]
    private let dates: [Bool]
    private let is1904: Bool
    private let greatestRows: Int

    private var line = 0
    private var column = -1
    private var cells: [String] = []
    private var kind: String?
    private var isDate = false
    private var value: [UInt8] = []
    private var isValue = false
    private var isPhonetic = false
    private var size = 0
    private var shownBytes = 0
    private var held = 0

    /// As many as there are fields in a file of the greatest length, with some to spare.
    private static let greatestCells = 1_000_000

    init(texts: [String], dates: [Bool], is1904: Bool, greatestRows: Int) {
        self.texts = texts
        self.dates = dates
        self.is1904 = is1904
        self.greatestRows = greatestRows
    }

    func start(_ name: String, _ attributes: XMLAttributes) throws {
        switch name {
        case "row":
            line = attributes["r"].flatMap { Int($0) }.flatMap { (1...2_000_000).contains($0) ? $0 : nil } ?? line + 1
            column = -1
            cells.removeAll(keepingCapacity: true)
        case "c":
            column = attributes["r"].flatMap(Self.column) ?? column + 1
            kind = attributes["t"]
            isDate = attributes["s"].flatMap { Int($0) }.map { dates.indices.contains($0) && dates[$0] } ?? false
            value.removeAll(keepingCapacity: true)
        case "v", "t": isValue = true
        case "rPh": isPhonetic = true
        default: break
        }
    }

    func text(_ bytes: UnsafeRawBufferPointer) throws {
        guard isValue, !isPhonetic else { return }
        guard value.count + bytes.count <= Sheet.greatestCell else { throw Sheet.tooLong(line) }
        value += bytes
    }

    func end(_ name: String) throws {
        switch name {
        case "v", "t": isValue = false
        case "rPh": isPhonetic = false
        case "c": try keep(try shown())
        case "row":
            guard !cells.isEmpty else { return }
            try Sheet.admitRow(behind: rows.count, bytes: shownBytes, greatestRows: greatestRows)
            rows.append(Sheet.Row(line: line, cells: cells))
        default: break
        }
    }

    private func keep(_ text: String) throws {
        guard !text.isEmpty else { return }
        guard column < Sheet.greatestColumns else { throw Sheet.tooManyColumns }
        shownBytes += text.utf8.count
        // Texts that cells share are held once, however often they are named.
        if kind != "s" { size += text.utf8.count }
        let missing = column - cells.count
        held += max(0, missing) + 1
        guard held <= Self.greatestCells, size <= SharedTexts.greatestBytes else { throw ZipArchive.tooLarge }
        if missing > 0 { cells += repeatElement("", count: missing) }
        if missing < 0 { cells[column] = text } else { cells.append(text) }
    }

    private func shown() throws -> String {
        let text = String(decoding: value, as: UTF8.self)
        switch kind {
        case "s":
            guard let index = Int(text) else { return "" }
            guard texts.indices.contains(index) else { throw ZipArchive.broken }
            return texts[index]
        case "b": return text == "1" ? "TRUE" : "FALSE"
        case nil, "n": return isDate ? WorkbookDay.text(text, is1904) ?? text : Blanks.trimmed(text)
        // Texts, what formulas came to, errors as they are shown, and dates that are written out.
        default: return Blanks.trimmed(text)
        }
    }

    /// Counted from 0, of a reference like `AB12`.
    private static func column(_ reference: String) -> Int? {
        var column = 0
        for byte in reference.utf8.prefix(4) {
            guard (0x41...0x5A).contains(byte) else { break }
            column = column * 26 + Int(byte) - 0x40
        }
        return column == 0 ? nil : column - 1
    }
}

/// Days as a workbook counts them (section 18.17.4.1).
enum WorkbookDay {
    /// `2027-03-31`, with ` 10:00` where the cell names a time
    /// as well; nil for no day of the calendar.
    static func text(_ number: String, _ is1904: Bool) -> String? {
        guard let serial = Double(number), serial >= 1, serial < 2_958_466 else { return nil }
        var days = Int64(serial)
        let minutes = Int64(((serial - Double(days)) * 1_440).rounded())
        // The first of January 1900 is 1; the 29th of February that this year had not is 60.
        if is1904 { days += 1_462 } else if days < 60 { days += 1 }
        let date = Timestamp.date(ofDay: days - 25_569)
        let day = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
        guard (1..<1_440).contains(minutes) else { return day }
        return "\(day) \(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
