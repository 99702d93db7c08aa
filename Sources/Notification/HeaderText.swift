import Basics
import Foundation

/// Control characters, CR, LF and NUL first of all: one of them could end
/// a header and begin another (ASVS 1.3.11).
func isForbiddenInHeader(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || scalar.value == 0x7F }

/// How words become header fields: RFC 5322 for the shape, RFC 2047 for all that is not ASCII.
enum HeaderText {
    /// A header that holds free words, such as a subject, without its name.
    static func unstructured(_ text: String, header: String) throws(MailRefusal) -> String {
        try refuseControls(in: text, header: header)
        return isPlain(text) ? text : encodedWords(text)
    }

    /// A name and an address.
    ///
    /// The address stands on a line of its own, so that neither grows over the limit of the line.
    static func mailbox(_ mailbox: Mailbox, header: String) throws(MailRefusal) -> String {
        let name = mailbox.name
        try refuseControls(in: name, header: header)
        let address = "<\(mailbox.address.text)>"
        if name.isEmpty { return address }
        let phrase = isPlain(quoted(name)) ? quoted(name) : encodedWords(name)
        return "\(phrase)\r\n \(address)"
    }

    private static func refuseControls(in text: String, header: String) throws(MailRefusal) {
        if text.unicodeScalars.contains(where: isForbiddenInHeader) { throw .controlCharacter(header: header) }
    }

    /// ASCII that fits one line and is not mistaken for an encoded word.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= 60 && text.utf8.allSatisfy { $0 < 0x80 } && !text.contains("=?")
            && !text.hasPrefix(" ") && !text.hasSuffix(" ")
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// `=?UTF-8?B?…?=` words of at most 75 characters, folded one to a line;
    /// none cuts a character in two (RFC 2047, 5).
    private static func encodedWords(_ text: String) -> String {
        // 39 bytes are 52 characters of base64; with 12 of wrapping,
        // `Subject: ` still fits before the first word.
        let limit = 39
        var words: [String] = []
        var chunk: [UInt8] = []
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if chunk.count + bytes.count > limit {
                words.append(encodedWord(chunk))
                chunk = []
            }
            chunk += bytes
        }
        if !chunk.isEmpty { words.append(encodedWord(chunk)) }
        return words.joined(separator: "\r\n ")
    }

    private static func encodedWord(_ bytes: [UInt8]) -> String {
        "=?UTF-8?B?\(Data(bytes).base64EncodedString())?="
    }
}
