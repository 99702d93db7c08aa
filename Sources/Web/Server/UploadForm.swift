import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A form with a file, as a browser sends it (`multipart/form-data`, RFC
/// 7578; boundaries: RFC 2046, section 5.1.1).
struct UploadForm: Sendable {
    /// As many rows as a file may have, with long names and reasons.
    static let greatestBytes = 16 << 20

    /// The fields without a file.
    let form: FormData
    /// The file, by the name of its field.
    let files: [String: [UInt8]]

    /// - Throws: HTTP 415 for what is no such form, 413 for what is
    ///   longer than `greatestBytes`; `Fault.Code.invalid` for one that
    ///   is cut short or made of too many parts.
    init(_ request: Request) async throws {
        guard let boundary = Self.boundary(in: request.headers[.contentType] ?? "") else {
            throw HTTPError(.unsupportedMediaType)
        }
        let body = try await request.collected(upTo: Self.greatestBytes)
        try self.init(Array(body.readableBytesView), boundary: boundary)
    }

    /// In one pass: the delimiter begins with a line end and has none
    /// within, so no byte is looked at twice in vain.
    init(_ body: [UInt8], boundary: String) throws {
        let refusal = Fault(.invalid, "The request cannot be understood.")
        var fields: [String: [String]] = [:]
        var files: [String: [UInt8]] = [:]
        var parts = 0
        // The first delimiter has no line end before it; with one put there all are alike.
        let body = Array("\r\n".utf8) + body
        let delimiter = Array("\r\n--\(boundary)".utf8)
        guard var place = Self.end(of: delimiter, in: body, from: 0) else { throw refusal }
        while !body[place...].starts(with: "--".utf8) {
            parts += 1
            guard parts <= Self.greatestParts, let end = Self.end(of: delimiter, in: body, from: place),
                let content = Self.end(
                    of: Array("\r\n\r\n".utf8), in: body, from: place, to: min(end, place + Self.greatestHead)),
                let head = String(validating: body[place..<content], as: UTF8.self),
                let name = Self.parameter("name", in: head), content <= end - delimiter.count
            else { throw refusal }
            let bytes = body[content..<end - delimiter.count]
            if Self.parameter("filename", in: head) != nil {
                files[name] = Array(bytes)
            } else {
                guard let text = String(validating: bytes, as: UTF8.self) else { throw refusal }
                fields[name, default: []].append(text)
            }
            place = end
        }
        form = FormData(fields: fields)
        self.files = files
    }

    private static let greatestParts = 20
    /// Of the header lines of a part.
    private static let greatestHead = 4_096

    /// Behind the first `mark` at or after `start` that ends by `limit`; nil where there is none.
    private static func end(of mark: [UInt8], in body: [UInt8], from start: Int, to limit: Int? = nil) -> Int? {
        let limit = limit ?? body.count
        var place = start
        while place + mark.count <= limit {
            guard let first = body[place..<limit].firstIndex(of: mark[0]), first + mark.count <= limit else {
                return nil
            }
            if body[first..<first + mark.count].elementsEqual(mark) { return first + mark.count }
            place = first + 1
        }
        return nil
    }

    /// RFC 2046, section 5.1.1: at most 70 characters, of few.
    private static func boundary(in type: String) -> String? {
        let parts = type.split(separator: ";", maxSplits: 8)
        guard parts.first?.withoutOptionalWhitespace.lowercased() == "multipart/form-data" else {
            return nil
        }
        for part in parts.dropFirst() {
            let part = part.withoutOptionalWhitespace
            guard part.prefix(9).lowercased() == "boundary=" else { continue }
            var text = part.dropFirst(9)
            if text.first == "\"", text.last == "\"", text.count >= 2 { text = text.dropFirst().dropLast() }
            let isKnown = text.utf8.allSatisfy { PercentEscape.isUnreserved($0) || "'()+,/:=? ".utf8.contains($0) }
            return (1...70).contains(text.utf8.count) && isKnown && text.last != " " ? String(text) : nil
        }
        return nil
    }

    /// Of the `Content-Disposition` among a part's header lines.
    private static func parameter(_ name: String, in head: String) -> String? {
        let line = head.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix("content-disposition:") }
        guard let line, let start = line.range(of: "; \(name)=\"") else { return nil }
        return line[start.upperBound...].firstIndex(of: "\"").map { String(line[start.upperBound..<$0]) }
    }
}
