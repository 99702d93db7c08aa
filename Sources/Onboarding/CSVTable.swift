import Basics
import Foundation

/// A table in a CSV file as spreadsheets write it (RFC 4180, with the liberties that they take).
///
/// Written here since the libraries at hand forget on which line a row stood, which is what its author needs to know.
enum CSVTable {
    struct Row {
        /// Where the row begins in the file, counted from 1.
        let line: Int
        /// As many as the header has.
        let fields: [String]
    }

    static let greatestBytes = 64 << 20

    /// - Parameter header: the columns, in this order; case and spaces around them do not matter.
    /// - Returns: the rows below the header, and the encoding that they were read in.
    /// - Throws: `Fault.Code.invalid` on `csv`, with the line where there is one.
    static func read(
        _ bytes: [UInt8], header: [String], greatestRows: Int
    ) throws -> (rows: [Row], encoding: String) {
        guard bytes.count <= greatestBytes else { throw refusal("too_large", "The file has more than 64 MiB.") }
        let (text, encoding) = try decode(bytes)
        var rows = try split(text, greatestRows: greatestRows + 1)
        guard !rows.isEmpty else { throw refusal("empty", "The file is empty.") }
        let names = rows.removeFirst().fields.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        guard names == header else {
            throw refusal("wrong_header", "The first line must be \(header.joined(separator: ",")).")
        }
        for row in rows where row.fields.count != header.count {
            throw refusal(
                "wrong_columns", "Line \(row.line) has \(row.fields.count) columns instead of \(header.count).")
        }
        return (rows, encoding)
    }

    private static func decode(_ bytes: [UInt8]) throws -> (String, String) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw refusal("utf16", "The file is UTF-16: save it as CSV UTF-8.")
        }
        guard !bytes.contains(0) else { throw refusal("not_text", "The file has NUL bytes: it is not a CSV.") }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        if let text = String(validating: body, as: UTF8.self) { return (text, "UTF-8") }
        // What is not UTF-8 and comes out of a Western spreadsheet is Windows-1252, of which Latin-1 is a part.
        guard let text = String(bytes: body, encoding: .windowsCP1252) else {
            throw refusal("unknown_encoding", "The file is neither UTF-8 nor Latin-1: save it as CSV UTF-8.")
        }
        return (text, "Windows-1252")
    }

    /// One pass over the bytes; quotes may hold commas, line ends and doubled quotes.
    private static func split(_ text: String, greatestRows: Int) throws -> [Row] {
        var rows: [Row] = []
        var fields: [String] = []
        var field: [UInt8] = []
        var line = 1
        var start = 1
        var isQuoted = false
        var wasQuoted = false
        func endField() {
            fields.append(String(decoding: field, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
            wasQuoted = false
        }
        func endRow() throws {
            let isBlank = fields.isEmpty && field.isEmpty && !wasQuoted
            if !isBlank {
                endField()
                rows.append(Row(line: start, fields: fields))
                guard rows.count <= greatestRows else {
                    throw refusal("too_many_rows", "The file has more than \(greatestRows - 1) rows: split it.")
                }
            }
            fields.removeAll(keepingCapacity: true)
        }
        var bytes = text.utf8.makeIterator()
        var pending = bytes.next()
        while let byte = pending {
            pending = bytes.next()
            if byte == UInt8(ascii: "\n") { line += 1 }
            switch byte {
            case UInt8(ascii: "\"") where isQuoted:
                if pending == byte {
                    field.append(byte)
                    pending = bytes.next()
                } else {
                    isQuoted = false
                }
            // Every line of such a file ends so, those within a field included; a text has plain line ends.
            case UInt8(ascii: "\r") where isQuoted && pending == UInt8(ascii: "\n"): break
            case _ where isQuoted: field.append(byte)
            case UInt8(ascii: "\"") where field.isEmpty && !wasQuoted: (isQuoted, wasQuoted) = (true, true)
            case UInt8(ascii: ","): endField()
            case UInt8(ascii: "\r") where pending == UInt8(ascii: "\n"): break
            case UInt8(ascii: "\n"):
                try endRow()
                start = line
            case _ where wasQuoted || byte == UInt8(ascii: "\""):
                throw refusal("bad_quotes", "Line \(line): a quote must enclose the whole field.")
            default: field.append(byte)
            }
        }
        guard !isQuoted else { throw refusal("bad_quotes", "The quote opened on line \(start) is never closed.") }
        try endRow()
        return rows
    }

    private static func refusal(_ code: String, _ message: String) -> Fault { .invalid("csv", code, message) }
}
