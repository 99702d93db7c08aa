public import Basics
import COpenSSL

/// HMAC (RFC 2104) by OpenSSL 3; the only place where this product computes one.
public enum HMAC {
    /// Raw values are OpenSSL's names of the digests.
    public enum Hash: String, Sendable, CaseIterable {
        case sha1 = "SHA1"
        case sha256 = "SHA256"
        case sha512 = "SHA512"

        /// Bytes in one code: 20, 32 or 64.
        public var codeLength: Int {
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
    public static func code(
        for message: [UInt8], key: Secret, hash: Hash
    ) throws(EVPError) -> [UInt8] {
        var kept = try HMACKey(key, hash: hash)
        return try kept.code(for: message)
    }
}

/// One HMAC key, expanded once, for any number of messages.
///
/// Not copyable and its methods mutate, so the compiler proves that
/// no two threads use the C context at once.
public struct HMACKey: ~Copyable {
    public let hash: HMAC.Hash
    private let context: HMACContext
    /// Whether the context is as `EVP_MAC_init` left it.
    private var isFresh = true

    /// - Precondition: `key` is not empty. RFC 2104 would allow it; here
    ///   it always means that a secret got lost.
    public init(_ key: borrowing Secret, hash: HMAC.Hash) throws(EVPError) {
        precondition(key.count > 0, "an HMAC key must not be empty")
        let context = try HMACContext.take(for: hash)
        let keyed = key.withBytes { EVP_MAC_init(context.pointer, $0.baseAddress, $0.count, nil) }
        guard keyed == 1 else {
            EVP_MAC_CTX_free(context.pointer)
            throw EVPError.takeLast(from: "EVP_MAC_init")
        }
        self.hash = hash
        self.context = context
    }

    deinit { context.giveBack(for: hash) }

    /// - Returns: as many bytes as `hash.codeLength`.
    public mutating func code(for message: [UInt8]) throws(EVPError) -> [UInt8] {
        var code = InlineArray<64, UInt8>(repeating: 0)
        try write(codeFor: message.span.bytes, into: &code)
        return (0..<hash.codeLength).map { code[$0] }
    }

    /// The same without an allocation, for the hot paths.
    ///
    /// - Parameter code: gets the code in its first `hash.codeLength` bytes;
    ///   it has room for the longest, SHA-512's.
    public mutating func write(
        codeFor message: RawSpan, into code: inout InlineArray<64, UInt8>
    ) throws(EVPError) {
        let context = context.pointer
        // A NULL key starts over with the expanded one; unlike a
        // duplicate this stays right after a final.
        guard isFresh || EVP_MAC_init(context, nil, 0, nil) == 1 else { throw .takeLast(from: "EVP_MAC_init") }
        isFresh = false
        let updated = message.withUnsafeBytes {
            EVP_MAC_update(context, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count)
        }
        guard updated == 1 else { throw .takeLast(from: "EVP_MAC_update") }
        var output = code.mutableSpan
        let finished = output.withUnsafeMutableBufferPointer { output in
            var length = 0
            return EVP_MAC_final(context, output.baseAddress, &length, output.count)
        }
        guard finished == 1 else { throw .takeLast(from: "EVP_MAC_final") }
    }
}
