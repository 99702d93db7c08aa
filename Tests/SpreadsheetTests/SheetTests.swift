import Basics
import Foundation
import Testing

@testable import Spreadsheet

@Suite("A table as somebody saved it", .timeLimit(.minutes(60)))
struct SheetTests {
    private static let heading = ["email", "name", "reason"]

    static func read(_ bytes: [UInt8], greatestRows: Int = 1_000) throws -> Sheet {
        try Sheet.read(bytes, greatestRows: greatestRows) { $0.contains("email") || $0.contains("E-mail") }
    }

    /// - Parameter byte: in the place of each `#`.
    private static func bytes(_ text: String, _ byte: UInt8 = 0x23) -> [UInt8] {
        text.utf8.map { $0 == 0x23 ? byte : $0 }
    }

    /// - Parameter shift: of the byte that comes first: 0 or 8.
    private static func wide(_ text: String, _ shift: UInt16) -> [UInt8] {
        text.utf16.flatMap { unit -> [UInt8] in
            [UInt8(truncatingIfNeeded: unit >> shift), UInt8(truncatingIfNeeded: unit >> (8 - shift))]
        }
    }

    static func cells(_ text: String) throws -> [[String]] { try read(Array(text.utf8)).rows.map(\.cells) }

    static func refusal(_ bytes: [UInt8], greatestRows: Int = 1_000) -> String? {
        do {
            _ = try read(bytes, greatestRows: greatestRows)
            return nil
        } catch let fault as Fault {
            return fault.faults.first?.code
        } catch { return "\(error)" }
    }

    @Test("is parted by whatever parts its first line, quotes protecting", arguments: [",", ";", "\t", "|"])
    func separators(_ mark: String) throws {
        let rows = try Self.cells(
            ["email", "name", "reason"].joined(separator: mark) + "\n"
                + ["a@b.example", "\"Martin, A; | \t\"\"x\"\"\"", "r"].joined(separator: mark) + "\n")
        #expect(rows == [Self.heading, ["a@b.example", "Martin, A; | \t\"x\"", "r"]])
    }

    @Test("may say by what it is parted", arguments: ["sep=;\r\n", "SEP=;\n", "\"sep=;\"\r", "sep=;;;\r\n"])
    func separatorLine(_ line: String) throws {
        let sheet = try Self.read(Array("\(line)email;name,x;reason\r\na;b;c".utf8))
        #expect(sheet.rows.map(\.cells) == [["email", "name,x", "reason"], ["a", "b", "c"]])
        #expect(sheet.rows.map(\.line) == [2, 3])
    }

    @Test(
        "has lines that end in CR, LF or both, and keeps count of them within quotes", arguments: ["\r", "\n", "\r\n"])
    func lineEnds(_ end: String) throws {
        let sheet = try Self.read(Array("email,name\(end)a,\"x\(end)y\"\(end)\(end) ,\(end)b,z".utf8))
        #expect(sheet.rows.map(\.cells) == [["email", "name"], ["a", "x\ny"], ["b", "z"]])
        #expect(sheet.rows.map(\.line) == [1, 2, 6])
    }

