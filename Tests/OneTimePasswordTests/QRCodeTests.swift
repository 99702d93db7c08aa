import Basics
import Foundation
import OneTimePassword
import Testing

@Suite("QRCode", .timeLimit(.minutes(60)))
struct QRCodeTests {
    private static let texts = [
        "a", "12345678", "ÄÖÜ 名前 😀",
        "otpauth://totp/Usher:ada@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
            + "&issuer=Usher&algorithm=SHA1&digits=6&period=30",
        String(repeating: "Long enough for a version with many alignment patterns. ", count: 20),
    ]

    @Test("zbarimg reads the PNG at several scales", arguments: texts, [2, 3, 8])
    func png(text: String, scale: Int) throws {
        let png = try QRCode(text).png(scale: scale)
        try withFolder { folder in
            let file = folder.appending(path: "code.png")
            try Data(png).write(to: file)
            #expect(
                try run("zbarimg", ["-q", "--raw", "--nodbus", file.path]) == text.trimmingCharacters(in: .newlines))
        }
    }

    @Test("zbarimg reads the SVG as librsvg draws it", arguments: texts)
    func svg(text: String) throws {
        let svg = try QRCode(text).svg
        try withFolder { folder in
            let (drawn, file) = (folder.appending(path: "code.svg"), folder.appending(path: "code.png"))
            try Data(svg.utf8).write(to: drawn)
            _ = try run("rsvg-convert", ["--width", "900", "--output", file.path, drawn.path])
            #expect(try run("zbarimg", ["-q", "--raw", "--nodbus", file.path]) == text)
        }
    }

    @Test("zbarimg reads the half blocks of the terminal, painted as a terminal would", arguments: texts)
    func terminal(text: String) throws {
        let lines = try QRCode(text).terminal(colours: false).split(separator: "\n")
        let width = try #require(lines.first).count
        #expect(lines.allSatisfy { $0.count == width })
        // Each character is two pixels, light where a block is drawn; PBM wants 1 for dark.
        let rows = lines.flatMap { line in
            [line.map { "█▀".contains($0) ? "0" : "1" }, line.map { "█▄".contains($0) ? "0" : "1" }]
        }
        let scaled = rows.flatMap { row in Array(repeating: row.map { "\($0)\($0)\($0)\($0)" }.joined(), count: 4) }
        try withFolder { folder in
            let file = folder.appending(path: "code.pbm")
            let header = "P1\n\(width * 4) \(scaled.count)\n"
            // Lines of a PBM should not exceed 70 characters; whitespace is free.
            let pixels = scaled.joined().map { "\($0)\n" }.joined()
            try Data((header + pixels).utf8).write(to: file)
            #expect(try run("zbarimg", ["-q", "--raw", "--nodbus", file.path]) == text)
        }
    }

    @Test("the quiet zone is four light modules on every side")
    func quietZone() throws {
        let code = try QRCode("a")
        let lines = code.terminal(colours: false).split(separator: "\n")
        #expect(code.size == 21 && lines.count == 15)
        #expect(lines.allSatisfy { $0.hasPrefix("████") && $0.hasSuffix("████") })
        for line in lines.prefix(2) + lines.suffix(2) { #expect(line.allSatisfy { $0 == "█" }) }
    }

    @Test("escape codes appear only when asked for, and each line resets its colours")
    func colours() throws {
        let code = try QRCode("a")
        #expect(!code.terminal(colours: false).contains("\u{1B}"))
        for line in code.terminal(colours: true).split(separator: "\n") {
            #expect(line.hasPrefix("\u{1B}[38;5;231;48;5;16m") && line.hasSuffix("\u{1B}[0m"))
        }
    }

    @Test("refuses what no code can hold", arguments: ["", "a\u{0}b", String(repeating: "x", count: 3000)])
    func refusals(text: String) {
        #expect(throws: QRCode.Refusal.unencodable) { try QRCode(text) }
    }
}
