import Foundation

/// A JSON document that the program printed, easy to look into: `document["items"][0]["state"] == "active"`.
///
/// What is absent reads as `.missing`, which equals nothing that a document can hold, not even `null`.
indirect enum Document: Equatable, Sendable {
    case missing
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([Document])
    case object([String: Document])

    /// - Throws: what `JSONDecoder` throws for anything but exactly one document.
    init(parsing text: String) throws { self = try JSONDecoder().decode(Document.self, from: Data(text.utf8)) }

    subscript(key: String) -> Document {
        guard case .object(let members) = self else { return .missing }
        return members[key] ?? .missing
    }

    subscript(index: Int) -> Document {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return .missing }
        return elements[index]
    }

    /// The elements of an array, else none.
    var items: [Document] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The names of an object's members, sorted.
    var keys: [String] {
        guard case .object(let members) = self else { return [] }
        return members.keys.sorted()
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var integer: Int64? {
        guard case .integer(let number) = self else { return nil }
        return number
    }
}

extension Document: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([Document].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: Document].self))
        }
    }
}

extension Document: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByNilLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int64) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: Document...) { self = .array(elements) }
    init(nilLiteral: ()) { self = .null }
}