    @Test("loses blanks at the ends of its cells, those included that nobody sees")
    func blanks() throws {
        #expect(
            try Self.cells("email,name\n\u{A0}a@b.example\u{202F}\u{200B}, \"Bob\" \n")
                == [["email", "name"], ["a@b.example", "Bob"]])
    }

    @Test(
        "is read in the encodings of spreadsheets",
        arguments: [
            ("UTF-8", bytes("email,name\na,Zoé")), ("UTF-8", bytes("\u{FEFF}\u{FEFF}email,name\na,Zoé")),
            ("Windows-1252", bytes("email,name\na,Zo#", 0xE9)),
            ("UTF-8 and Windows-1252", bytes("email,name\nb,Zoé\na,Zo#", 0xE9)),
            ("UTF-16", wide("\u{FEFF}email\tname\na\tZoé", 0)), ("UTF-16", wide("\u{FEFF}email\tname\na\tZoé", 8)),
            ("UTF-16", wide("email\tname\na\tZoé", 0)),
        ])
    func encodings(_ encoding: String, _ bytes: [UInt8]) throws {
        let sheet = try Self.read(bytes)
        #expect(sheet.encoding == encoding)
        #expect(sheet.rows.last?.cells == ["a", "Zoé"])
        #expect(sheet.rows.first?.cells == ["email", "name"])
    }

    @Test(
        "is refused as what it is where it is no table",
        arguments: [
            ("", "empty"), ("\n \n,,\n", "empty"), ("%PDF-1.7\n", "not_table"), ("<html><table>", "not_table"),
            ("\u{FEFF}<?xml version=\"1.0\"?>", "not_table"), ("{\\rtf1", "not_table"), ("em\0ail", "not_text"),
            ("email,\"name\na,b", "bad_quotes"), ("email,na\"me\n", "bad_quotes"), ("email,\"na\"me\n", "bad_quotes"),
            (String(repeating: ",x", count: 300), "too_many_columns"),
            ("email\n" + String(repeating: "x", count: 200_000), "too_large"),
            ("email\n" + String(repeating: "x\n", count: 1_002), "too_many_rows"),
        ])
    func refused(_ text: String, _ code: String) { #expect(Self.refusal(Array(text.utf8)) == code) }

    @Test("takes long lists of short rows only where these can be people")
    func shortRows() throws {
        func rows(_ row: String, _ count: Int) throws -> Int {
            let text = "email\n" + String(repeating: row, count: count)
            return try Sheet.read(Array(text.utf8), greatestRows: 100_000) { _ in true }.rows.count
        }
        #expect(try rows("x\n", 1_900) == 1_901)
        #expect(try rows("a@bcd.fr\r\n", 5_000) == 5_001)
        let fault = #expect(throws: Fault.self) { try rows("x\n", 5_000) }
        #expect(fault?.faults.map(\.code) == ["too_short_rows"])
    }

    @Test("is refused where it is broken UTF-16 or an old workbook")
    func refusedBytes() {
        #expect(Self.refusal([0xFF, 0xFE, 0x65]) == "utf16")
        #expect(Self.refusal([0xFF, 0xFE, 0x00, 0xD8, 0x65, 0x00]) == "utf16")
        #expect(Self.refusal([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0]) == "old_workbook")
    }

    @Test(
        "tells text in a wrong encoding from names of people",
        arguments: [
            ("RenÃ© MÃ¼ller", true), ("Lâ€™Oréal", true), ("Ren\u{FFFD}", true), ("RenŽ", true), ("MŸller", true),
            ("João Conceição", false), ("JOÃO", false), ("Žižek", false), ("Šárka Ÿ", false), ("René “x” – y", false),
            ("Ærøskøbing", false), ("Ântonio Â", false), ("Владимир", false), ("山田", false),
        ])
    func mojibake(_ text: String, _ isLikely: Bool) {
        #expect(Mojibake.isLikely(in: text, encoding: "Windows-1252") == isLikely)
    }

    @Test(
        "takes no more than twice the time for twice the text, whatever stands in it",
        arguments: [",", "\"\"", "\n", "é", "a,"])
    func linear(_ piece: String) {
        func steps(_ count: Int) -> Duration {
            let bytes = Array(("email,name\n\"" + String(repeating: piece, count: count / piece.utf8.count)).utf8)
            return (0..<5).map { _ in ContinuousClock().measure { _ = Self.refusal(bytes, greatestRows: 1 << 20) } }
                .min()
                ?? .zero
        }
        // A quadratic reader would take 64 times as long for eight times the text.
        #expect(steps(64 << 10) > .zero)
        #expect(steps(512 << 10) < steps(64 << 10) * 40 + .milliseconds(50))
    }
}
