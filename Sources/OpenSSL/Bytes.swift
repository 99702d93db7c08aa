import COpenSSL
import Synchronization

/// Randomness for keys, secrets and tokens.
public enum RandomBytes {
    /// Some that were drawn in advance: to draw a few costs as much as to draw these.
    private static let drawn = Mutex<[UInt8]>([])
    private static let drawnAtOnce = 512

    /// `count` bytes of OpenSSL's private generator, seeded by the kernel.
    ///
    /// - Precondition: the machine has entropy. Without it nothing this product does is safe,
    ///   so it stops at once rather than hand out bytes that somebody may guess.
    public static func bytes(_ count: Int) -> [UInt8] {
        guard count <= drawnAtOnce / 8 else { return draw(count) }
        return drawn.withLock { drawn in
            if drawn.count < count { drawn = draw(drawnAtOnce) }
            let bytes = Array(drawn.suffix(count))
            // What is given away is kept by nobody else.
            for place in drawn.indices.suffix(count) { drawn[place] = 0 }
            drawn.removeLast(count)
            return bytes
        }
    }

    private static func draw(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(RAND_priv_bytes(&bytes, Int32(count)) == 1, "the system has no random bytes")
        return bytes
    }
}

/// Whether both hold the same bytes, in a time that depends on their lengths alone.
public func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}

extension Collection<UInt8> {
    /// Two lower-case hexadecimal digits per byte.
    public var hex: String {
        func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
        return String(unsafeUninitializedCapacity: 2 * count) { text in
            var end = 0
            for byte in self {
                text[end] = digit(byte >> 4)
                text[end + 1] = digit(byte & 15)
                end += 2
            }
            return end
        }
    }
}

extension Array<UInt8> {
    /// - Returns: nil unless `text` is an even number of hexadecimal digits, in either case.
    public init?(hex text: String) {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(ofHexDigit: digits[index]), let low = Self.value(ofHexDigit: digits[index + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        self = bytes
    }

    private static func value(ofHexDigit digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
