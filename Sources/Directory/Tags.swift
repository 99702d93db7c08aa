/// A key with its value, by which resources are found.
package struct Tag: Hashable, Sendable {
    /// 1–64 of letters, digits, `.`, `_`, `-` and `/`, a letter or digit first.
    package let key: String
    /// 1–200 characters for people to read, none of them a comma, which separates tags.
    package let value: String

    package enum Refusal: Error, Equatable { case key, value }

    package init(_ key: String, _ value: String) throws(Refusal) {
        guard Self.isKey(key) else { throw .key }
        let name: DisplayName
        do throws(DisplayName.Refusal) { name = try DisplayName(value) } catch { throw .value }
        guard !name.text.contains(",") else { throw .value }
        self.key = key
        self.value = name.text
    }

    /// For rows that this product wrote itself.
    package init(trusted key: String, _ value: String) {
        self.key = key
        self.value = value
    }

    package static func isKey(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count), let first = text.utf8.first, isPlain(first) else { return false }
        return text.utf8.allSatisfy { isPlain($0) || [0x2E, 0x5F, 0x2D, 0x2F].contains($0) }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
    }
}

/// The tags of one resource: each key once, by key.
package struct Tags: Hashable, Sendable {
    package static let greatestCount = 50

    package private(set) var values: [String: String]

    package init() { values = [:] }

    /// - Returns: nil where a key stands twice.
    package init?(_ tags: [Tag]) {
        values = Dictionary(tags.map { ($0.key, $0.value) }) { first, _ in first }
        guard values.count == tags.count else { return nil }
    }

    package var list: [Tag] { values.sorted { $0.key < $1.key }.map { Tag(trusted: $0.key, $0.value) } }
    package var count: Int { values.count }

    package subscript(key: String) -> String? { values[key] }

    package mutating func set(_ tag: Tag) { values[tag.key] = tag.value }
    package mutating func remove(_ key: String) { values[key] = nil }
}
