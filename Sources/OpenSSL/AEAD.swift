public import Basics
import COpenSSL

/// Authenticated encryption: AES-256-GCM (NIST SP 800-38D) with a tag of 16 bytes.
///
/// The same nonce twice under one key gives the key away: callers
/// draw 12 random bytes each time, or count.
public enum AEAD {
    public static let keyLength = 32
    public static let nonceLength = 12
    public static let tagLength = 16

    /// Why sealed bytes stay sealed.
    public enum OpenFailure: Error, Equatable {
        /// Shorter than a tag: never the output of `seal`.
        case truncated
        /// Wrong key, nonce or additional data, or changed bytes; which of them cannot be known.
        case notAuthentic
        case library(EVPError)
    }

    /// - Parameter additionalData: Bound to the result but not contained
    ///   in it, for example whose secret this is.
    /// - Returns: the ciphertext, as long as `plaintext`, then the tag.
    /// - Precondition: `key` has 32 bytes, `nonce` 12.
    public static func seal(
        _ plaintext: Secret, key: Secret, nonce: [UInt8], additionalData: [UInt8]
    ) throws(EVPError) -> [UInt8] {
        let context = try CipherContext(.seal, key: key, nonce: nonce, additionalData: additionalData)
        var sealed = [UInt8](repeating: 0, count: plaintext.count + tagLength)
        let failure: EVPError? = sealed.withUnsafeMutableBufferPointer { output in
            plaintext.withBytes { context.seal($0, into: output) }
        }
        if let failure { throw failure }
        return sealed
    }

    /// - Precondition: `key` has 32 bytes, `nonce` 12.
    public static func open(
        _ sealed: [UInt8], key: Secret, nonce: [UInt8], additionalData: [UInt8]
    ) throws(OpenFailure) -> Secret {
        guard sealed.count >= tagLength else { throw .truncated }
        let context = try opening(key: key, nonce: nonce, additionalData: additionalData)
        let length = sealed.count - tagLength
        let opened: Result<Secret, OpenFailure> = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length + 1) {
            plain in
            // Unauthenticated plaintext never leaves this scope, and no copy
            // of the authentic one stays on the stack.
            defer { OPENSSL_cleanse(plain.baseAddress, plain.count) }
            if let failure = context.open(sealed, into: plain) { return .failure(failure) }
            return .success(Secret(UnsafeBufferPointer(rebasing: plain[..<length])))
        }
        return try opened.get()
    }

    private static func opening(
        key: Secret, nonce: [UInt8], additionalData: [UInt8]
    ) throws(OpenFailure) -> CipherContext {
        do throws(EVPError) {
            return try CipherContext(.open, key: key, nonce: nonce, additionalData: additionalData)
        } catch { throw .library(error) }
    }
}

/// One use of the cipher: made, fed the additional data, then either seals or opens.
private struct CipherContext: ~Copyable {
    enum Direction: Int32 {
        case open = 0
        case seal = 1
    }

    private let pointer: OpaquePointer

    init(
        _ direction: Direction, key: Secret, nonce: [UInt8], additionalData: [UInt8]
    ) throws(EVPError) {
        precondition(key.count == AEAD.keyLength && nonce.count == AEAD.nonceLength)
        let algorithm = try Cipher.aes256gcm.get()
        guard let pointer = EVP_CIPHER_CTX_new() else { throw .takeLast(from: "EVP_CIPHER_CTX_new") }
        let ready = key.withBytes {
            EVP_CipherInit_ex2(pointer, algorithm.pointer, $0.baseAddress, nonce, direction.rawValue, nil)
        }
        var length: Int32 = 0
        // Additional data is an update without an output.
        guard ready == 1,
            EVP_CipherUpdate(pointer, nil, &length, additionalData, Int32(additionalData.count)) == 1
        else {
            EVP_CIPHER_CTX_free(pointer)
            throw .takeLast(from: "EVP_CipherInit_ex2")
        }
        self.pointer = pointer
    }

    // Cleanses the key schedule.
    deinit { EVP_CIPHER_CTX_free(pointer) }

    func seal(_ plain: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) -> EVPError? {
        var length: Int32 = 0
        guard EVP_CipherUpdate(pointer, output.baseAddress, &length, plain.baseAddress, Int32(plain.count)) == 1 else {
            return .takeLast(from: "EVP_CipherUpdate")
        }
        let tag = UnsafeMutableBufferPointer(rebasing: output[plain.count...])
        // GCM is a stream: final writes nothing, it only closes the computation of the tag.
        guard EVP_CipherFinal_ex(pointer, tag.baseAddress, &length) == 1 else {
            return .takeLast(from: "EVP_CipherFinal_ex")
        }
        guard EVP_CIPHER_CTX_ctrl(pointer, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), tag.baseAddress) == 1 else {
            return .takeLast(from: "EVP_CIPHER_CTX_ctrl")
        }
        return nil
    }

    func open(_ sealed: [UInt8], into output: UnsafeMutableBufferPointer<UInt8>) -> AEAD.OpenFailure? {
        let length = sealed.count - AEAD.tagLength
        var tag = Array(sealed[length...])
        var written: Int32 = 0
        guard EVP_CipherUpdate(pointer, output.baseAddress, &written, sealed, Int32(length)) == 1 else {
            return .library(.takeLast(from: "EVP_CipherUpdate"))
        }
        guard EVP_CIPHER_CTX_ctrl(pointer, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1 else {
            return .library(.takeLast(from: "EVP_CIPHER_CTX_ctrl"))
        }
        guard EVP_CipherFinal_ex(pointer, output.baseAddress, &written) == 1 else {
            ERR_clear_error()
            return .notAuthentic
        }
        return nil
    }
}

/// The algorithm, looked up once.
private struct Cipher: @unchecked Sendable {
    // Sendable: a fetched EVP_CIPHER is immutable and kept for the life of the process.
    let pointer: OpaquePointer

    static let aes256gcm = Result { () throws(EVPError) in
        guard let pointer = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) else {
            throw EVPError.takeLast(from: "EVP_CIPHER_fetch")
        }
        return Cipher(pointer: pointer)
    }
}
