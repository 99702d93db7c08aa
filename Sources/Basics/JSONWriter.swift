/// Writes a document with its keys in the order of their bytes, slashes
/// plain: the same data gives the same bytes.
///
/// The form is Foundation's, which scripts know. By hand, because its encoder took more
/// than half of the time of every long answer.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let isPretty: Bool

    init(pretty: Bool) { isPretty = pretty }

    mutating func write(_ value: JSON, depth: Int = 0) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let isTrue): bytes += (isTrue ? "true" : "false").utf8
        case .integer(let number): bytes += String(number).utf8
        case .decimal(let number): write(number)
        case .string(let text): write(text)
        case .array(let values):
            list(values, "[", "]", depth) { writer, value in writer.write(value, depth: depth + 1) }
        case .object(let members):
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            list(sorted, "{", "}", depth) { writer, member in
                writer.write(member.key)
                writer.bytes += (writer.isPretty ? " : " : ":").utf8
                writer.write(member.value, depth: depth + 1)
            }
        }
    }

    private mutating func list<Element>(
        _ elements: [Element], _ opening: String, _ closing: String, _ depth: Int,
        _ element: (inout Self, Element) -> Void
    ) {
        bytes += opening.utf8
        for (index, value) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine(depth + 1)
            element(&self, value)
        }
        if elements.isEmpty, isPretty { bytes.append(UInt8(ascii: "\n")) }
        breakLine(depth)
        bytes += closing.utf8
    }

    private mutating func breakLine(_ depth: Int) {
        guard isPretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes += repeatElement(UInt8(ascii: " "), count: 2 * depth)
    }

    /// What is no number becomes `null`, as in browsers: JSON has no word for it.
    private mutating func write(_ number: Double) {
        let text = number.isFinite ? number.description : "null"
        bytes += text.hasSuffix(".0") ? text.utf8.dropLast(2) : text.utf8[...]
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x08: bytes += "\\b".utf8
            case 0x09: bytes += "\\t".utf8
            case 0x0A: bytes += "\\n".utf8
            case 0x0C: bytes += "\\f".utf8
            case 0x0D: bytes += "\\r".utf8
            case ..<0x20: bytes += "\\u00".utf8 + [Self.hexadecimal[Int(byte >> 4)], Self.hexadecimal[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)
}
