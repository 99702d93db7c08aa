package import Basics
import COpenSSL

/// HMAC (RFC 2104) by OpenSSL 3; the only place where this product computes one.
package enum HMAC {
    /// Raw values are OpenSSL's names of the digests.
    package enum Hash: String, Sendable, CaseIterable {
        case sha1 = "SHA1"
        case sha256 = "SHA256"
        case sha512 = "SHA512"

        /// Bytes in one code: 20, 32 or 64.
        package var codeLength: Int {
            switch self {
            case .sha1: 20
            case .sha256: 32
            case .sha512: 64
            }
        }
    }

    /// One code for one message; a caller with many messages keeps an `HMACKey` instead.
    ///
    /// - Returns: 20, 32 or 64 bytes, as `hash` says.
    /// - Precondition: `key` is not empty.
    package static func code(
        for message: [UInt8], key: Secret, hash: Hash
    ) throws(EVPError) -> [UInt8] {
        var kept = try HMACKey(key, hash: hash)
        return try kept.code(for: message)
    }
}

/// One HMAC key, expanded once, for any number of messages.
///
/// Not copyable and its methods mutate, so the compiler proves that no two threads use the C context at once.
package struct HMACKey: ~Copyable {
    package let hash: HMAC.Hash
    private let context: OpaquePointer

    /// - Precondition: `key` is not empty. RFC 2104 would allow it; here it always means that a secret got lost.
    package init(_ key: Secret, hash: HMAC.Hash) throws(EVPError) {
        precondition(key.count > 0, "an HMAC key must not be empty")
        guard let context = EVP_MAC_CTX_dup(try Prototypes.shared.get()[hash]) else {
            throw EVPError.takeLast(from: "EVP_MAC_CTX_dup")
        }
        let keyed = key.withBytes { EVP_MAC_init(context, $0.baseAddress, $0.count, nil) }
        guard keyed == 1 else {
            EVP_MAC_CTX_free(context)
            throw EVPError.takeLast(from: "EVP_MAC_init")
        }
        self.hash = hash
        self.context = context
    }

    // The context wipes the expanded key itself (HMAC_CTX_free cleanses).
    deinit { EVP_MAC_CTX_free(context) }

    /// - Returns: as many bytes as `hash.codeLength`.
    package mutating func code(for message: [UInt8]) throws(EVPError) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: hash.codeLength)
        let failure = code.withUnsafeMutableBufferPointer { output in
            message.withUnsafeBytes { write(codeFor: $0, into: output) }
        }
        if let failure { throw failure }
        return code
    }

    /// The same without an allocation, for the hot paths.
    ///
    /// - Returns: nil when `output` holds the code, else why not.
    /// - Precondition: `output` holds at least `hash.codeLength` bytes.
    package mutating func write(
        codeFor message: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>
    ) -> EVPError? {
        precondition(output.count >= hash.codeLength)
        // A NULL key starts over with the expanded one; unlike a duplicate this stays right after a final.
        guard EVP_MAC_init(context, nil, 0, nil) == 1 else { return .takeLast(from: "EVP_MAC_init") }
        let bytes = message.assumingMemoryBound(to: UInt8.self)
        guard EVP_MAC_update(context, bytes.baseAddress, bytes.count) == 1 else {
            return .takeLast(from: "EVP_MAC_update")
        }
        var length = 0
        guard EVP_MAC_final(context, output.baseAddress, &length, output.count) == 1 else {
            return .takeLast(from: "EVP_MAC_final")
        }
        return nil
    }
}

/// One context per digest with the algorithm looked up already: a look-up costs more than the code itself.
///
/// `EVP_MAC_CTX_dup` is right only for contexts that were keyed and never finalised (else it yields wrong codes
/// without an error), so each holds a key of zeros and computes nothing, ever.
private struct Prototypes: @unchecked Sendable {
    // Sendable: made once, never changed or freed afterwards; duplicating only reads.
    private let sha1, sha256, sha512: OpaquePointer

    static let shared = Result { () throws(EVPError) in try Prototypes() }

    private init() throws(EVPError) {
        guard let algorithm = EVP_MAC_fetch(nil, "HMAC", nil) else { throw .takeLast(from: "EVP_MAC_fetch") }
        defer { EVP_MAC_free(algorithm) }
        sha1 = try Self.context(of: algorithm, hash: .sha1)
        sha256 = try Self.context(of: algorithm, hash: .sha256)
        sha512 = try Self.context(of: algorithm, hash: .sha512)
    }

    private static func context(of algorithm: OpaquePointer, hash: HMAC.Hash) throws(EVPError) -> OpaquePointer {
        guard let context = EVP_MAC_CTX_new(algorithm) else { throw .takeLast(from: "EVP_MAC_CTX_new") }
        var name = Array(hash.rawValue.utf8CString)
        let zeros = [UInt8](repeating: 0, count: hash.codeLength)
        let keyed = name.withUnsafeMutableBufferPointer { name in
            let parameters = [
                OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            return EVP_MAC_init(context, zeros, zeros.count, parameters)
        }
        guard keyed == 1 else {
            EVP_MAC_CTX_free(context)
            throw .takeLast(from: "EVP_MAC_init")
        }
        return context
    }

    subscript(hash: HMAC.Hash) -> OpaquePointer {
        switch hash {
        case .sha1: sha1
        case .sha256: sha256
        case .sha512: sha512
        }
    }
}
