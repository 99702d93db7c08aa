public import Basics

/// What somebody pasted of an invitation: its token, or the whole link as their mail program shows it.
public enum PastedInvitation {
    private static let length = 64

    /// The token in it.
    ///
    /// Read alike by page, API and command: what follows the last `#`, in whatever
    /// case, wrapped over lines, in angle brackets or with words after it. What has no
    /// token is left as it is, and opens nothing.
    public static func token(in pasted: Secret) -> Secret {
        guard let text = String(validating: pasted.exposed, as: UTF8.self) else { return pasted }
        let link = text.replacing("%23", with: "#")
        let tail = link.lastIndex(of: "#").map { link[link.index(after: $0)...] } ?? link[...]
        // Whatever a mail program puts between the digits is no digit:
        // blanks, signs of quoting, soft ends of lines.
        let digits = tail.utf8.filter(isLetterOrDigit).prefix(length).map { $0 | 0x20 }
        guard digits.count == length, digits.allSatisfy(isHexadecimal) else { return Secret(tail.withoutBlankEnds) }
        return Secret(digits)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// Digits are the same with and without the bit that makes letters small.
    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
