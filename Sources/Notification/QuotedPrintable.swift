/// Quoted-printable (RFC 2045, section 6.7): text that stays readable in
/// the raw message and survives every relay.
enum QuotedPrintable {
    /// - Parameter text: lines end in LF or CRLF.
    /// - Returns: ASCII, lines of at most 76 characters with CRLF between them; the
    ///   last is ended only if it was in `text`.
    static func encode(_ text: String) -> [UInt8] {
        let lines = Array(text.replacing("\r\n", with: "\n").utf8).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count + text.utf8.count / 4)
        for (index, line) in lines.enumerated() {
            if index > 0 { output += crlf }
            encode(line, into: &output)
        }
        return output
    }

    private static let crlf: [UInt8] = [0x0D, 0x0A]
    private static let hexDigits = Array("0123456789ABCDEF".utf8)

    private static func encode(_ line: ArraySlice<UInt8>, into output: inout [UInt8]) {
        var column = 0
        // Old programs that keep mails in one file begin a new one at such a line, or change it.
        let isFrom = line.starts(with: Array("From ".utf8))
        for index in line.indices {
            let byte = line[index]
            let isLast = index == line.endIndex - 1
            // 76 characters with the `=` of a soft break; the last piece may use that column itself.
            if column + (isPlain(byte, atLineStart: false, atLineEnd: isLast) ? 1 : 3) > (isLast ? 76 : 75) {
                output += [UInt8(ascii: "="), 0x0D, 0x0A]
                column = 0
            }
            if isPlain(byte, atLineStart: column == 0, atLineEnd: isLast), !(isFrom && index == line.startIndex) {
                output.append(byte)
                column += 1
            } else {
                output.append(UInt8(ascii: "="))
                output.append(hexDigits[Int(byte >> 4)])
                output.append(hexDigits[Int(byte & 15)])
                column += 3
            }
        }
    }

    private static func isPlain(_ byte: UInt8, atLineStart: Bool, atLineEnd: Bool) -> Bool {
        switch byte {
        // A relay may cut blanks at the end of a line.
        case 0x20, 0x09: !atLineEnd
        // A lone dot would end the message if it were not doubled.
        case UInt8(ascii: "."): !atLineStart
        case UInt8(ascii: "="): false
        default: (0x21...0x7E).contains(byte)
        }
    }
}

extension QuotedPrintable {
    /// - Parameter text: lines end in LF.
    static func decode(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                bytes.append(byte)
                continue
            }
            if rest.first == 0x0A {
                rest.removeFirst()
            } else if rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
