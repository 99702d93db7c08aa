import COpenSSL
import Synchronization

/// One key of a pair, elliptic or RSA, that signs or verifies by one scheme over SHA-256.
public struct SignatureKey: Sendable {
    public enum Scheme: Sendable {
        /// ECDSA (FIPS 186-5); the signature is r and s one after the other, each as long as
        /// the curve's order (IEEE P1363), and not their DER.
        case ecdsa
        /// RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2).
        case rsaPKCS1
        /// RSASSA-PSS (RFC 8017, section 8.1) with MGF1 of SHA-256 and a salt of 32 bytes.
        case rsaPSS
    }

    private let key: KeyHandle
    private let signing = SigningContexts()
    private let scheme: Scheme
    /// Of a signature, in bytes.
    private let length: Int

    /// - Parameters:
    ///   - key: an EVP_PKEY of which the caller gives up its reference; it is freed with the last copy.
    ///   - function: the one that made it; where it made none, its reason is thrown.
    /// - Precondition: the key is of the kind that the scheme asks for.
    public init(owning key: OpaquePointer?, of function: String, scheme: Scheme) throws(EVPError) {
        guard let key else { throw .takeLast(from: function) }
        self.key = KeyHandle(owning: key)
        self.scheme = scheme
        let size = Int(EVP_PKEY_get_bits(key) + 7) / 8
        let kind = scheme == .ecdsa ? EVP_PKEY_EC : EVP_PKEY_RSA
        precondition(EVP_PKEY_get_base_id(key) == kind, "another kind of key")
        length = scheme == .ecdsa ? 2 * size : size
    }

    /// - Throws: `EVPError` also where the key is only the public half.
    public func sign(_ message: [UInt8]) throws(EVPError) -> [UInt8] {
        let digest = try SHA256.digest(of: message)
        let context = if let idle = signing.take() { idle } else { try signingContext() }
        // The DER of an ECDSA signature is longer than its two numbers by at most this much.
        var signature = [UInt8](repeating: 0, count: length + 16)
        var written = signature.count
        guard EVP_PKEY_sign(context.pointer, &signature, &written, digest, digest.count) == 1 else {
            throw .takeLast(from: "EVP_PKEY_sign")
        }
        signing.give(back: context)
        signature.removeLast(signature.count - written)
        return scheme == .ecdsa ? try plain(signature) : signature
    }

    private func signingContext() throws(EVPError) -> SigningContext {
        guard let context = SigningContext(key) else { throw .takeLast(from: "EVP_PKEY_CTX_new") }
        guard EVP_PKEY_sign_init(context.pointer) == 1, pad(context.pointer),
            EVP_PKEY_CTX_set_signature_md(context.pointer, EVP_sha256()) == 1
        else { throw .takeLast(from: "EVP_PKEY_sign_init") }
        return context
    }

    /// Whether the holder of the private half signed exactly `message`.
    ///
    /// Anything malformed, of a wrong length too, is false.
    public func verify(signature: [UInt8], message: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard signature.count == length, let encoded = scheme == .ecdsa ? distinguished(signature) : signature,
            let context = try? DigestContext()  // Without memory nothing is verified.
        else { return false }
        var detail: OpaquePointer?
        guard EVP_DigestVerifyInit(context.pointer, &detail, EVP_sha256(), nil, key.pointer) == 1, pad(detail) else {
            return false
        }
        return EVP_DigestVerify(context.pointer, encoded, encoded.count, message, message.count) == 1
    }

    private func pad(_ detail: OpaquePointer?) -> Bool {
        switch scheme {
        case .ecdsa: true
        case .rsaPKCS1: EVP_PKEY_CTX_set_rsa_padding(detail, RSA_PKCS1_PADDING) == 1
        case .rsaPSS:
            // A salt as long as the digest and of no other length, which RFC 7518 (section
            // 3.5) fixes.
            EVP_PKEY_CTX_set_rsa_padding(detail, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(detail, RSA_PSS_SALTLEN_DIGEST) == 1
        }
    }
}

// MARK: - Two forms of an ECDSA signature

extension SignatureKey {
    /// r and s of a DER signature, each filled up to half of the length.
    private func plain(_ encoded: [UInt8]) throws(EVPError) -> [UInt8] {
        let pair = encoded.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return d2i_ECDSA_SIG(nil, &start, bytes.count)
        }
        guard let pair else { throw .takeLast(from: "d2i_ECDSA_SIG") }
        defer { ECDSA_SIG_free(pair) }
        var plain = [UInt8](repeating: 0, count: length)
        let half = length / 2
        let done = plain.withUnsafeMutableBufferPointer { bytes in
            BN_bn2binpad(ECDSA_SIG_get0_r(pair), bytes.baseAddress, Int32(half)) == half
                && BN_bn2binpad(ECDSA_SIG_get0_s(pair), bytes.baseAddress?.advanced(by: half), Int32(half)) == half
        }
        guard done else { throw .takeLast(from: "BN_bn2binpad") }
        return plain
    }

    /// The DER of r and s; their range is judged by whoever verifies.
    private func distinguished(_ plain: [UInt8]) -> [UInt8]? {
        let half = length / 2
        guard let pair = ECDSA_SIG_new() else { return nil }
        defer { ECDSA_SIG_free(pair) }
        let r = plain.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress, Int32(half), nil) }
        let s = plain.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress?.advanced(by: half), Int32(half), nil) }
        guard let r, let s, ECDSA_SIG_set0(pair, r, s) == 1 else {
            BN_free(r)
            BN_free(s)
            return nil
        }
        var encoded = [UInt8](repeating: 0, count: length + 16)
        let written = encoded.withUnsafeMutableBufferPointer { bytes in
            var end = bytes.baseAddress
            return i2d_ECDSA_SIG(pair, &end)
        }
        guard written > 0 else { return nil }
        encoded.removeLast(encoded.count - Int(written))
        return encoded
    }
}

/// An EVP_MD_CTX that is freed when it goes out of scope.
private struct DigestContext: ~Copyable {
    let pointer: OpaquePointer

    init() throws(EVPError) {
        guard let pointer = EVP_MD_CTX_new() else { throw .takeLast(from: "EVP_MD_CTX_new") }
        self.pointer = pointer
    }

    deinit { EVP_MD_CTX_free(pointer) }
}

/// An EVP_PKEY_CTX that signs with one key, any number of times.
private final class SigningContext: @unchecked Sendable {
    // Sendable: whoever took it is the only one that has it.
    let pointer: OpaquePointer

    init?(_ key: KeyHandle) {
        guard let pointer = EVP_PKEY_CTX_new(key.pointer, nil) else { return nil }
        self.pointer = pointer
    }

    deinit { EVP_PKEY_CTX_free(pointer) }
}

/// Those of a key that nobody uses now: to make one takes half as long as to sign.
private final class SigningContexts: Sendable {
    /// More threads than sign at a time.
    private static let greatestCount = 16

    private let idle = Mutex<[SigningContext]>([])

    func take() -> SigningContext? { idle.withLock { $0.popLast() } }

    func give(back context: SigningContext) {
        idle.withLock { if $0.count < Self.greatestCount { $0.append(context) } }
    }
}
