/// A name and its value, as the query of a URL and the body of
/// a form hold them (WHATWG URL, section 5).
struct QueryPair: Sendable, Equatable {
    let name: String
    let value: String

    /// What cannot be read, in words for whoever sent it.
    struct Malformed: Error, Equatable {
        let message: String
    }

    /// Every pair in its order, in one pass over the bytes.
    ///
    /// - Parameter greatest: pairs; who sends more is refused before the rest is looked at.
    static func read(_ text: some StringProtocol, greatest: Int) throws(Malformed) -> [QueryPair] {
        try read(Array(text.utf8), greatest: greatest)
    }

    static func read(_ bytes: [UInt8], greatest: Int) throws(Malformed) -> [QueryPair] {
        var pairs: [QueryPair] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let field = rest.prefix { $0 != UInt8(ascii: "&") }
            rest = rest[field.endIndex...].dropFirst()
            if field.isEmpty { continue }
            guard pairs.count < greatest else {
                throw Malformed(message: "there are more than \(greatest) fields.")
            }
            let name = field.prefix { $0 != UInt8(ascii: "=") }
            pairs.append(try pair(plain(name), plain(field[name.endIndex...].dropFirst())))
        }
        return pairs
    }

    /// What was meant by what is written.
    private static func plain(_ written: ArraySlice<UInt8>) throws(Malformed) -> ArraySlice<UInt8> {
        guard written.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "%") }) else { return written }
        var plain: ArraySlice<UInt8> = []
        var rest = written
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): plain.append(0x20)
            case UInt8(ascii: "%"):
                guard let first = rest.popFirst(), let second = rest.popFirst(),
                    let escaped = PercentEscape.byte(first, second)
                else { throw Malformed(message: "there is a % without two hexadecimal digits behind it.") }
                plain.append(escaped)
            default: plain.append(byte)
            }
        }
        return plain
    }

    /// A value alone, written as it would be in a pair.
    static func value(_ bytes: some Sequence<UInt8>) throws(Malformed) -> String {
        try read(Array("=".utf8) + bytes, greatest: 1).first?.value ?? ""
    }

    private static func pair(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) throws(Malformed) -> QueryPair {
        guard let name = String(validating: name, as: UTF8.self) else {
            throw Malformed(message: "the name of a field is no text in UTF-8.")
        }
        guard let value = String(validating: value, as: UTF8.self) else {
            throw Malformed(message: "the field \(name.prefix(100)) is no text in UTF-8.")
        }
        return QueryPair(name: name, value: value)
    }
}

/// Escapes of URLs: `%2F` (RFC 3986, section 2.1).
enum PercentEscape {
    /// The byte of two hexadecimal digits; nil for what are none.
    static func byte(_ first: UInt8, _ second: UInt8) -> UInt8? {
        guard let first = digit(first), let second = digit(second) else { return nil }
        return first << 4 | second
    }

    /// What stands for itself everywhere, so that an escape of it is a disguise.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
