extension Array<UInt8> {
    /// Base64 for URLs without padding (RFC 4648, section 5, as RFC 7515 writes it).
    public var base64URL: String {
        String(unsafeUninitializedCapacity: Base64URL.count(of: self)) { Base64URL.write(self, to: $0) }
    }

    /// Adds the letters of `base64URL`.
    public mutating func append(base64URL bytes: [UInt8]) {
        let (start, length) = (count, Base64URL.count(of: bytes))
        append(contentsOf: repeatElement(0, count: length))
        withUnsafeMutableBufferPointer { own in
            _ = Base64URL.write(bytes, to: UnsafeMutableBufferPointer(rebasing: own[start...]))
        }
    }

    /// Reads what `base64URL` writes, and nothing else.
    ///
    /// - Returns: nil for padding, white space, `+` and `/`, any other letter, and for bits
    ///   that no byte needs and that are not zero: of two texts that mean the same bytes only
    ///   one is read, so that what was signed, counted or remembered as a text has no second
    ///   form.
    public init?(base64URL text: String) {
        var text = text
        guard let read = text.withUTF8(Self.bytes) else { return nil }
        self = read
    }

    private static func bytes(_ letters: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard letters.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters.count * 3 / 4)
        var (bits, held) = (0, 0)
        for letter in letters {
            let value = Base64URL.values[Int(letter)]
            guard value < 64 else { return nil }
            (bits, held) = ((bits << 6 | Int(value)) & 0xFFFF, held + 6)
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> held))
            }
        }
        return bits & (1 << held - 1) == 0 ? bytes : nil
    }
}

private enum Base64URL {
    static func count(of bytes: [UInt8]) -> Int { (bytes.count * 4 + 2) / 3 }

    /// - Returns: how many letters there are.
    static func write(_ bytes: [UInt8], to text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        letters.withUnsafeBufferPointer { letters in
            var (end, bits, held) = (0, 0, 0)
            for byte in bytes {
                (bits, held) = ((bits & 0x3F) << 8 | Int(byte), held + 8)
                while held >= 6 {
                    held -= 6
                    text[end] = letters[bits >> held & 63]
                    end += 1
                }
            }
            if held > 0 {
                text[end] = letters[bits << (6 - held) & 63]
                end += 1
            }
            return end
        }
    }

    static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    /// What each of 256 bytes stands for; 64 is no letter.
    static let values: [UInt8] = letters.enumerated().reduce(into: [UInt8](repeating: 64, count: 256)) {
        $0[Int($1.element)] = UInt8($1.offset)
    }
}
