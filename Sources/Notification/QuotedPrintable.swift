/// Quoted-printable (RFC 2045, section 6.7): text that stays readable in the raw message and survives every relay.
enum QuotedPrintable {
    /// - Parameter text: lines end in LF or CRLF.
    /// - Returns: ASCII, lines of at most 76 characters that end in CRLF, the last one too.
    static func encode(_ text: String) -> [UInt8] {
        let lines = Array(text.replacing("\r\n", with: "\n").utf8).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // What follows the last line end is a line only if there is something.
        let whole = lines.last?.isEmpty == true ? lines.dropLast() : lines[...]
        return whole.flatMap { encodeLine($0) + crlf }
    }

    private static let crlf: [UInt8] = [0x0D, 0x0A]
    private static let hexDigits = Array("0123456789ABCDEF".utf8)

    private static func encodeLine(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(line.count + line.count / 8)
        var column = 0
        for (index, byte) in zip(line.indices, line) {
            let isLast = index == line.endIndex - 1
            let piece = encodeByte(byte, atLineStart: column == 0, atLineEnd: isLast)
            // 76 characters with the `=` of a soft break; the last piece may use that column itself.
            if column + piece.count > (isLast ? 76 : 75) {
                output += [UInt8(ascii: "=")] + crlf
                column = 0
                let again = encodeByte(byte, atLineStart: true, atLineEnd: isLast)
                output += again
                column = again.count
            } else {
                output += piece
                column += piece.count
            }
        }
        return output
    }

    private static func encodeByte(_ byte: UInt8, atLineStart: Bool, atLineEnd: Bool) -> [UInt8] {
        let isBlank = byte == 0x20 || byte == 0x09
        // A relay may cut blanks at the end of a line, and a lone dot would end the message if it were not doubled.
        let mustEncode = (isBlank && atLineEnd) || (byte == UInt8(ascii: ".") && atLineStart)
        let isPlain = isBlank || ((0x21...0x7E).contains(byte) && byte != UInt8(ascii: "="))
        if isPlain && !mustEncode { return [byte] }
        return [UInt8(ascii: "="), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
    }
}
