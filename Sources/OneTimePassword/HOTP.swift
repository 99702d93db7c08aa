public import Basics
public import OpenSSL

/// Codes of a counter (RFC 4226), with the key kept ready for any number of them.
///
/// Not copyable, so that it can own its OpenSSL context without a lock.
public struct HOTP: ~Copyable {
    public let digits: OTPParameters.Digits
    private var key: HMACKey

    /// - Precondition: `secret` is not empty.
    public init(
        secret: borrowing Secret, algorithm: HMAC.Hash = .sha1, digits: OTPParameters.Digits = .six
    ) throws(EVPError) {
        self.digits = digits
        key = try HMACKey(secret, hash: algorithm)
    }

    /// - Returns: exactly `digits` ASCII digits, leading zeros included.
    public mutating func code(counter: UInt64) throws(EVPError) -> String {
        digits.text(of: try value(counter: counter))
    }

    /// The code as a number, for comparing without building strings.
    mutating func value(counter: UInt64) throws(EVPError) -> UInt32 {
        let message: InlineArray<1, UInt64> = [counter.bigEndian]
        var code = InlineArray<64, UInt8>(repeating: 0)
        try key.write(codeFor: message.span.bytes, into: &code)
        // Dynamic truncation (RFC 4226, section 5.3): 31 bits from
        // where the last four bits of the code say.
        let offset = Int(code[key.hash.codeLength - 1] & 0x0F)
        let word = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(code[offset + $1]) } & 0x7FFF_FFFF
        return word % digits.modulus
    }
}

extension OTPParameters.Digits {
    fileprivate var modulus: UInt32 {
        switch self {
        case .six: 1_000_000
        case .eight: 100_000_000
        }
    }

    /// At most 15 bytes, so the string needs no allocation.
    fileprivate func text(of value: UInt32) -> String {
        String(unsafeUninitializedCapacity: rawValue) { characters in
            var rest = value
            for index in stride(from: rawValue - 1, through: 0, by: -1) {
                characters[index] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            return rawValue
        }
    }

    /// Reads what a person typed: spaces are skipped ("123
    /// 456"), everything else must be an ASCII digit.
    ///
    /// - Returns: nil for another number of digits, and for digits of
    ///   other scripts, full-width ones among them.
    func value(typed code: String) -> UInt32? {
        // In one piece: walking a string's UTF-8 byte by byte takes as long as a block of the digest.
        var code = code
        return code.withUTF8 { bytes in
            var value: UInt32 = 0
            var count = 0
            for byte in bytes where byte != 0x20 {
                guard (0x30...0x39).contains(byte), count < rawValue else { return nil }
                value = value * 10 + UInt32(byte - 0x30)
                count += 1
            }
            return count == rawValue ? value : nil
        }
    }
}
