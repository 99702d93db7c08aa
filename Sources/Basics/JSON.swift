package import Foundation

/// A JSON document, written by hand where it is public: no field leaks because a type gained
/// one, and what is absent is said as `null`, so that scripts find every key.
package indirect enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number of somebody else's that is no integer; ours have none.
    case decimal(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    package init(_ text: String?) { self = text.map(JSON.string) ?? .null }
    package init(_ number: Int64?) { self = number.map(JSON.integer) ?? .null }
    package init(_ instant: Timestamp?) { self = instant.map { .string($0.iso8601) } ?? .null }

    /// Keys sorted, slashes plain, so that the same data gives the same bytes.
    package func data(pretty: Bool = true) -> Data {
        var writer = JSONWriter(pretty: pretty)
        writer.write(self)
        return Data(writer.bytes)
    }

    /// On one line.
    package var compact: String { String(decoding: data(pretty: false), as: UTF8.self) }
}

extension JSON: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(String.self) {  // Not of this kind: the next one is tried.
            self = .string(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .decimal(value)
        } else if let values = try? container.decode([JSON].self) {
            self = .array(values)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}

extension Fault {
    /// `{"error":{"code","message","faults":[{"field","code","message"}]}}`,
    /// the one shape of every error.
    package var json: JSON {
        [
            "error": [
                "code": .string(code.rawValue), "message": .string(message),
                "faults": .array(faults.map(\.json)),
            ]
        ]
    }
}

extension Fault.Field {
    package var json: JSON { ["field": .string(field), "code": .string(code), "message": .string(message)] }
}
