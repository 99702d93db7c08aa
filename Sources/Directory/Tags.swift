/// A key with its value, by which resources are found.
public struct Tag: Hashable, Sendable {
    /// 1–64 of letters, digits, `.`, `_`, `-` and `/`, a letter or digit first.
    public let key: String
    /// 1–200 characters for people to read, none of them a comma, which separates tags.
    public let value: String

    public enum Refusal: Error, Equatable { case key, value }

    public init(_ key: String, _ value: String) throws(Refusal) {
        guard Self.isKey(key) else { throw .key }
        let name: DisplayName
        do throws(DisplayName.Refusal) { name = try DisplayName(value) } catch { throw .value }
        guard !name.text.contains(",") else { throw .value }
        self.key = key
        self.value = name.text
    }

    /// For rows that this product wrote itself.
    public init(trusted key: String, _ value: String) {
        self.key = key
        self.value = value
    }

    public static func isKey(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count), let first = text.utf8.first, isPlain(first) else { return false }
        return text.utf8.allSatisfy { isPlain($0) || [0x2E, 0x5F, 0x2D, 0x2F].contains($0) }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
    }
}

/// The tags of one resource: each key once, by key.
public struct Tags: Hashable, Sendable {
    public static let greatestCount = 50

    public private(set) var values: [String: String]

    public init() { values = [:] }

    /// - Returns: nil where a key stands twice.
    public init?(_ tags: [Tag]) {
        values = Dictionary(tags.map { ($0.key, $0.value) }) { first, _ in first }
        guard values.count == tags.count else { return nil }
    }

    public var list: [Tag] { values.sorted { $0.key < $1.key }.map { Tag(trusted: $0.key, $0.value) } }
    public var count: Int { values.count }

    public subscript(key: String) -> String? { values[key] }

    public mutating func set(_ tag: Tag) { values[tag.key] = tag.value }
    public mutating func remove(_ key: String) { values[key] = nil }
}
