/// Base32 (RFC 4648, section 6): how people read and type secrets.
public enum Base32 {
    public enum Refusal: Error, Equatable {
        /// Neither of the alphabet nor a separator, or padding before the end.
        case illegalCharacter
        /// No number of whole bytes encodes to so many characters.
        case impossibleLength
        /// The last character holds bits of no byte: mistyped, or cut off.
        case nonZeroTrailingBits
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// - Parameter padded: whether `=` fills the last group of eight. Authenticator apps expect none.
    public static func encode(_ bytes: some Collection<UInt8>, padded: Bool = false) -> String {
        var characters: [UInt8] = []
        characters.reserveCapacity((bytes.count + 4) / 5 * 8)
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                characters.append(alphabet[Int(buffer >> bits & 31)])
            }
        }
        if bits > 0 { characters.append(alphabet[Int(buffer << (5 - bits) & 31)]) }
        while padded && !characters.count.isMultiple(of: 8) { characters.append(UInt8(ascii: "=")) }
        return String(decoding: characters, as: UTF8.self)
    }

    /// Reads what a person typed or an application wrote: either case,
    /// spaces and hyphens anywhere, padding or none.
    public static func decode(_ text: String) throws(Refusal) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        var count = 0
        var padding = 0
        for character in text.utf8 where character != UInt8(ascii: " ") && character != UInt8(ascii: "-") {
            if character == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = value(of: character) else { throw .illegalCharacter }
            count += 1
            buffer = buffer << 5 | value
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            }
        }
        // 1, 3 or 6 left over characters end no byte; padding,
        // where there is any, completes the group.
        guard ![1, 3, 6].contains(count % 8), padding == 0 || (padding < 8 && (count + padding).isMultiple(of: 8))
        else { throw .impossibleLength }
        guard buffer & ((1 << bits) - 1) == 0 else { throw .nonZeroTrailingBits }
        return bytes
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a"))
        case UInt8(ascii: "2")...UInt8(ascii: "7"): UInt32(character - UInt8(ascii: "2") + 26)
        default: nil
        }
    }
}
