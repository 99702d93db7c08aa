extension JSON {
    /// How much a document from outside may hold: what is beyond is refused before it is built.
    public struct Limits: Sendable {
        /// Arrays and objects inside one another.
        public let depth: Int
        /// Values in all: elements, members, and those inside them.
        public let values: Int

        public init(depth: Int = 32, values: Int) {
            self.depth = depth
            self.values = values
        }
    }

    /// Why a document is none, and where.
    public struct Malformed: Error, Equatable {
        /// What is wrong, without a full stop: `there is a comma too many`.
        public let reason: String
        /// Of the byte in the document, counted from 0.
        public let offset: Int

        /// As the end of a sentence.
        public var words: String { "\(reason) (byte \(offset))" }
    }

    /// Reads a document from outside: in one pass, strictly (RFC 8259), and within limits.
    ///
    /// Whatever the bytes are, the work is proportional to their number. Refused, beside what
    /// is no JSON: names that stand twice in an object, which two readers read differently
    /// (section 4), lone surrogates, bytes that are no UTF-8 or a mark of their order (section
    /// 8.1), and numbers that are neither whole in 64 bits nor finite.
    public init(reading bytes: some Collection<UInt8>, limits: Limits) throws(Malformed) {
        self = try Array(bytes).withUnsafeBufferPointer { (bytes) throws(Malformed) in
            var reader = JSONReader(bytes, limits)
            return try reader.document()
        }
    }
}

/// One pass over the bytes of a document.
struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    private let limits: JSON.Limits
    var place = 0
    private var values = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: JSON.Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws(JSON.Malformed) -> JSON {
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        guard place == bytes.count else { throw fault("something stands behind the end") }
        return value
    }

    func fault(_ reason: String, at offset: Int? = nil) -> JSON.Malformed {
        JSON.Malformed(reason: reason, offset: offset ?? place)
    }

    var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    /// Whether this byte is next; it is then passed.
    mutating func pass(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        place += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSON.Malformed) -> JSON {
        values += 1
        guard values <= limits.values else { throw fault("there are more than \(limits.values) values") }
        guard let byte = next else { throw fault("it ends too early") }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw fault("a value is missing")
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSON) throws(JSON.Malformed) -> JSON {
        let end = place + text.utf8CodeUnitCount
        let isThere = end <= bytes.count && text.withUTF8Buffer { bytes[place..<end].elementsEqual($0) }
        guard isThere else { throw fault("a value is missing") }
        place = end
        return value
    }

    private mutating func enter(_ depth: Int) throws(JSON.Malformed) {
        guard depth <= limits.depth else { throw fault("it is nested more than \(limits.depth) deep") }
        place += 1
        skipSpace()
    }

    private mutating func array(depth: Int) throws(JSON.Malformed) -> JSON {
        try enter(depth)
        var elements: [JSON] = []
        if pass(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value(depth: depth))
            skipSpace()
            if pass(UInt8(ascii: "]")) { return .array(elements) }
            guard pass(UInt8(ascii: ",")) else { throw fault("a comma or the end of a list is missing") }
            skipSpace()
        }
    }

    private mutating func object(depth: Int) throws(JSON.Malformed) -> JSON {
        try enter(depth)
        if pass(UInt8(ascii: "}")) { return .object(JSON.Members()) }
        let start = place
        // Most have one or two, and what is small comes sooner from the heap.
        var members = JSON.Members(capacity: 2)
        repeat {
            let (_, name, value) = try member(depth: depth)
            members.append(name, value)
        } while try goesOn()
        guard members.settle() else { throw try twin(from: start, depth: depth) }
        return .object(members)
    }

    private mutating func member(
        depth: Int
    ) throws(JSON.Malformed) -> (start: Int, name: String, value: JSON) {
        skipSpace()
        let start = place
        guard next == UInt8(ascii: "\"") else { throw fault("the name of a member is missing") }
        let name = try string()
        skipSpace()
        guard pass(UInt8(ascii: ":")) else { throw fault("a colon is missing") }
        skipSpace()
        return (start, name, try value(depth: depth))
    }

    /// Whether another member follows.
    private mutating func goesOn() throws(JSON.Malformed) -> Bool {
        skipSpace()
        if pass(UInt8(ascii: "}")) { return false }
        guard pass(UInt8(ascii: ",")) else { throw fault("a comma or the end of an object is missing") }
        return true
    }

    /// Reads an object again that has a name twice, for the place of the second.
    private mutating func twin(from start: Int, depth: Int) throws(JSON.Malformed) -> JSON.Malformed {
        (place, values) = (start, 0)
        var names: Set<String> = []
        while true {
            let (start, name, _) = try member(depth: depth)
            guard names.insert(name).inserted else {
                return fault("the member \(name.prefix(100)) stands twice", at: start)
            }
            guard try goesOn() else { return fault("a member stands twice") }
        }
    }
}

// MARK: - Texts

extension JSONReader {
    private mutating func string() throws(JSON.Malformed) -> String {
        let opening = place
        place += 1
        // Between escapes whole runs are copied, and a text without
        // any is made of the document's own bytes.
        var text: [UInt8] = []
        while true {
            let (run, isASCII) = run()
            switch next {
            case UInt8(ascii: "\""):
                place += 1
                // What is all ASCII needs no judging, and nearly all of it is.
                if text.isEmpty, isASCII { return String(decoding: run, as: UTF8.self) }
                guard let valid = String(validating: text + run, as: UTF8.self) else {
                    throw fault("a text is not UTF-8", at: opening)
                }
                return valid
            case UInt8(ascii: "\\"):
                text += run
                try escape(into: &text)
            case nil: throw fault("a text has no end", at: opening)
            default: throw fault("a text holds a control character, which must be escaped")
            }
        }
    }

    /// Passes all that stands for itself.
    private mutating func run() -> (UnsafeBufferPointer<UInt8>, isASCII: Bool) {
        var end = place
        var bits: UInt8 = 0
        while end < bytes.count {
            let byte = bytes[end]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            bits |= byte
            end += 1
        }
        defer { place = end }
        return (UnsafeBufferPointer(rebasing: bytes[place..<end]), bits < 0x80)
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSON.Malformed) {
        let start = place
        place += 1
        guard let byte = next else { throw fault("it ends too early") }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): for byte in UTF8.encode(try scalar(from: start)) ?? .init() { text.append(byte) }
        default: throw fault("a text has an escape that means nothing", at: start)
        }
    }

    /// Of `\uXXXX`, or of two of them that make a pair of surrogates.
    private mutating func scalar(from start: Int) throws(JSON.Malformed) -> Unicode.Scalar {
        let first = try hexadecimal(from: start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, pass(UInt8(ascii: "\\")), pass(UInt8(ascii: "u")) else {
            throw fault("a text has half a pair of surrogates", at: start)
        }
        let second = try hexadecimal(from: start)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else { throw fault("a text has half a pair of surrogates", at: start) }
        return scalar
    }

    private mutating func hexadecimal(from start: Int) throws(JSON.Malformed) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = next.flatMap(Self.hexadecimal) else {
                throw fault("a text has an escape without four hexadecimal digits", at: start)
            }
            value = value << 4 | digit
            place += 1
        }
        return value
    }

    /// What one digit stands for; by bytes, since making a
    /// `Character` of each costs as much as all the rest.
    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
