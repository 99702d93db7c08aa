import Basics
import CZlib
import Foundation
import Testing

@testable import Spreadsheet

@Suite("An Excel workbook", .timeLimit(.minutes(60)))
struct WorkbookTests {
    private static func file(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Files")
        return [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    @Test("saved by openpyxl: the visible sheet with the columns, dates as days, rows without anything left out")
    func openpyxl() throws {
        let sheet = try SheetTests.read(Self.file("openpyxl-french.xlsx"))
        #expect(sheet.encoding == "Excel workbook" && sheet.isWorkbook)
        #expect(sheet.rows.map(\.line) == [1, 2, 3, 5])
        #expect(sheet.rows[0].cells == ["Nom", "E-mail", "Motif", "Profils", "Fin", "Langue", "Téléphone"])
        #expect(
            sheet.rows[1].cells
                == ["Zoé Müller", "zoe@acme.example", "Arrivée", "default=STD", "2031-03-31", "fr-FR", "600000000"])
        #expect(
            sheet.rows[2].cells == [
                "Łukasz Żak", "lukasz@acme.example", "Reads", "Default=std", "2031-04-01", "Français",
            ])
        // Nobody computed the formula: no value was saved with it.
        #expect(sheet.rows[3].cells == ["Bob Roux", "bob@acme.example", "", "prod=OPE | default=STD"])
        #expect(try SheetTests.read(Self.file("openpyxl-last-sheet.xlsx")).rows.map(\.line) == [1, 2])
    }

