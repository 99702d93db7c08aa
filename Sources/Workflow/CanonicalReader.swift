/// Reads what `CanonicalWriter` wrote.
///
/// Strict: no spaces, no unknown keys, nothing after the end.
struct CanonicalReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    /// Reads one value that fills `text`.
    static func read<Value>(
        _ text: String, _ body: (inout CanonicalReader) throws(MalformedJSON) -> Value
    ) throws(MalformedJSON) -> Value {
        var text = text
        let result: Result<Value, MalformedJSON> = text.withUTF8 { bytes in
            var reader = CanonicalReader(bytes: bytes)
            do throws(MalformedJSON) {
                let value = try body(&reader)
                guard reader.index == bytes.count else { throw reader.failure }
                return .success(value)
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var failure: MalformedJSON { MalformedJSON(offset: index) }

    private var peek: UInt8 { index < bytes.count ? bytes[index] : 0 }

    private mutating func expect(_ byte: UInt8) throws(MalformedJSON) {
        guard peek == byte else { throw failure }
        index += 1
    }

    /// - Parameter body: consumes the value of each key it is
    ///   given, or throws for a key it does not know.
    mutating func object(_ body: (inout Self, String) throws(MalformedJSON) -> Void) throws(MalformedJSON) {
        try expect(UInt8(ascii: "{"))
        if peek == UInt8(ascii: "}") {
            index += 1
            return
        }
        while true {
            let key = try string()
            try expect(UInt8(ascii: ":"))
            try body(&self, key)
            if peek == UInt8(ascii: ",") {
                index += 1
                continue
            }
            return try expect(UInt8(ascii: "}"))
        }
    }

    mutating func array<Element>(
        _ body: (inout Self) throws(MalformedJSON) -> Element
    ) throws(MalformedJSON) -> [Element] {
        try expect(UInt8(ascii: "["))
        var elements: [Element] = []
        if peek == UInt8(ascii: "]") {
            index += 1
            return elements
        }
        while true {
            elements.append(try body(&self))
            if peek == UInt8(ascii: ",") {
                index += 1
                continue
            }
            try expect(UInt8(ascii: "]"))
            return elements
        }
    }

    mutating func map<Value>(
        _ body: (inout Self) throws(MalformedJSON) -> Value
    ) throws(MalformedJSON) -> [String: Value] {
        var values: [String: Value] = [:]
        try object { (reader, key) throws(MalformedJSON) in values[key] = try body(&reader) }
        return values
    }

    mutating func string() throws(MalformedJSON) -> String {
        try expect(UInt8(ascii: "\""))
        let start = index
        while index < bytes.count, bytes[index] != 0x22, bytes[index] != 0x5C { index += 1 }
        if peek == 0x22 {
            defer { index += 1 }
            return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
        }
        var text = Array(bytes[start..<index])
        while index < bytes.count, bytes[index] != 0x22 {
            if bytes[index] == 0x5C { text.append(try escaped()) } else { text.append(bytes[index]) }
            index += 1
        }
        try expect(0x22)
        return String(decoding: text, as: UTF8.self)
    }

    /// The byte that the escape at `index` stands for; leaves `index` on its last byte.
    private mutating func escaped() throws(MalformedJSON) -> UInt8 {
        index += 1
        switch peek {
        case 0x22, 0x5C: return peek
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "u"):
            guard index + 4 < bytes.count else { throw failure }
            let digits = String(decoding: bytes[(index + 1)...(index + 4)], as: UTF8.self)
            guard let value = UInt8(digits, radix: 16), value < 0x20 else { throw failure }
            index += 4
            return value
        default: throw failure
        }
    }

    mutating func number() throws(MalformedJSON) -> Int64 {
        let negative = peek == UInt8(ascii: "-")
        if negative { index += 1 }
        let start = index
        var value: Int64 = 0
        while (0x30...0x39).contains(peek) {
            let (tens, wide) = value.multipliedReportingOverflow(by: 10)
            let (sum, over) = tens.addingReportingOverflow(Int64(peek - 0x30))
            guard !wide, !over else { throw failure }
            value = sum
            index += 1
        }
        guard index > start else { throw failure }
        return negative ? -value : value
    }

    mutating func int() throws(MalformedJSON) -> Int { Int(try number()) }

    mutating func bool() throws(MalformedJSON) -> Bool {
        let word: StaticString = peek == UInt8(ascii: "t") ? "true" : "false"
        for offset in 0..<word.utf8CodeUnitCount { try expect(word.utf8Start[offset]) }
        return word.utf8CodeUnitCount == 4
    }

    /// One of the raw values of a closed enum.
    mutating func word<Word: RawRepresentable<String>>(_: Word.Type) throws(MalformedJSON) -> Word {
        guard let word = Word(rawValue: try string()) else { throw failure }
        return word
    }

    /// A member that must be there.
    func required<Value>(_ value: Value?) throws(MalformedJSON) -> Value {
        guard let value else { throw failure }
        return value
    }
}
