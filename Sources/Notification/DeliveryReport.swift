import Basics
import Foundation
public import Onboarding

/// What a mail server reports of a message that it took and could not deliver (RFC 3464).
///
/// Read from bytes that anybody may have written: bounded in size, parts
/// and depth, and nothing in it is followed.
public struct DeliveryReport: Sendable, Hashable {
    /// What became of it for one reader.
    public struct Reader: Sendable, Hashable {
        /// `failed`, `delayed`, `delivered`, `relayed` or `expanded`.
        public let action: String
        /// `5.1.1`.
        public let status: String
        public let finalRecipient: String
        public let originalRecipient: String?
        /// The server's words, on one line.
        public let diagnostic: String?
    }

    /// Why a message is no such report.
    public enum Refusal: Error, Equatable {
        case tooLong, noReport, noOriginal
    }

    /// More than any server sends, an original message returned whole among it.
    public static let greatestBytes = 1_048_576
    private static let greatestParts = 20
    private static let greatestDepth = 4
    private static let greatestReaders = 100
    private static let greatestFields = 1_000

    public let readers: [Reader]
    /// The Message-ID of what was sent, without angle brackets.
    public let originalID: String
    /// Addresses of its To.
    public let originalTo: [String]

    /// - Throws: `Refusal` for anything that is no report about a message.
    public init(_ bytes: [UInt8]) throws(Refusal) {
        guard bytes.count <= Self.greatestBytes else { throw .tooLong }
        // Headers are ASCII, or UTF-8 since RFC 6532; whatever else there is matters to nobody here.
        let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        var found = Found()
        Self.read(text[...], depth: 0, isReport: false, into: &found)
        guard !found.readers.isEmpty else { throw .noReport }
        guard let id = found.originalID else { throw .noOriginal }
        readers = found.readers
        originalID = id
        originalTo = found.originalTo
    }

    private struct Found {
        var readers: [Reader] = []
        var originalID: String?
        var originalTo: [String] = []
        var parts = 0
    }

    /// One message or part of it.
    private static func read(_ text: Substring, depth: Int, isReport: Bool, into found: inout Found) {
        let (headers, body) = split(text)
        let type = headers["content-type"] ?? "text/plain"
        let kind = type.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        switch kind {
        case "message/delivery-status" where isReport:
            readStatus(decoded(body, headers), into: &found)
        case "message/rfc822" where isReport, "text/rfc822-headers" where isReport, "message/global" where isReport,
            "message/global-headers" where isReport:
            // A second one is no better than the first.
            guard found.originalID == nil else { return }
            let original = split(decoded(body, headers)[...]).headers
            found.originalID = original["message-id"].flatMap(identifier)
            found.originalTo = (original["to"] ?? "").split(separator: ",").prefix(20).map { address(in: $0) }
        case _ where kind.hasPrefix("multipart/"):
            guard depth < greatestDepth, let boundary = parameter("boundary", of: type) else { return }
            let isReport = kind == "multipart/report" || isReport
            for part in parts(of: body, boundary) {
                found.parts += 1
                guard found.parts <= greatestParts else { return }
                read(part, depth: depth + 1, isReport: isReport, into: &found)
            }
        default: return
        }
    }

    /// Groups of fields with blank lines between: the first about
    /// the message, each other about one reader.
    private static func readStatus(_ text: String, into found: inout Found) {
        for group in text.split(separator: /\n[ \t]*\n/).dropFirst().prefix(greatestReaders) {
            let fields = fields(of: group)
            guard let action = fields["action"]?.lowercased(), let reader = fields["final-recipient"] else { continue }
            guard found.readers.count < greatestReaders else { return }
            found.readers.append(
                Reader(
                    action: action.prefix { $0.isLetter }.lowercased(),
                    status: String((fields["status"] ?? "").prefix { $0.isNumber || $0 == "." }),
                    finalRecipient: typed(reader), originalRecipient: fields["original-recipient"].map(typed),
                    diagnostic: fields["diagnostic-code"].map { oneLine(typed($0)) }))
        }
    }
}

// MARK: Pieces of RFC 5322 and 2045

