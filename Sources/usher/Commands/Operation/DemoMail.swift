import Basics
import Foundation

/// A mail of the mail folder as a person reads it: sender, subject and the plain part.
struct DemoMail {
    let text: String

    /// What follows the # in the link.
    var token: String? {
        guard let hash = text.firstRange(of: "/welcome#") else { return nil }
        let token = text[hash.upperBound...].prefix { $0.isHexDigit }
        return token.isEmpty ? nil : String(token)
    }

    /// The newest mail to `address`; names of mail files sort by time.
    static func latest(in folder: String, to address: String) throws -> DemoMail {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".eml") }.sorted()
        for name in names.reversed() {
            let raw = try String(contentsOfFile: folder + "/" + name, encoding: .utf8).replacing("\r\n", with: "\n")
            if raw.contains("<\(address)>") || raw.contains("To: \(address)") { return DemoMail(raw) }
        }
        throw Fault(.unavailable, "There is no mail to \(address).")
    }

    private init(_ raw: String) {
        let headers = raw.prefix(upTo: raw.firstRange(of: "\n\n")?.lowerBound ?? raw.endIndex)
            .replacing("\n ", with: " ")  // Long headers are folded (RFC 5322, section 2.2.3).
        let shown = headers.split(separator: "\n").filter { line in
            ["From:", "To:", "Subject:", "Date:", "Message-ID:"].contains { line.hasPrefix($0) }
        }
        // The first part of multipart/alternative is the plain one; it ends at the next boundary.
        let body = raw.firstRange(of: "text/plain").map { raw[$0.upperBound...] } ?? raw[...]
        let start = body.firstRange(of: "\n\n")?.upperBound ?? body.startIndex
        let end = body[start...].firstRange(of: "\n--")?.lowerBound ?? body.endIndex
        let plain = Self.decodeQuotedPrintable(body[start..<end])
        text = (shown.map(String.init) + ["", plain]).map { "  │ " + $0.replacing("\n", with: "\n  │ ") }
            .joined(separator: "\n")
    }

    /// RFC 2045, section 6.7.
    private static func decodeQuotedPrintable(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.replacing("=\n", with: "").utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "="), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
