import Basics
import Foundation

/// The bytes of a table as UTF-8, whatever a spreadsheet on whatever system wrote.
struct SheetText {
    let bytes: [UInt8]
    let encoding: String

    /// - Throws: `Fault.Code.invalid` on `csv` for what is no text,
    ///   naming what it is where that is known.
    init(_ bytes: [UInt8]) throws {
        try Self.refuseOthers(bytes)
        if let isLittle = Self.isUTF16(bytes) {
            self.bytes = try Self.utf16(bytes, isLittle)
            encoding = "UTF-16"
            return
        }
        guard !bytes.contains(0) else {
            throw Sheet.refusal("not_text", "The file has NUL bytes: it is not a CSV. Save it as CSV UTF-8.")
        }
        let body = Self.withoutMarks(bytes[...])
        if String(validating: body, as: UTF8.self) != nil {
            (self.bytes, encoding) = (Array(body), "UTF-8")
        } else {
            (self.bytes, encoding) = Self.mixed(body)
        }
    }

    /// Programs that join files leave a second mark behind the first.
    private static func withoutMarks(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var body = bytes
        while body.starts(with: [0xEF, 0xBB, 0xBF]) { body = body.dropFirst(3) }
        return body
    }

    /// What people choose by mistake, told by its first bytes.
    private static func refuseOthers(_ bytes: [UInt8]) throws {
        if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            throw Sheet.refusal(
                "old_workbook",
                "This is an old Excel workbook (.xls), or one with a password: save it as .xlsx without a password, "
                    + "or as CSV UTF-8.")
        }
        if bytes.starts(with: "%PDF".utf8) {
            throw Sheet.refusal("not_table", "This is a PDF: save the table as .xlsx or as CSV UTF-8.")
        }
        let start = bytes.prefix(512).drop { $0 <= 0x20 || $0 >= 0x80 }
        let head = String(decoding: start, as: UTF8.self).lowercased()
        if ["<!doctype", "<html", "<?xml", "<table", "<head", "<meta"].contains(where: head.hasPrefix) {
            throw Sheet.refusal(
                "not_table", "This is a web page or XML, no table: save it as .xlsx or as CSV UTF-8.")
        }
        if head.hasPrefix("{\\rtf") {
            throw Sheet.refusal("not_table", "This is a text document: save the table as .xlsx or as CSV UTF-8.")
        }
    }

    /// By its mark, or by the zero in every second byte of the Latin letters that it begins with.
    ///
    /// - Returns: whether the lower byte comes first; nil for what is not UTF-16.
    private static func isUTF16(_ bytes: [UInt8]) -> Bool? {
        if bytes.starts(with: [0xFF, 0xFE]) { return true }
        if bytes.starts(with: [0xFE, 0xFF]) { return false }
        let head = bytes.prefix(32)
        guard head.count >= 8, head.count % 2 == 0 else { return nil }
        let zeros = (0...1).map { half in stride(from: half, to: head.count, by: 2).allSatisfy { head[$0] == 0 } }
        return zeros[0] == zeros[1] ? nil : zeros[1]
    }

    private static func utf16(_ bytes: [UInt8], _ isLittle: Bool) throws -> [UInt8] {
        let broken = Sheet.refusal("utf16", "The file is broken UTF-16: save it as CSV UTF-8.")
        guard bytes.count % 2 == 0 else { throw broken }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        let units = stride(from: 0, to: bytes.count, by: 2).lazy.map { place in
            isLittle
                ? UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8
                : UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1])
        }
        let isWhole = !transcode(
            units.makeIterator(), from: UTF16.self, to: UTF8.self, stoppingOnError: true, into: { text.append($0) })
        guard isWhole else { throw broken }
        return Array(withoutMarks(text[...]))
    }

    /// Line by line, for a file that was put together from several holds lines of both kinds.
    ///
    /// What is not UTF-8 and comes out of a Western spreadsheet is Windows-1252, of which
    /// Latin-1 is a part; text in it that happens to be UTF-8 as well hardly exists.
    private static func mixed(_ body: ArraySlice<UInt8>) -> ([UInt8], String) {
        var text: [UInt8] = []
        text.reserveCapacity(body.count + body.count / 8)
        var isBoth = false
        for line in body.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            if line.allSatisfy({ $0 < 0x80 }) {
                text += line
            } else if String(validating: line, as: UTF8.self) != nil {
                isBoth = true
                text += line
            } else {
                for byte in line { append(byte, to: &text) }
            }
            if line.endIndex < body.endIndex { text.append(body[line.endIndex]) }
        }
        return (text, isBoth ? "UTF-8 and Windows-1252" : "Windows-1252")
    }

    private static func append(_ byte: UInt8, to text: inout [UInt8]) {
        guard byte >= 0x80 else { return text.append(byte) }
        let scalar = byte < 0xA0 ? windows1252[Int(byte - 0x80)] : Unicode.Scalar(byte)
        text += UTF8.encode(scalar).map(Array.init) ?? []
    }

    /// The bytes 80 to 9F; the five that have no character become the
    /// replacement character, which no name may hold.
    fileprivate static let windows1252 =
        Array("€\u{FFFD}‚ƒ„…†‡ˆ‰Š‹Œ\u{FFFD}Ž\u{FFFD}".unicodeScalars)
        + Array("\u{FFFD}‘’“”•–—˜™š›œ\u{FFFD}žŸ".unicodeScalars)
}

/// Text that was read in another encoding than it was written in.
public enum Mojibake {
    /// `RenÃ©` is UTF-8 that somebody saved as Windows-1252 before, `RenŽ` is of an old
    /// Macintosh: no name has such a capital or sign there.
    public static func isLikely(in text: String, encoding: String) -> Bool {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let next = index + 1 < scalars.count ? scalars[index + 1].value : 0
            switch scalar.value {
            case 0xFFFD: return true
            case 0xC2, 0xC3:
                // The bytes 80 to BF as Latin-1 or Windows-1252 shows them;
                // small letters are none of them but ª and º.
                if (0x80...0xBF).contains(next)
                    || SheetText.windows1252.contains(where: { $0.value == next })
                {
                    return true
                }
            case 0xE2: if next == 0x20AC || next == 0x201A { return true }
            default: break
            }
            guard encoding.hasSuffix("Windows-1252"), index > 0 else { continue }
            let isAfterLetter = scalars[index - 1].properties.isLowercase
            let isBeforeSmall = index + 1 < scalars.count && scalars[index + 1].properties.isLowercase
            switch scalar.value {
            // Ž Ÿ Š within a word, ˆ ‰ † ‡ • and the like behind a letter.
            case 0x17D, 0x178, 0x160: if isAfterLetter || isBeforeSmall && isLetter(scalars[index - 1]) { return true }
            case 0x2C6, 0x2030, 0x2020, 0x2021, 0x2022, 0x192, 0x2039, 0x203A, 0x2DC, 0x201E:
                if isLetter(scalars[index - 1]) { return true }
            default: break
            }
        }
        return false
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic }
}
