import Basics

extension PublicJWK {
    /// What only the holder of a key may know (RFC 7518, sections 6.2.2, 6.3.2 and 6.4).
    private static let secrets = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]
    /// Of the field of P-256 (FIPS 186-5, SP 800-186), highest byte first.
    private static let fieldPrime: [UInt8] =
        [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 12) + [UInt8](repeating: 0xFF, count: 12)
    /// Of a `kid`, in bytes; it comes back in every token.
    private static let maximumKeyID = 256

    /// The members that make the key, each written in the one way that its RFC allows.
    static func members(of json: JSON) throws(JWKError) -> [String: String] {
        guard case .object(let all) = json else { throw .notAKey }
        if let secret = secrets.first(where: { all[$0] != nil }) { throw .secret(secret) }
        try checkUse(json)
        guard let type = json["kty"].text else { throw .malformed("kty") }
        switch type {
        case "EC":
            guard let curve = json["crv"].text else { throw .malformed("crv") }
            guard curve == "P-256" else { throw .unsupported("crv") }
            return [
                "kty": type, "crv": curve, "x": try coordinate("x", of: json), "y": try coordinate("y", of: json),
            ]
        case "RSA":
            return ["kty": type, "n": try modulus(of: json), "e": try exponent(of: json)]
        // A shared secret without its `k` is nothing, and what else there is has no algorithm
        // here.
        default: throw .unsupported("kty")
        }
    }

    static func algorithm(of json: JSON, unsaid: JWSAlgorithm) throws(JWKError) -> JWSAlgorithm {
        let possible: [JWSAlgorithm] = json["kty"] == "EC" ? [.es256] : [.rs256, .ps256]
        guard json.members["alg"] != nil else {
            if possible.count == 1 { return possible[0] }
            guard possible.contains(unsaid) else { throw .unsupported("alg") }
            return unsaid
        }
        guard let name = json["alg"].text else { throw .malformed("alg") }
        guard let said = JWSAlgorithm(rawValue: name), possible.contains(said) else { throw .unsupported("alg") }
        return said
    }

    /// What the key says that it may be used for, and what it is called (RFC 7517, sections
    /// 4.2, 4.3 and 4.5).
    private static func checkUse(_ json: JSON) throws(JWKError) {
        if let use = json.members["use"] {
            guard let use = use.text else { throw .malformed("use") }
            guard use == "sig" else { throw .unsupported("use") }
        }
        if let operations = json.members["key_ops"] {
            let names = operations.elements.compactMap(\.text)
            guard !names.isEmpty, names.count == operations.elements.count, Set(names).count == names.count else {
                throw .malformed("key_ops")
            }
            guard names.contains("verify") else { throw .unsupported("key_ops") }
        }
        if let keyID = json.members["kid"] {
            guard let keyID = keyID.text, (1...maximumKeyID).contains(keyID.utf8.count) else { throw .malformed("kid") }
        }
    }

    /// Of a point: 32 bytes, and less than the field's prime.
    ///
    /// OpenSSL would reduce a greater one, so that a key had two forms and two thumbprints.
    private static func coordinate(_ name: String, of json: JSON) throws(JWKError) -> String {
        guard let text = json[name].text, let bytes = [UInt8](base64URL: text), bytes.count == 32,
            bytes.lexicographicallyPrecedes(fieldPrime)
        else { throw .malformed(name) }
        return text
    }

    private static func modulus(of json: JSON) throws(JWKError) -> String {
        let (text, bytes) = try number("n", of: json)
        let modulus = RSAModulus(bytes: bytes)
        guard modulus.isOdd else { throw .malformed("n") }
        guard modulus.hasAllowedLength, !modulus.hasFingerprint else { throw .weak }
        return text
    }

    /// Odd, and from 65537 (FIPS 186-5, appendix A.1.1) to what four bytes hold: a longer one
    /// only makes verifying dear.
    private static func exponent(of json: JSON) throws(JWKError) -> String {
        let (text, bytes) = try number("e", of: json)
        guard bytes.count <= 4 else { throw .malformed("e") }
        let exponent = bytes.reduce(0) { $0 << 8 | Int($1) }
        guard exponent >= 65537, exponent % 2 == 1 else { throw .weak }
        return text
    }

    /// A number in as few bytes as it has (RFC 7518, section 2, `Base64urlUInt`).
    private static func number(_ name: String, of json: JSON) throws(JWKError) -> (text: String, bytes: [UInt8]) {
        guard let text = json[name].text, let bytes = [UInt8](base64URL: text), let first = bytes.first, first != 0
        else { throw .malformed(name) }
        return (text, bytes)
    }
}
