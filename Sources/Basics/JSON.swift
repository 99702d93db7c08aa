public import Foundation

/// A JSON document, written by hand where it is public: no field leaks because a type gained
/// one, and what is absent is said as `null`, so that scripts find every key.
public enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number of somebody else's that is no integer; ours have none.
    case decimal(Double)
    case string(String)
    case array([JSON])
    case object(Members)

    public init(_ text: String?) { self = text.map(JSON.string) ?? .null }
    public init(_ number: Int64?) { self = number.map(JSON.integer) ?? .null }
    public init(_ instant: Timestamp?) { self = instant.map { .string($0.iso8601) } ?? .null }

    /// Keys sorted, slashes plain, so that the same data gives the same bytes.
    public func data(pretty: Bool = true) -> Data { Data(bytes(pretty: pretty)) }

    /// As `data`, for whatever does not need Foundation.
    public func bytes(pretty: Bool = true) -> [UInt8] {
        var writer = JSONWriter(pretty: pretty)
        writer.write(self)
        return writer.bytes
    }

    /// On one line.
    public var compact: String { String(decoding: bytes(pretty: false), as: UTF8.self) }
}

extension JSON: Decodable {
    public init(from decoder: any Decoder) throws {
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
            self = .object(Members(try container.decode([String: JSON].self)))
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Members(elements) { $1 })
    }
}

extension Fault {
    /// `{"error":{"code","message","faults":[{"field","code","message"}]}}`,
    /// the one shape of every error.
    public var json: JSON {
        [
            "error": [
                "code": .string(code.rawValue), "message": .string(message),
                "faults": .array(faults.map(\.json)),
            ]
        ]
    }
}

extension Fault.Field {
    public var json: JSON { ["field": .string(field), "code": .string(code), "message": .string(message)] }
}
