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
        case .null: append("null")
        case .bool(let isTrue): append(isTrue ? "true" : "false")
        case .integer(let number): bytes += String(number).utf8
        case .decimal(let number): write(number)
        case .string(let text): write(text)
        case .array(let values):
            list(values, "[", "]", depth) { writer, value in writer.write(value, depth: depth + 1) }
        case .object(let members):
            list(members, "{", "}", depth) { writer, member in
                writer.write(member.key)
                writer.append(writer.isPretty ? " : " : ":")
                writer.write(member.value, depth: depth + 1)
            }
        }
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func list<Element>(
        _ elements: some Collection<Element>, _ opening: StaticString, _ closing: StaticString, _ depth: Int,
        _ element: (inout Self, Element) -> Void
    ) {
        append(opening)
        var isFirst = true
        for value in elements {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            breakLine(depth + 1)
            element(&self, value)
        }
        if isFirst, isPretty { bytes.append(UInt8(ascii: "\n")) }
        breakLine(depth)
        append(closing)
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
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { text in
            // What needs no escape, and that is nearly all, goes over in runs.
            var run = 0
            for (place, byte) in text.enumerated() where Self.needsEscape(byte) {
                bytes.append(contentsOf: text[run..<place])
                escape(byte)
                run = place + 1
            }
            bytes.append(contentsOf: text[run...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        case ..<0x20:
            append("\\u00")
            bytes += [Self.hexadecimal[Int(byte >> 4)], Self.hexadecimal[Int(byte & 15)]]
        default: bytes += [UInt8(ascii: "\\"), byte]
        }
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)
}
