import Foundation

/// An address this product is willing to send mail to.
///
/// Narrower than RFC 5321 on purpose: no quoting, comments, spaces or control characters,
/// so no address can smuggle in a second SMTP header. At most 254 bytes (RFC 3696, erratum 1690).
/// The local part is ASCII: look-alike letters of other scripts cannot claim a colleague's address.
public struct EmailAddress: Hashable, Sendable {
    /// Local part as typed, domain in lower case and in its ASCII form (IDNA): what mail is sent to.
    public let text: String
    /// What makes two addresses one: `text` in lower case.
    ///
    /// Most providers fold case, and none tells people apart by it.
    public let key: String

    public enum Refusal: Error, Equatable { case tooLong, forbiddenCharacter, invisibleCharacter, malformed }

    /// - Parameter typed: with the blanks and invisible characters around it
    ///   that copying leaves, which do not count.
    public init(_ typed: String) throws(Refusal) {
        let input = typed.withoutBlankEnds
        guard input.utf8.count <= 254 else { throw .tooLong }
        // Within, they are told apart from what can be seen: nobody would find them.
        guard !input.unicodeScalars.contains(where: Self.isInvisible) else { throw .invisibleCharacter }
        let parts = input.split(separator: "@", omittingEmptySubsequences: false)
        guard input.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw .forbiddenCharacter }
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { throw .malformed }
        guard parts[0].utf8.allSatisfy(Self.isAllowedInLocalPart) else { throw .forbiddenCharacter }
        let local = parts[0]
        guard local.utf8.count <= 64, !local.hasPrefix("."), !local.hasSuffix("."), !local.hasTwo(".") else {
            throw .malformed
        }
        let domain = try Self.asciiDomain(String(parts[1]))
        guard local.utf8.count + 1 + domain.utf8.count <= 254 else { throw .tooLong }
        text = "\(local)@\(domain)"
        key = text.lowercased()
    }

    /// For rows that this product wrote itself: `text` of an address that was judged before.
    public init(trusted text: String) {
        self.text = text
        key = text.lowercased()
    }

    /// But for the joiners, which names of domains in some scripts need (RFC 5892, appendix A).
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.isASCII && scalar.isBlank && scalar.value != 0x200C && scalar.value != 0x200D
    }

    private static func isAllowedInLocalPart(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !#"()<>[],;:\""#.utf8.contains(byte)
    }

    /// Letters, digits and hyphens only, at least two labels;
    /// other scripts become `xn--` labels (UTS #46).
    private static func asciiDomain(_ domain: String) throws(Refusal) -> String {
        guard let encoded = encoded(domain)?.lowercased() else { throw .malformed }
        let labels = encoded.split(separator: ".", omittingEmptySubsequences: false)
        let wellFormed =
            labels.count >= 2
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D }
            }
        // No top-level domain is a number (RFC 3696, section 2), so this refuses IPv4 addresses too.
        let endsInNumber = labels.last?.utf8.allSatisfy { (0x30...0x39).contains($0) } ?? true
        guard wellFormed, !endsInNumber else { throw .malformed }
        return encoded
    }

    /// - Returns: nil for what has no ASCII form.
    private static func encoded(_ domain: String) -> String? {
        // Plain domains, nearly all, encode to themselves. A `--` may belong
        // to an `xn--` label, which must be judged.
        if domain.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x25 }), !domain.hasTwo("-") { return domain }
        var url = URLComponents()
        url.scheme = "https"
        url.host = domain
        return url.encodedHost
    }
}

extension StringProtocol {
    /// Whether a character of ASCII stands beside itself; Foundation's search for two takes longer than all else here.
    fileprivate func hasTwo(_ character: Unicode.Scalar) -> Bool {
        zip(utf8, utf8.dropFirst()).contains { $0 == UInt8(ascii: character) && $1 == $0 }
    }
}

extension EmailAddress: CustomStringConvertible {
    public var description: String { text }
}