extension DeliveryReport {
    private static func split(_ text: Substring) -> (headers: [String: String], body: Substring) {
        if text.hasPrefix("\n") { return ([:], text.dropFirst()) }
        guard let end = text.firstRange(of: "\n\n") else { return (fields(of: text), "") }
        return (fields(of: text[..<end.lowerBound]), text[end.upperBound...])
    }

    /// By name in small letters, folded lines joined; of several of one name the first counts.
    private static func fields(of text: Substring) -> [String: String] {
        var fields: [String: String] = [:]
        var current: (name: String, value: String)?
        func keep() {
            guard let current, fields[current.name] == nil else { return }
            fields[current.name] = current.value.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        for line in text.split(separator: "\n", maxSplits: greatestFields, omittingEmptySubsequences: true) {
            if line.first == " " || line.first == "\t" {
                current?.value += " " + line.trimmingCharacters(in: .whitespaces)
                continue
            }
            keep()
            guard let colon = line.firstIndex(of: ":") else {
                current = nil
                continue
            }
            current = (
                line[..<colon].trimmingCharacters(in: .whitespaces).lowercased(),
                String(line[line.index(after: colon)...])
            )
        }
        keep()
        return fields
    }

    /// `rfc822; alice@acme.example` without its type.
    private static func typed(_ text: String) -> String {
        let value = text.firstIndex(of: ";").map { text[text.index(after: $0)...] } ?? text[...]
        return value.trimmingCharacters(in: CharacterSet(charactersIn: " \t<>"))
    }

    private static func identifier(_ text: String) -> String? {
        let inner = text.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" }
        return inner.isEmpty ? nil : String(inner)
    }

    private static func address(in text: Substring) -> String {
        guard let start = text.lastIndex(of: "<") else { return text.trimmingCharacters(in: .whitespaces) }
        return String(text[start...].dropFirst().prefix { $0 != ">" })
    }

    private static func parameter(_ name: String, of type: String) -> String? {
        for part in type.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard pair.count == 2, pair[0].lowercased() == name else { continue }
            let value = pair[1].trimmingCharacters(in: CharacterSet(charactersIn: "\""))
            return value.isEmpty || value.utf8.count > 70 ? nil : value
        }
        return nil
    }

    private static func parts(of body: Substring, _ boundary: String) -> [Substring] {
        var parts: [Substring] = []
        var start: Substring.Index?
        var rest = body
        while true {
            let atLineStart = rest.startIndex == body.startIndex && rest.hasPrefix("--\(boundary)")
            let range =
                atLineStart
                ? rest.startIndex..<rest.index(rest.startIndex, offsetBy: boundary.count + 2)
                : rest.firstRange(of: "\n--\(boundary)")
            guard let range else { break }
            if let start { parts.append(body[start..<range.lowerBound]) }
            rest = rest[range.upperBound...]
            guard !rest.hasPrefix("--"), parts.count <= greatestParts, let line = rest.firstIndex(of: "\n") else {
                return parts
            }
            start = rest.index(after: line)
            // The line end may begin the next boundary.
            rest = rest[line...]
        }
        // Cut off in the middle: the part that is there may say enough.
        if let start, start <= body.endIndex { parts.append(body[start...]) }
        return parts
    }

    private static func decoded(_ body: Substring, _ headers: [String: String]) -> String {
        switch headers["content-transfer-encoding"]?.lowercased() {
        case "base64":
            Data(base64Encoded: String(body), options: .ignoreUnknownCharacters)
                .map { String(decoding: $0, as: UTF8.self).replacing("\r\n", with: "\n") } ?? ""
        case "quoted-printable": QuotedPrintable.decode(body)
        default: String(body)
        }
    }
}

extension Onboarding.Return {
    /// What a report says of a mail of ours that failed; nil for one
    /// that tells of a delay, or of a delivery.
    public init?(_ report: DeliveryReport) {
        guard let failed = report.readers.first(where: { $0.action == "failed" }) else { return nil }
        let names = [failed.originalRecipient, failed.finalRecipient].compactMap { $0 } + report.originalTo
        self.init(
            message: String(report.originalID.prefix { $0 != "@" }),
            addresses: names.compactMap { try? EmailAddress($0) },
            words: failed.diagnostic.map { "returned: \($0)" } ?? "returned: \(failed.status)")
    }
}
