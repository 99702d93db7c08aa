public import Basics

/// A token as it came (RFC 7515, section 3.1), taken apart and not yet believed.
///
/// Keys that its header brings along or points at (`jwk`, `jku`, `x5u`, `x5c`) are never used:
/// whoever must use one, as DPoP does, takes it out of `header` on purpose.
public struct CompactJWS: Sendable {
    /// Of a token that nobody set another limit for, in bytes.
    public static let maximumBytes = 16_384

    public let header: JSON
    /// What the header says; only to find a key, which has its own.
    public let algorithm: JWSAlgorithm
    public let keyID: String?
    private let input: [UInt8]
    private let payload: [UInt8]
    private let signature: [UInt8]

    /// - Parameter limit: in bytes.
    public init(parsing text: String, limit: Int = maximumBytes) throws(JWSError) {
        let bytes = text.utf8
        guard bytes.count <= limit else { throw .tooLong(bytes.count) }
        let dot = UInt8(ascii: ".")
        let parts = bytes.split(separator: dot, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .parts }
        guard let head = [UInt8](base64URL: String(Substring(parts[0]))) else { throw .malformed(.header) }
        guard let payload = [UInt8](base64URL: String(Substring(parts[1]))) else { throw .malformed(.payload) }
        guard let signature = [UInt8](base64URL: String(Substring(parts[2]))) else { throw .malformed(.signature) }
        header = try Self.object(head, .header)
        (algorithm, keyID) = try Self.meaning(of: header)
        input = Array(bytes.prefix(parts[0].count + 1 + parts[1].count))
        self.payload = payload
        self.signature = signature
    }

    /// What it is for, by `typ` in small letters and without `application/` (RFC 7515, section
    /// 4.1.9): `at+jwt`.
    public var type: String? {
        guard let type = header["typ"].text?.lowercased() else { return nil }
        return type.hasPrefix("application/") ? String(type.dropFirst("application/".count)) : type
    }

    /// What it claims, and nobody has signed as far as is known: for finding out whose key to
    /// ask.
    public func unverifiedClaims() throws(JWSError) -> JSON { try Self.object(payload, .payload) }

    /// What the holder of `key` claims.
    public func claims(verifiedBy key: PublicJWK) throws(JWSError) -> JSON {
        try Self.object(payload(verifiedBy: key), .payload)
    }

    /// What the holder of `key` signed.
    ///
    /// The key says by which algorithm: a token whose header says another is refused, and
    /// `JWSError.wrongAlgorithm` thrown, before any signature is looked at.
    public func payload(verifiedBy key: PublicJWK) throws(JWSError) -> [UInt8] {
        guard algorithm == key.algorithm else { throw .wrongAlgorithm }
        guard key.verify(signature: signature, message: input) else { throw .wrongSignature }
        return payload
    }

    private static func meaning(of header: JSON) throws(JWSError) -> (JWSAlgorithm, keyID: String?) {
        // No extension is understood here. One of them changes what is signed (`b64`, RFC
        // 7797), and whoever writes it without `crit` must not be read in two ways.
        for name in ["crit", "b64"] where header.members[name] != nil { throw .critical(name) }
        guard let name = header["alg"].text else { throw .malformed(.header) }
        guard let algorithm = JWSAlgorithm(rawValue: name) else { throw .unknownAlgorithm(name) }
        let texts = ["kid", "typ"].compactMap { header.members[$0] }
        guard texts.allSatisfy({ $0.text != nil }) else { throw .malformed(.header) }
        return (algorithm, header["kid"].text)
    }

    private static func object(_ bytes: [UInt8], _ part: JWSError.Part) throws(JWSError) -> JSON {
        do {
            let value = try JSON(reading: bytes, limits: JSON.Limits(depth: 16, values: 1_000))
            if case .object = value { return value }
        } catch {}  // Whatever is wrong with it, this part is.
        throw .malformed(part)
    }
}
