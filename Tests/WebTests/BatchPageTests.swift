import Basics
import Directory
import Foundation
import Onboarding
import Records
import TestSupport
import Testing

@testable import Web

@Suite("Pages for a file of requests", .timeLimit(.minutes(60)))
struct BatchPageTests {
    private typealias Two = RequestPageTests.Two

    private static let header = "email,name,locale,grants,until,reason\r\n"
    private static let good =
        header + "ada@acme.example,Ada Lovelace,en,prod=OPE;default=STD,,Joins\r\n"
        + "bob@acme.example,Bob Roux,fr,default=STD,2031-03-31,\"Reads, and \"\"looks\"\"\"\r\n"

    /// Chooses a file; the page with the verdicts, and where it is.
    private func choose(_ csv: String, _ browser: Browser) async throws -> (place: String, page: Answer) {
        _ = try await browser.get("/requests/import")
        let answer = try await browser.upload("/requests/import", ["org": "acme"], csv: Array(csv.utf8))
        let place = try #require(answer.location, "\(answer.status)")
        return (place, try await browser.get(place))
    }

    @Test("show every row's verdict before anything is submitted, then submit what is right, once")
    func journey() async throws {
        let two = try await Two()
        let (place, page) = try await choose(
            Self.good + "eve@acme.example,=SUM(1),en,prod=XXX,,Why\r\nADA@acme.example,Ada,en,prod=STD,,Why\r\n",
            two.rita)
        for words in [
            "2 requests can be sent", "2 lines are refused", "Ada Lovelace", "A name does not begin with =.",
            "There is no profile XXX", "The same person stands on line 2 already.",
        ] {
            #expect(page.text.contains(words), "\(words)")
        }
        #expect(try await two.count() == 0)
        let refused = try await two.rita.get("\(place)?view=refused")
        #expect(refused.text.contains("=SUM(1)") && !refused.text.contains("Ada Lovelace"))
        _ = try await two.rita.get(place)
        for _ in 1...2 { #expect(try await two.rita.submit("\(place)/submit", [:]).location == place) }
        let sent = try await two.rita.get(place)
        #expect(sent.text.contains("2 requests were sent") && sent.text.contains("2 lines were refused"))
        #expect(try await two.count() == 2)
        let request = try #require(sent.text.firstMatch(of: /href="(\/requests\/[0-9a-z]{26})">sent/))
        #expect(try await two.rita.get(String(request.1)).status == 200)
        let again = try await choose(Self.good, two.rita).page
        #expect(again.text.contains("Nothing can be sent") && again.text.contains("is open already"))
        #expect(try await two.rita.get("/requests/import").text.contains("4 lines, 2 sent, 2 refused"))
    }

    @Test("a file is forgotten with all that is in it, and submits nothing")
    func forget() async throws {
        let two = try await Two()
        let (place, _) = try await choose(Self.good, two.rita)
        #expect(try await two.rita.submit("\(place)/forget", [:]).location == "/requests/import")
        #expect(try await two.rita.get(place).status == 404)
        #expect(try await two.count() == 0)
        let (old, _) = try await choose(Self.good, two.rita)
        two.world.clock.skip(seconds: 31 * 86_400)
        let rita = try await two.site.browser(of: two.acme)
        let (new, _) = try await choose(Self.good, rita)
        #expect(try await rita.get(old).status == 404)
        #expect(try await rita.get(new).status == 200)
    }

    @Test(
        "files as spreadsheets write them",
        arguments: [
            ("BOM", [0xEF, 0xBB, 0xBF] + Array(good.utf8), "2 requests can be sent"),
            ("LF", Array(good.replacing("\r\n", with: "\n").utf8), "Reads, and"),
            (
                "Windows-1252", Array(good.utf8).flatMap { $0 == UInt8(ascii: "L") ? [UInt8(0xC9)] : [$0] },
                "read as Windows-1252"
            ),
        ])
    func encodings(_ name: String, _ csv: [UInt8], _ words: String) async throws {
        let two = try await Two()
        _ = try await two.rita.get("/requests/import")
        let answer = try await two.rita.upload("/requests/import", ["org": "acme"], csv: csv)
        let page = try await two.rita.get(try #require(answer.location))
        #expect(page.text.contains("2 requests can be sent"))
        if name == "Windows-1252" { #expect(page.text.contains(words) && page.text.contains("Ada Éovelace")) }
    }

    @Test(
        "what cannot be read at all is told beside the field",
        arguments: [
            ("", "Choose a file first."), ("mail,name\n", "The file has no row below its first line."),
            (header, "The file has no row below its first line."),
            (header + "a@acme.example,\"A,en,prod=STD,,R\r\n", "The quote opened on line 2 is never closed."),
            (header + "\0\r\n", "NUL bytes"), ("%PDF-1.7", "This is a PDF"),
        ])
    func unreadable(_ csv: String, _ words: String) async throws {
        let two = try await Two()
        _ = try await two.rita.get("/requests/import")
        let refused = try await two.rita.upload("/requests/import", ["org": "acme"], csv: Array(csv.utf8))
        #expect(refused.status == 422)
        #expect(refused.text.contains(words), "\(words)")
        #expect(refused.text.contains("id=\"csv-wrong\""))
    }

    @Test("a file whose columns are not known is asked about, then checked, and the next one like it is not")
    func columns() async throws {
        let two = try await Two()
        let file = "Kontakt;Wer;Schuh\r\nada@acme.example;Ada;43\r\nbob@acme.example;Bob;44\r\n"
        let (place, page) = try await choose(file, two.rita)
        #expect(page.status == 200 && page.text.contains("Which column is what?"))
        #expect(page.text.contains("Kontakt (ada@acme.example)"))
        let columns = ["email": "kontakt", "name": "wer", "all-grants": "default=STD|prod=OPE"]
        let refused = try await two.rita.submit("\(place)/columns", columns)
        #expect(refused.status == 422 && refused.text.contains("Missing: reason."))
        #expect(refused.text.contains("value=\"kontakt\" selected") && refused.text.contains("default=STD|prod=OPE"))
        #expect(try await two.stranger.get(place).status == 404)
        for _ in 1...2 {
            let answer = try await two.rita.submit("\(place)/columns", columns.merging(["all-reason": "Moves"]) { $1 })
            #expect(answer.status == 303 && answer.location == place)
        }
        let checked = try await two.rita.get(place)
        #expect(checked.text.contains("2 requests can be sent") && checked.text.contains("Schuh"))
        let (next, again) = try await choose("KONTAKT;wer;Schuh\r\neve@acme.example;Eve;43\r\n", two.rita)
        #expect(again.text.contains("Which column is what?") && again.text.contains("value=\"kontakt\" selected"))
        #expect(try await two.rita.submit("\(next)/forget", [:]).location == "/requests/import")
        #expect(try await two.rita.get(next).status == 404)
    }

    @Test("the example comes back as it was saved, in every language", arguments: Language.shipped)
    func example(_ language: Language) async throws {
        let two = try await Two()
        let example = ExampleFile(
            organization: "acme", clouds: ["default", "prod"], profile: "STD", language: language)
        #expect(example.text.hasPrefix("\u{FEFF}") && example.text.hasSuffix("\r\n"))
        let (_, page) = try await choose(example.text, two.rita)
        #expect(page.text.contains("One request can be sent"), "\(page.text)")
    }

    @Test("a workbook is taken as it is")
    func workbook() async throws {
        let two = try await Two()
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appending(path: "SpreadsheetTests/Files/openpyxl-last-sheet.xlsx")
        _ = try await two.rita.get("/requests/import")
        let answer = try await two.rita.upload(
            "/requests/import", ["org": "acme"], csv: [UInt8](try Data(contentsOf: file)))
        let page = try await two.rita.get(try #require(answer.location, "\(answer.text)"))
        #expect(page.text.contains("One request can be sent"))
    }

    @Test("too many rows and too many bytes are told as such")
    func tooMuch() async throws {
        let two = try await Two()
        _ = try await two.rita.get("/requests/import")
        let rows = Self.header + String(repeating: "a@acme.example,A,en,prod=STD,,R\n", count: 100_001)
        let many = try await two.rita.upload("/requests/import", ["org": "acme"], csv: Array(rows.utf8))
        #expect(many.status == 422 && many.text.contains("more than 100000 rows"))
        let large = try await two.rita.upload(
            "/requests/import", ["org": "acme"], csv: [UInt8](repeating: 0x61, count: 17 << 20))
        #expect(large.status == 413 && large.text.contains("16 MiB"))
        #expect(try await two.rita.upload("/requests/import", csv: Array(Self.good.utf8)).status == 404)
    }

    @Test("what is long goes on by itself, and shows how far it is")
    func progress() async throws {
        let two = try await Two()
        let rows = (1...450).map { "p\($0)@acme.example,Person <\($0)>,en,prod=STD,,R\r\n" }.joined()
        let (place, page) = try await choose(Self.header + rows, two.rita)
        #expect(page.text.contains("200 of 450") && page.text.contains("data-follows"))
        #expect(try await two.rita.submit("\(place)/submit", [:]).status == 409)
        while try await two.world.usher.advanceBatches() {}
        let checked = try await two.rita.get(place)
        #expect(checked.text.contains("450 requests can be sent"))
        #expect(checked.text.contains("Person &lt;1&gt;") && !checked.text.contains("Person <1>"))
        #expect(checked.text.contains("rel=\"next\""))
        #expect(try await two.rita.get("\(place)?after=201").text.contains("p201@acme.example"))
        _ = try await two.rita.submit("\(place)/submit", [:])
        #expect(try await two.count() == 100)  // The newest: a page of the list has no more.
        #expect(try await two.rita.get(place).text.contains("200 of 450"))
        #expect(try await two.rita.submit("\(place)/forget", [:]).status == 409)
        // Two workers side by side submit no row twice.
        async let one: Void = work(two)
        async let other: Void = work(two)
        _ = try await (one, other)
        #expect(try await two.rita.get(place).text.contains("450 requests were sent"))
        let all = try await two.world.usher.people(organization: "acme", PageRequest(limit: 1_000), by: two.world.owner)
        #expect(all.items.count == 451)
    }

    private func work(_ two: Two) async throws { while try await two.world.usher.advanceBatches() {} }

    @Test("nothing more is submitted once its author may not")
    func stopped() async throws {
        let two = try await Two()
        let rows = (1...450).map { "p\($0)@acme.example,P,en,prod=STD,,R\r\n" }.joined()
        let (place, _) = try await choose(Self.header + rows, two.rita)
        try await work(two)
        _ = try await two.rita.submit("\(place)/submit", [:])
        _ = try await two.world.usher.suspend(two.acme.email, reason: "Left", by: two.world.owner)
        try await work(two)
        _ = try await two.world.usher.resume(two.acme.email, reason: "Back", by: two.world.owner)
        let rita = try await two.site.browser(of: two.acme)
        #expect(try await rita.get(place).text.contains("200 requests had been sent before"))
    }

    @Test("a file is its author's alone, and one that another site sends is refused")
    func isolation() async throws {
        let two = try await Two()
        let (place, _) = try await choose(Self.good, two.rita)
        _ = try await two.stranger.get("/requests/import")
        let missing = "/requests/import/01arz3ndektsv4rrffq69g5fav"
        for (path, other) in [(place, missing), ("\(place)/submit", "\(missing)/submit")] {
            let theirs = path == place ? try await two.stranger.get(path) : try await two.stranger.submit(path, [:])
            let nobodys = path == place ? try await two.stranger.get(other) : try await two.stranger.submit(other, [:])
            #expect(theirs.status == 404 && nobodys.status == 404)
        }
        #expect(
            try await two.stranger.upload("/requests/import", ["org": "acme"], csv: Array(Self.good.utf8)).status == 404
        )
        #expect(try await two.stranger.get("/requests/import?org=acme").status == 404)
        let forged = ["org": "acme", "form": String(repeating: "0", count: 64)]
        #expect(try await two.rita.upload("/requests/import", forged, csv: Array(Self.good.utf8)).status == 403)
        let foreign = ["Sec-Fetch-Site": "cross-site"]
        #expect(
            try await two.rita.upload("/requests/import", ["org": "acme"], csv: Array(Self.good.utf8), headers: foreign)
                .status == 403)
        let away = try await two.site.browser().upload("/requests/import?org=acme", csv: Array(Self.good.utf8))
        #expect(away.location == "/sign-in?next=/requests/import?org%3Dacme%26file%3Dagain")
        #expect(
            try await two.rita.get("/requests/import?org=acme&file=again").text.contains("Choose the file once more"))
        #expect(try await two.rita.submit("/requests/import", ["org": "acme"]).status == 415)
        #expect(try await two.rita.get("/requests/import/example.csv").text.contains("default=STD|prod=STD"))
    }

    @Test("a form with a file is read as browsers send it, and refused where it is cut short")
    func forms() throws {
        let text =
            "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--B\r\n"
            + "content-disposition: form-data; name=\"f\"; filename=\"x \"\r\nContent-Type: text/csv\r\n\r\n\r\n--b\r\n--B--\r\n"
        let upload = try UploadForm(Array(text.utf8), boundary: "B")
        #expect(upload.form["a"] == "one")
        #expect(upload.files["f"] == Array("\r\n--b".utf8))
        for cut in [0, 5, 40, text.utf8.count - 12] {
            #expect(throws: Fault.self) { try UploadForm(Array(text.utf8.prefix(cut)), boundary: "B") }
        }
        let many = String(repeating: "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n", count: 3)
        #expect(try UploadForm(Array((many + "--B--").utf8), boundary: "B").form.all("a").count == 3)
        // Parts are counted, however they are called, and what stands before their content is short.
        let part = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
        let headed = "--B\r\nX: \(String(repeating: "x", count: 5_000))\r\n"
        for text in [String(repeating: part, count: 21), headed + part.dropFirst(5)] {
            #expect(throws: Fault.self) { try UploadForm(Array((text + "--B--").utf8), boundary: "B") }
        }
    }
}
