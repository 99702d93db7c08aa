/// Text that is not the canonical form of the value that was asked for.
public struct MalformedJSON: Error, Equatable {
    /// Byte offset at which reading stopped.
    public let offset: Int
}

/// Writes JSON without spaces, its keys in the order of their bytes: one value, one text.
///
/// By hand, because every step of every run is written and read:
/// Foundation's coders take many times as long.
struct CanonicalWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init() { bytes.reserveCapacity(2048) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// - Parameter body: writes members; the caller sorts the keys.
    mutating func object(_ body: (inout Self) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    mutating func array<Element>(_ elements: [Element], _ body: (inout Self, Element) -> Void) {
        open(UInt8(ascii: "["))
        for element in elements { body(&self, element) }
        close(UInt8(ascii: "]"))
    }

    mutating func map<Value>(_ values: [String: Value], _ body: (inout Self, Value) -> Void) {
        object { writer in
            // Swift compares strings by their canonical scalars, which is not the order of bytes.
            for (key, value) in values.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                writer.member(key)
                body(&writer, value)
            }
        }
    }

    /// A key that is data: `key` is for those that the code names.
    private mutating func member(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func string(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
            bytes.append(contentsOf: text.utf8)
        } else {
            for byte in text.utf8 { escape(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22, 0x5C: bytes.append(contentsOf: [0x5C, byte])
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case ..<0x20:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(contentsOf: [hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]])
        default: bytes.append(byte)
        }
    }

    mutating func number(_ value: Int64) {
        separate()
        var digits: (UInt64, Int) = (value.magnitude, 0)
        let start = bytes.count
        repeat {
            bytes.append(0x30 + UInt8(digits.0 % 10))
            digits = (digits.0 / 10, digits.1 + 1)
        } while digits.0 > 0
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes[start...].reverse()
    }

    mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }
}

private let hexDigits = Array("0123456789abcdef".utf8)
