import Basics
import Directory
import Foundation
import Onboarding
import TestSupport
import Testing

/// The files that people have, each with what must become of it.
@Suite("Files of people as they are saved", .timeLimit(.minutes(60)))
struct PeopleFileTests {
    enum Verdict: Equatable, CustomStringConvertible {
        /// So many requests could be submitted, and nothing is refused.
        case good(Int)
        /// So many could, and of the others these are the faults.
        case rows(Int, [String])
        /// Nothing of it can be read.
        case file(String)

        var description: String {
            switch self {
            case .good(let count): "good(\(count))"
            case .rows(let count, let codes): "rows(\(count), \(codes))"
            case .file(let code): "file(\(code))"
            }
        }
    }

    struct Sample: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let verdict: String
        var reading = FileReading()
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ verdict: Verdict, _ reading: FileReading = FileReading()) {
            self.init(name, Array(text.utf8), verdict, reading)
        }

        init(_ name: String, _ bytes: [UInt8], _ verdict: Verdict, _ reading: FileReading = FileReading()) {
            self.name = name
            self.bytes = bytes
            self.verdict = "\(verdict)"
            self.reading = reading
        }
    }

    static let head = "email,name,locale,grants,until,reason\n"
    private static let ada = "ada@acme.example,Ada,en,prod=OPE;default=STD,2031-03-31,Joins\n"
    static let bob = "bob@acme.example,Bob,fr,default=STD,,Joins\n"
    private static let french = "email;name;locale;grants;until;reason\r\n"
    static let both = FileReading(grants: "default=STD", reason: "Joins")

    private static func row(
        _ email: String = "ada@acme.example", name: String = "Ada", locale: String = "en",
        grants: String = "default=STD", until: String = "", reason: String = "Joins"
    ) -> String { head + "\(email),\(name),\(locale),\(grants),\(until),\(reason)\n" }

    private static func wide(_ text: String, isLittle: Bool) -> [UInt8] {
        ("\u{FEFF}" + text).utf16.flatMap { unit -> [UInt8] in
            let (low, high) = (UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8))
            return isLittle ? [low, high] : [high, low]
        }
    }

    /// With that byte in the place of each `#`.
    private static func bytes(_ text: String, _ byte: UInt8) -> [UInt8] {
        text.utf8.map { $0 == UInt8(ascii: "#") ? byte : $0 }
    }

    static let separators: [Sample] = [
        Sample("commas", head + ada + bob, .good(2)),
        Sample("no last line end", "\(head)\(bob.dropLast())", .good(1)),
        Sample("CRLF", (head + ada + bob).replacing("\n", with: "\r\n"), .good(2)),
        Sample("CR", (head + ada + bob).replacing("\n", with: "\r"), .good(2)),
        Sample(
            "semicolons of French Excel",
            french + "a@acme.example;Ada;fr;\"prod=OPE;default=STD\";31/03/2031;Arrivée\r\n", .good(1)),
        Sample(
            "semicolons, quotes everywhere",
            "\"email\";\"name\";\"grants\";\"reason\"\n\"a@acme.example\";\"Ada\";\"default=STD;prod=OPE\";\"x\"\n",
            .good(1)),
        Sample("semicolons, grants with bars", french + "a@acme.example;Ada;fr;prod=OPE|default=STD;;x\r\n", .good(1)),
        Sample("tabs", "email\tname\tgrants\treason\na@acme.example\tAda\tprod=OPE;default=STD\tJoins\n", .good(1)),
        Sample("bars", "email|name|grants|reason\na@acme.example|Ada|prod=OPE;default=STD|Joins\n", .good(1)),
        Sample("sep=;", "sep=;\r\n" + french + "a@acme.example;Ada;fr;default=STD;;x\r\n", .good(1)),
        Sample("sep=,", "sep=,\r\n" + head + bob, .good(1)),
        Sample("sep=tab", "sep=\t\nemail\tname\tgrants\treason\na@acme.example\tAda\tdefault=STD\tx\n", .good(1)),
        Sample(
            "quoted commas and lines", head + "ada@acme.example,\"Lovelace, Ada\",en,default=STD,,\"a\n\"\"b\"\"\"\n",
            .good(1)),
        Sample("blanks around quotes", head + "ada@acme.example, \"Ada\" ,en,default=STD,,x\n", .good(1)),
        Sample("a quote within a cell", row(name: "A\"da"), .file("bad_quotes")),
        Sample("a quote that is never closed", row(name: "\"Ada"), .file("bad_quotes")),
        Sample("a short row among good ones", head + ada + "x@acme.example,X\n" + bob, .rows(2, ["wrong_columns"])),
        Sample(
            "a long row among good ones", head + ada + "x@acme.example,X, Y,en,default=STD,,a,b\n" + bob,
            .rows(2, ["wrong_columns"])),
        Sample("a long row of empty cells", "\(head)\(ada.dropLast()),,,\n", .good(1)),
        Sample("trailing empty rows", head + ada + ",,,,,\n,,,,,\n , ,,,,\n", .good(1)),
        Sample("empty rows between and before", "\n\n" + head + "\n" + ada + "\n\n" + bob, .good(2)),
        Sample("trailing empty columns", "email,name,locale,grants,until,reason,,\n\(ada.dropLast()),,\n", .good(1)),
    ]

    static let encodings: [Sample] = [
        Sample("a byte order mark", "\u{FEFF}" + head + bob, .good(1)),
        Sample("two byte order marks", "\u{FEFF}\u{FEFF}" + head + bob, .good(1)),
        Sample("UTF-16, little end first", wide((head + bob).replacing(",", with: "\t"), isLittle: true), .good(1)),
        Sample("UTF-16, big end first", wide(head + bob, isLittle: false), .good(1)),
        Sample("UTF-16 without a mark", Array(wide(head + bob, isLittle: true).dropFirst(2)), .good(1)),
        Sample("UTF-16 that is broken", [0xFF, 0xFE, 0x65], .file("utf16")),
        Sample("Windows-1252", bytes(row(name: "Ren#"), 0xE9), .good(1)),
        Sample(
            "one line of Windows-1252 in UTF-8",
            bytes(row(name: "Zoé") + "r@acme.example,Ren#,fr,default=STD,,x", 0xE9), .good(2)),
        Sample("MacRoman", bytes(row(name: "Ren#"), 0x8E), .rows(0, ["mojibake"])),
        Sample("UTF-8 that was taken for Windows-1252", row(name: "RenÃ© MÃ¼ller"), .rows(0, ["mojibake"])),
        Sample(
            "names of many scripts",
            head + "a@acme.example,Łukasz Żółć,en,default=STD,,x\nb@acme.example,山田 太郎,en,default=STD,,x\n", .good(2)),
        Sample("NUL", head + "a\0", .file("not_text")),
        Sample("nothing", "", .file("empty")),
        Sample("blank lines", "\r\n \r\n", .file("empty")),
        Sample("the first line only", head, .file("no_rows")),
        Sample("an old workbook", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], .file("old_workbook")),
        Sample("an archive", [0x50, 0x4B, 3, 4, 0, 0], .file("broken_workbook")),
        Sample("a web page", "<html><body><table><tr><td>email</td></tr></table>", .file("not_table")),
        Sample("a PDF", "%PDF-1.4\n", .file("not_table")),
    ]

    static let columns: [Sample] = [
        Sample("columns in another order", "reason,grants,name,email\nx,default=STD,Ada,a@acme.example\n", .good(1)),
        Sample(
            "capitals, blanks, underscores", "E_Mail, NAME ,Grants,REASON\na@acme.example,Ada,default=STD,x\n", .good(1)
        ),
        Sample(
            "French names",
            "Adresse e-mail;Prénom;Nom;Profils;Jusqu’au;Motif;Langue\na@acme.example;Ada;Roux;default=STD;;x;fr\n",
            .good(1)),
        Sample(
            "German names",
            "E-Mail-Adresse;Vorname;Nachname;Berechtigungen;Gültig bis;Begründung;Sprache\n"
                + "a@acme.example;Ada;Roux;default=STD;31.03.2031;x;Englisch\n",
            .good(1)),
        Sample(
            "one column for the name in French",
            "courriel;nom complet;droits;motif\na@acme.example;Ada;default=STD;x\n", .good(1)),
        Sample(
            "extra columns", "id,email,phone,name,grants,reason\n7,a@acme.example,123,Ada,default=STD,x\n", .good(1)),
        Sample("no column for grants", "email,name,reason\na@acme.example,Ada,x\n", .file("wrong_header")),
        Sample("no first line", ada + bob, .file("wrong_header")),
        Sample("other columns altogether", "mail2,who\na,b\n", .file("wrong_header")),
        Sample(
            "a column twice", "email,name,email,grants,reason\na@acme.example,A,b@acme.example,default=STD,x\n",
            .file("duplicate_column")),
        Sample(
            "a title above", "People of Acme,,,\n\nemail,name,grants,reason\na@acme.example,Ada,default=STD,x\n",
            .good(1)),
        Sample("all in one column", "\"email,name,grants,reason\"\n\"a@acme.example,Ada,default=STD,x\"\n", .good(1)),
        Sample("grants and reason for all", "email,name\na@acme.example,Ada\nb@acme.example,Bob\n", .good(2), both),
        Sample(
            "a cell before what is for all", "email,name,grants\na@acme.example,Ada,prod=OPE\nb@acme.example,Bob,\n",
            .good(2), both),
    ]

    static let cells: [Sample] = [
        Sample("blanks around the address", row(" ada@acme.example "), .good(1)),
        Sample("a no-break space behind it", row("ada@acme.example\u{A0}"), .good(1)),
        Sample("mailto:", row("mailto:ada@acme.example"), .good(1)),
        Sample("no address", row("ada"), .rows(0, ["invalid_email"])),
        Sample("EN with a blank", row(locale: "EN "), .good(1)),
        Sample("fr-FR", row(locale: "fr-FR"), .good(1)),
        Sample("Français", row(locale: "Français"), .good(1)),
        Sample("a language that nobody speaks here", row(locale: "sv-SE"), .rows(0, ["unknown_locale"])),
        Sample("capitals in a cloud", row(grants: "Default=std"), .good(1)),
        Sample("grants parted by blanks", row(grants: "prod=OPE default=STD"), .good(1)),
        Sample("grants parted by commas", row(grants: "\"prod=OPE, default=STD\""), .good(1)),
        Sample("grants on two lines", row(grants: "\"prod = OPE\ndefault= STD\""), .good(1)),
        Sample("no such cloud", row(grants: "moon=STD"), .rows(0, ["unknown_cloud"])),
        Sample("a cloud without a profile", row(grants: "default"), .rows(0, ["unknown_profile"])),
        Sample("31/03/2031", row(until: "31/03/2031"), .good(1)),
        Sample("03/31/2031 in Europe", row(until: "03/31/2031"), .good(1)),
        Sample("31.03.2031", row(until: "31.03.2031"), .good(1)),
        Sample("a day with blanks", row(until: " 2031-03-31 "), .good(1)),
        Sample("an instant without seconds", row(until: "2031-12-31T10:00+01:00"), .good(1)),
        Sample("30 February", row(until: "2031-02-30"), .rows(0, ["invalid_date"])),
        Sample("a year of two digits", row(until: "31/03/31"), .rows(0, ["invalid_date"])),
        Sample(
            "03/04 beside 03/31",
            head + "a@acme.example,A,en,default=STD,03/04/2031,x\nb@acme.example,B,en,default=STD,03/31/2031,x\n",
            .rows(1, ["ambiguous_date"])),
        Sample("#N/A", row(name: "#N/A"), .rows(0, ["spreadsheet_error"])),
        Sample(
            "#NOM? and others in one row", row("#NAME?", reason: "#REF!"),
            .rows(0, ["spreadsheet_error", "spreadsheet_error"])),
        Sample("a formula", row(name: "=1+1"), .rows(0, ["formula"])),
        Sample(
            "the same person twice", head + bob + "BOB@acme.example,Bob,fr,default=STD,,x\n",
            .rows(1, ["duplicate_row"])),
        Sample("a double of a refused row", head + "bob@acme.example,Bob\n" + bob, .rows(1, ["wrong_columns"])),
    ]

    static let all = separators + encodings + columns + cells + exports

    @Test("are understood, or refused with what was found", arguments: all)
    func verdicts(_ sample: Sample) async throws {
        let world = try await TestInstallation.withAcme()
        let rita = try await world.actor("rita@acme.example")
        let verdict: Verdict
        do {
            let found = try await world.usher.submitAll(
                csv: sample.bytes, sample.reading, organization: "acme", by: rita, allOrNothing: false, dryRun: true)
            let codes = found.rows.flatMap(\.faults).map(\.code)
            let good = found.rows.count - found.refused
            verdict = codes.isEmpty ? .good(good) : .rows(good, codes)
        } catch let fault as Fault {
            verdict = .file(fault.faults.first?.code ?? fault.code.rawValue)
        }
        #expect("\(verdict)" == sample.verdict, "\(sample.name)")
    }

    @Test("are as many as people have, and each has a name of its own")
    func enumeration() {
        #expect(Self.all.count >= 81)
        #expect(Set(Self.all.map(\.name)).count == Self.all.count)
    }
}