    @Test("saved by XlsxWriter: inline texts, days since 1904, what formulas came to, errors, rich texts")
    func xlsxWriter() throws {
        let inline = try SheetTests.read(Self.file("xlsxwriter-inline-1904.xlsx"))
        #expect(
            inline.rows.map(\.cells).last
                == ["ada@acme.example", "Ada Lovelace", "en", "default=STD", "2031-12-31", "Joins"])
        let rows = try Sheet.read(Self.file("xlsxwriter-formulas.xlsx"), greatestRows: 9) { $0.contains("E-Mail") }.rows
        #expect(rows.map(\.line) == [1, 3, 4, 5, 6])
        #expect(rows[2].cells == ["ada@acme.example", "Ada", "Lovelace", "default=STD", "2031-12-31", "Joins"])
        #expect(rows[3].cells[2] == "#N/A" && rows[4].cells[4...] == ["31/12/2031", "TRUE"])
    }

    @Test(
        "counts days as Excel does",
        arguments: [
            ("1", "1900-01-01"), ("59", "1900-02-28"), ("61", "1900-03-01"), ("46477", "2027-03-31"),
            ("46477.4166666667", "2027-03-31 10:00"), ("2958465", "9999-12-31"),
        ])
    func days(_ serial: String, _ day: String) {
        #expect(WorkbookDay.text(serial, false) == day)
    }

    @Test("has no day where the number is none", arguments: ["0", "-1", "2958466", "1e300", "nan", "x", ""])
    func noDays(_ serial: String) { #expect(WorkbookDay.text(serial, false) == nil) }

    // MARK: Bombs

    private static let kilo = 1 << 10

    /// A workbook of one sheet, with parts instead of those that it would have.
    private static func workbook(_ parts: [String: [UInt8]] = [:], packs: Bool = true) -> [UInt8] {
        let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        var files: [String: [UInt8]] = [
            "_rels/.rels": Array(
                "<R><Relationship Id='a' Type='\(kind)/officeDocument' Target='xl/workbook.xml'/></R>"
                    .utf8),
            "xl/workbook.xml": Array(
                "<workbook><sheets><sheet name='S' r:id='b' xmlns:r='r'/></sheets></workbook>".utf8),
            "xl/_rels/workbook.xml.rels": Array(
                """
                <Relationships><Relationship Id='b' Type='\(kind)/worksheet' Target='worksheets/sheet1.xml'/>
                <Relationship Id='c' Type='\(kind)/sharedStrings' Target='/xl/sharedStrings.xml'/></Relationships>
                """.utf8),
            "xl/sharedStrings.xml": Array(
                "<sst><si><t>email</t></si><si><r><t>na</t></r><r><t>me</t></r></si></sst>".utf8),
            "xl/worksheets/sheet1.xml": sheet(
                "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c></row>"
                    + "<row r='2'><c t='inlineStr'><is><t>a@b.example</t></is></c><c t='str'><v>A</v></c></row>"),
        ]
        files.merge(parts) { $1 }
        return TestZip.archive(files.sorted { $0.key < $1.key }, packs: packs)
    }

    private static func sheet(_ rows: String) -> [UInt8] {
        Array("<x:worksheet xmlns:x='x'><x:sheetData>\(rows)</x:sheetData></x:worksheet>".utf8)
    }

    @Test("is read whether it is packed or not", arguments: [true, false])
    func packed(_ packs: Bool) throws {
        let sheet = try SheetTests.read(Self.workbook(packs: packs))
        #expect(sheet.rows.map(\.cells) == [["email", "name"], ["a@b.example", "A"]])
    }

    private static let place = "xl/worksheets/sheet1.xml"
    private static func many(_ count: Int, _ text: (Int) -> String) -> String { (0..<count).map(text).joined() }

    @Test("takes long lists of short rows only where these can be people")
    func shortRows() throws {
        func rows(_ cell: String, _ count: Int) throws -> Int {
            let rows = Self.many(count) { _ in "<row><c t='inlineStr'><is><t>\(cell)</t></is></c></row>" }
            let workbook = Self.workbook([Self.place: Self.sheet(rows)], packs: false)
            return try Sheet.read(workbook, greatestRows: 100_000) { _ in true }.rows.count
        }
        #expect(try rows("x", 1_900) == 1_900)
        #expect(try rows("adam@xy.fr", 5_000) == 5_000)
        let fault = #expect(throws: Fault.self) { try rows("x", 5_000) }
        #expect(fault?.faults.map(\.code) == ["too_short_rows"])
    }

    @Test("that is a bomb is refused, whatever it is filled with, having kept no more than a list of people")
    func bombs() {
        let zeros = [UInt8](repeating: 0x20, count: 300 << 20)
        let laughs =
            "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><worksheet><sheetData><row><c><v>&b;"
        let bombs: [(String, [UInt8], String)] = [
            ("blanks", Self.workbook([Self.place: Array("<w>".utf8) + zeros]), "too_large"),
            ("laughs", Self.workbook([Self.place: Array(laughs.utf8)]), "broken_workbook"),
            (
                "outside", Self.workbook([Self.place: Array("<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>".utf8)]),
                "broken_workbook"
            ),
            ("depth", Self.workbook([Self.place: Array(String(repeating: "<a>", count: 100_000).utf8)]), "too_large"),
            (
                "texts",
                Self.workbook([
                    "xl/sharedStrings.xml": Array(("<sst>" + String(repeating: "<si/>", count: 500_000)).utf8)
                ]),
                "too_large"
            ),
            (
                "one text",
                Self.workbook([
                    "xl/sharedStrings.xml": Array(
                        ("<sst><si><t>" + String(repeating: "ab", count: 500 * Self.kilo)).utf8)
                ]),
                "too_large"
            ),
            (
                "rows",
                Self.workbook([Self.place: Self.sheet(Self.many(1_100) { "<row r='\($0 + 1)'><c><v>1</v></c></row>" })]
                ), "too_many_rows"
            ),
            (
                "columns", Self.workbook([Self.place: Self.sheet("<row r='1'><c r='XFD1'><v>1</v></c></row>")]),
                "too_many_columns"
            ),
            (
                "cell",
                Self.workbook([
                    Self.place: Self.sheet(
                        "<row r='1'><c r='A1'><v>" + String(repeating: "1", count: 200_000) + "</v></c></row>")
                ]),
                "too_large"
            ),
            (
                "no such text", Self.workbook([Self.place: Self.sheet("<row><c t='s'><v>99</v></c></row>")]),
                "broken_workbook"
            ),
            ("no workbook", TestZip.archive([("a.txt", [1])], packs: false), "not_table"),
            ("ods", TestZip.archive([("content.xml", [1])], packs: false), "not_table"),
            ("xlsb", TestZip.archive([("xl/workbook.bin", [1])], packs: false), "not_table"),
            ("no sheet", Self.workbook(["xl/workbook.xml": Array("<workbook/>".utf8)]), "empty"),
            ("entries", TestZip.archive((0..<3_000).map { ("f\($0)", []) }, packs: false), "too_large"),
        ]
        for (name, bytes, code) in bombs { #expect(SheetTests.refusal(bytes) == code, "\(name)") }
    }

    @Test("cut short anywhere, or with any byte changed, is read or refused, and nothing else")
    func damaged() throws {
        let whole = try Self.file("xlsxwriter-inline-1904.xlsx")
        for length in stride(from: 4, to: whole.count, by: 37) {
            #expect(SheetTests.refusal(Array(whole[..<length])) != nil)
        }
        let known: Set<String?> = [
            nil, "broken_workbook", "too_large", "not_table", "empty", "old_workbook", "too_many_columns",
        ]
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3_000 {
            var bytes = whole
            for _ in 0..<3 {
                bytes[Int.random(in: 4..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let code = SheetTests.refusal(bytes)
            #expect(known.contains(code), "\(code ?? "")")
        }
    }
}

/// Writes archives, good and bad.
enum TestZip {
    static func archive(_ files: [(String, [UInt8])], packs: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for (name, content) in files {
            let body = packs ? deflated(content) : content
            let head =
                number(packs ? 8 : 0, 2) + number(0, 4) + number(0, 4) + number(body.count, 4)
                + number(content.count, 4)
                + number(name.utf8.count, 2) + number(0, 2)
            directory +=
                [0x50, 0x4B, 1, 2] + number(20, 2) + number(20, 2) + number(0, 2) + head + number(0, 2)
                + number(0, 2) + number(0, 2) + number(0, 4) + number(bytes.count, 4) + Array(name.utf8)
            bytes += [0x50, 0x4B, 3, 4] + number(20, 2) + number(0, 2) + head + Array(name.utf8) + body
        }
        let start = bytes.count
        bytes += directory
        return bytes + [0x50, 0x4B, 5, 6] + number(0, 4) + number(files.count, 2) + number(files.count, 2)
            + number(directory.count, 4) + number(start, 4) + number(0, 2)
    }

    private static func number(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(value >> ($0 * 8) & 0xFF) }
    }

    /// What `compress` makes, without its header of two bytes and its sum of four.
    private static func deflated(_ content: [UInt8]) -> [UInt8] {
        var size = compressBound(UInt(content.count))
        var packed = [UInt8](repeating: 0, count: Int(size))
        compress(&packed, &size, content, UInt(content.count))
        return Array(packed[2..<Int(size) - 4])
    }
}
