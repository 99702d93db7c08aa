import Basics
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A form with a file, as a browser sends it (`multipart/form-data`, RFC 7578; boundaries: RFC 2046, section 5.1.1).
struct UploadForm: Sendable {
    /// As many rows as a file may have, with long names and reasons.
    static let greatestBytes = 16 << 20

    /// The fields without a file.
    let form: FormData
    /// The file, by the name of its field.
    let files: [String: [UInt8]]

    /// - Throws: HTTP 415 for what is no such form, 413 for what is longer than `greatestBytes`; `Fault.Code.invalid` for
    ///   one that is cut short or made of too many parts.
    init(_ request: Request) async throws {
        guard let boundary = Self.boundary(in: request.headers[.contentType] ?? "") else {
            throw HTTPError(.unsupportedMediaType)
        }
        let body = try await request.body.collect(upTo: Self.greatestBytes)
        try self.init(Data(body.readableBytesView), boundary: boundary)
    }

    init(_ body: Data, boundary: String) throws {
        let refusal = Fault(.invalid, "The request cannot be understood.")
        var fields: [String: [String]] = [:]
        var files: [String: [UInt8]] = [:]
        // The first delimiter has no line end before it; with one put there all are alike.
        let delimiter = Data("\r\n--\(boundary)".utf8)
        let body = Data("\r\n".utf8) + body
        guard var place = body.range(of: delimiter)?.upperBound else { throw refusal }
        while !body[place...].starts(with: Data("--".utf8)) {
            guard let end = body.range(of: delimiter, in: place..<body.endIndex),
                let gap = body.range(of: Data("\r\n\r\n".utf8), in: place..<end.lowerBound),
                let head = String(data: body[place..<gap.lowerBound], encoding: .utf8),
                let name = Self.parameter("name", in: head), fields.count + files.count < Self.greatestParts
            else { throw refusal }
            let content = body[gap.upperBound..<end.lowerBound]
            if Self.parameter("filename", in: head) != nil {
                files[name] = Array(content)
            } else {
                guard let text = String(data: content, encoding: .utf8) else { throw refusal }
                fields[name, default: []].append(text)
            }
            place = end.upperBound
        }
        form = FormData(fields: fields)
        self.files = files
    }

    private static let greatestParts = 20

    private static func boundary(in type: String) -> String? {
        guard type.lowercased().hasPrefix("multipart/form-data"),
            let match = type.firstMatch(of: /boundary="?([0-9A-Za-z'()+_,.\/:=? -]{1,70})"?/)
        else { return nil }
        return String(match.1).trimmingCharacters(in: .whitespaces)
    }

    /// Of the `Content-Disposition` among a part's header lines.
    private static func parameter(_ name: String, in head: String) -> String? {
        let line = head.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix("content-disposition:") }
        guard let line, let start = line.range(of: "; \(name)=\"") else { return nil }
        return line[start.upperBound...].firstIndex(of: "\"").map { String(line[start.upperBound..<$0]) }
    }
}
