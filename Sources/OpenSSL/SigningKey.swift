public import Basics
import COpenSSL

/// An Ed25519 key (RFC 8032) that signs, for instance, the heads of the audit chain.
public struct SigningKey: Sendable {
    /// 32 bytes, in the encoding of RFC 8032.
    public let publicKey: [UInt8]
    private let key: KeyHandle

    /// - Parameter seed: the private key of RFC 8032.
    /// - Precondition: `seed` has 32 bytes.
    public init(seed: Secret) throws(EVPError) {
        precondition(seed.count == 32, "an Ed25519 seed has 32 bytes")
        let pointer = seed.withBytes {
            EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, $0.baseAddress, $0.count)
        }
        guard let pointer else { throw .takeLast(from: "EVP_PKEY_new_raw_private_key") }
        key = KeyHandle(owning: pointer)
        var bytes = [UInt8](repeating: 0, count: 32)
        var length = bytes.count
        guard EVP_PKEY_get_raw_public_key(pointer, &bytes, &length) == 1 else {
            throw .takeLast(from: "EVP_PKEY_get_raw_public_key")
        }
        publicKey = bytes
    }

    /// - Returns: 64 bytes; the same message always gives the same signature.
    public func sign(_ message: [UInt8]) throws(EVPError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw .takeLast(from: "EVP_MD_CTX_new") }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, nil, nil, key.pointer) == 1 else {
            throw .takeLast(from: "EVP_DigestSignInit")
        }
        var signature = [UInt8](repeating: 0, count: 64)
        var length = signature.count
        guard EVP_DigestSign(context, &signature, &length, message, message.count) == 1 else {
            throw .takeLast(from: "EVP_DigestSign")
        }
        return signature
    }

    /// Whether the holder of `publicKey` signed exactly `message`.
    ///
    /// Anything malformed, of a wrong length too, is false.
    public static func verify(signature: [UInt8], message: [UInt8], publicKey: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard let pointer = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count) else {
            return false
        }
        defer { EVP_PKEY_free(pointer) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, pointer) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

/// Owns one EVP_PKEY and frees it, wiped, with the last copy of its key.
final class KeyHandle: @unchecked Sendable {
    // Sendable: OpenSSL counts references atomically and never changes a key by using it.
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }
}
