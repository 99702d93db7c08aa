import Basics
import Hummingbird
import OpenSSL
import Records

/// Which part of what a search finds is asked for, and how the next one is (AuthZEN Authorization
/// API 1.0, section 8.2).
///
/// A token says where to go on, how many are wanted, and by a digest which question it belongs to: another question, or
/// another limit, is refused with it. It opens nothing: who may ask is judged for each page.
struct FoundPart {
    private static let mark = "1"

    /// 0 for none: allowed, and told what there would be to go on with.
    let limit: Int
    let after: String?
    private let digest: String

    /// - Throws: HTTP 400.
    init(_ reader: QuestionReader) throws {
        digest = String(try SHA256.digest(of: Array(reader.question.compact.utf8)).base64URL.prefix(16))
        guard let value = reader.members["page"] else {
            (limit, after) = (PageRequest().limit, nil)
            return
        }
        guard case .object(let page) = value else { throw QuestionReader.refusal("The member page is not an object.") }
        let wanted = try Self.limit(page["limit"])
        guard let token = page["token"], token != .string("") else {
            (limit, after) = (wanted ?? PageRequest().limit, nil)
            return
        }
        let text = token.text.flatMap { [UInt8](base64URL: $0) }.flatMap { String(validating: $0, as: UTF8.self) } ?? ""
        let parts = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == Self.mark, let known = Int(parts[1]), known >= 0 else {
            throw QuestionReader.refusal("The member page.token is none that a page ended with.")
        }
        guard parts[2] == digest, wanted == nil || wanted == known else {
            throw QuestionReader.refusal("The member page.token belongs to another question: ask the same one again.")
        }
        (limit, after) = (known, parts[3].isEmpty ? nil : parts[3])
    }

    private static func limit(_ value: JSON?) throws(HTTPError) -> Int? {
        guard let value else { return nil }
        guard let number = value.number, number >= 0 else {
            throw QuestionReader.refusal("The member page.limit is a whole number from 0 on.")
        }
        return Int(min(number, Int64(PageRequest.greatestLimit)))
    }

    /// `results` and `page`.
    ///
    /// - Parameter find: reads a page.
    func document<Element: Sendable>(
        _ json: (Element) -> JSON, _ find: (PageRequest) async throws -> Records.Page<Element>
    ) async throws -> JSON {
        let found =
            limit == 0
            ? Records.Page(items: [], next: after ?? "") : try await find(PageRequest(after: after, limit: limit))
        let next = found.next.map { Array("\(Self.mark) \(limit) \(digest) \($0)".utf8).base64URL } ?? ""
        return [
            "results": .array(found.items.map(json)),
            "page": ["next_token": .string(next), "count": .integer(Int64(found.items.count))],
        ]
    }
}
