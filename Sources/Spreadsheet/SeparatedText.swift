import Basics

/// A table as text (RFC 4180, with the liberties that spreadsheets take): one pass over the bytes.
///
/// Cells are parted by commas, semicolons, tabs or bars, whichever stands most often in the
/// first line outside of quotes, or by what a line `sep=;` before it names; lines end in CR,
/// LF or both. Quotes may hold separators, line ends and doubled quotes.
///
/// Written here since the libraries at hand forget on which line a row
/// stood, which is what its author needs to know.
struct SeparatedText {
    private let bytes: [UInt8]
    private let greatestRows: Int
    private(set) var separator = UInt8(ascii: ",")
    private let isKnown: Bool

    private var place = 0
    private var line = 1
    private var rows: [Sheet.Row] = []
    private var cells: [String] = []
    private var cell: [UInt8] = []

    /// - Parameter separator: nil to find out.
    init(_ bytes: [UInt8], greatestRows: Int, separator: UInt8? = nil) {
        self.bytes = bytes
        self.greatestRows = greatestRows
        isKnown = separator != nil
        self.separator = separator ?? self.separator
    }

    private static let quote = UInt8(ascii: "\"")
    private static let separators = ",;\t|".utf8

    mutating func read() throws -> [Sheet.Row] {
        if !isKnown, !takeSeparatorLine() { separator = mostFrequent() }
        while place < bytes.count { try readRow() }
        return rows
    }

    /// `sep=;`, with which Excel is told how to read the rest; quotes
    /// around it come from programs that quote all.
    private mutating func takeSeparatorLine() -> Bool {
        let end = bytes.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
        var head = bytes[..<end]
        if head.first == Self.quote, head.last == Self.quote, head.count > 1 { head = head.dropFirst().dropLast() }
        // Saved anew, the line may have got separators for columns that it has not.
        guard head.count >= 5, head.prefix(4).map({ $0 | 0x20 }).elementsEqual("sep=".utf8.map { $0 | 0x20 }),
            Self.separators.contains(head[head.startIndex + 4]), head.dropFirst(5).allSatisfy(Self.separators.contains)
        else { return false }
        separator = head[head.startIndex + 4]
        place = end
        takeLineEnd()
        return true
    }

    /// Of a draw the earlier in `separators`; a comma where there is none at all.
    private func mostFrequent() -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        var holdsAny = false
        for byte in bytes {
            if byte == Self.quote {
                isQuoted.toggle()
            } else if !isQuoted, byte == 0x0A || byte == 0x0D {
                // Empty lines before the first are none.
                if holdsAny { break }
            } else if !isQuoted, Self.separators.contains(byte) {
                counts[byte, default: 0] += 1
            }
            if byte > 0x20 { holdsAny = true }
        }
        return Self.separators.reduce(separator) { counts[$1, default: 0] > counts[$0, default: 0] ? $1 : $0 }
    }

    private mutating func takeLineEnd() {
        guard place < bytes.count else { return }
        if bytes[place] == 0x0D, place + 1 < bytes.count, bytes[place + 1] == 0x0A { place += 1 }
        place += 1
        line += 1
    }

    /// One row; what holds only blanks is none.
    private mutating func readRow() throws {
        let start = line
        cells.removeAll(keepingCapacity: true)
        while true {
            try readCell(of: start)
            guard place < bytes.count, bytes[place] == separator else { break }
            place += 1
        }
        takeLineEnd()
        while cells.last == "", cells.count > Sheet.greatestColumns { cells.removeLast() }
        guard cells.count <= Sheet.greatestColumns else { throw Sheet.tooManyColumns }
        guard cells.contains(where: { !$0.isEmpty }) else { return }
        try Sheet.admitRow(behind: rows.count, bytes: place, greatestRows: greatestRows)
        rows.append(Sheet.Row(line: start, cells: cells))
    }

    /// To the separator or the line end behind it.
    private mutating func readCell(of start: Int) throws {
        cell.removeAll(keepingCapacity: true)
        // A blank before a quote belongs to neither.
        var ahead = place
        while ahead < bytes.count, bytes[ahead] == 0x20 { ahead += 1 }
        if ahead < bytes.count, bytes[ahead] == Self.quote {
            place = ahead + 1
            try readQuoted(of: start)
            while place < bytes.count, bytes[place] == 0x20 { place += 1 }
            guard place == bytes.count || isEnd(bytes[place]) else { throw badQuotes }
        } else {
            while place < bytes.count, !isEnd(bytes[place]) {
                guard bytes[place] != Self.quote else { throw badQuotes }
                cell.append(bytes[place])
                place += 1
            }
        }
        guard cell.count <= Sheet.greatestCell else { throw Sheet.tooLong(start) }
        // A row of a million separators is refused when it ends;
        // until then it costs no more than its bytes.
        cells.append(Blanks.trimmed(String(decoding: cell, as: UTF8.self)))
    }

    private mutating func readQuoted(of start: Int) throws {
        let opened = line
        while place < bytes.count {
            let byte = bytes[place]
            switch byte {
            case Self.quote:
                place += 1
                guard place < bytes.count, bytes[place] == Self.quote else { return }
                cell.append(byte)
                place += 1
            // However lines of the file end, a text has plain line ends.
            case 0x0A, 0x0D:
                takeLineEnd()
                cell.append(0x0A)
            default:
                cell.append(byte)
                place += 1
            }
        }
        throw Sheet.refusal("bad_quotes", "The quote opened on line \(opened) is never closed.")
    }

    private func isEnd(_ byte: UInt8) -> Bool { byte == separator || byte == 0x0A || byte == 0x0D }

    private var badQuotes: Fault {
        Sheet.refusal("bad_quotes", "Line \(line): a quote must enclose the whole field.")
    }
}
