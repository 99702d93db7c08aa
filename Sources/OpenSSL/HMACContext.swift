import COpenSSL
import Synchronization

/// An OpenSSL context that computes HMAC with one digest; who holds it is alone with it.
///
/// Looking the algorithm up costs more than ten codes and building a context as much as two, so contexts are used again.
struct HMACContext: @unchecked Sendable {
    // Sendable: `take` hands a context to one `HMACKey`, which cannot be copied, and `giveBack` ends that.
    let pointer: OpaquePointer

    /// A context whose key must be set before anything is computed.
    static func take(for hash: HMAC.Hash) throws(EVPError) -> HMACContext {
        if let idle = Shelf.of(hash).idle.withLock({ $0.take() }) { return idle }
        // `EVP_MAC_CTX_dup` is right only for contexts that were keyed and never finalised (else it yields wrong codes
        // without an error); a prototype has a key of zeros and computes nothing, ever.
        guard let copy = EVP_MAC_CTX_dup(try Shelf.of(hash).prototype.get().pointer) else {
            throw EVPError.takeLast(from: "EVP_MAC_CTX_dup")
        }
        return HMACContext(pointer: copy)
    }

    /// Puts the context on the shelf, where it keeps the last key until it is given another one.
    ///
    /// That is no new place to leak from: whoever reads
    /// this memory finds the master key, which opens every secret, in it too.
    func giveBack(for hash: HMAC.Hash) {
        let surplus = Shelf.of(hash).idle.withLock { idle -> HMACContext? in
            guard idle != nil else {
                idle = self
                return nil
            }
            return self
        }
        // Freeing wipes the key.
        if let surplus { EVP_MAC_CTX_free(surplus.pointer) }
    }
}

/// The idle context of one digest, and the one to copy when it is in use.
private final class Shelf: Sendable {
    let prototype: Result<HMACContext, EVPError>
    /// One is enough: verifications are short and seldom meet, and no more than one last key per digest stays in memory.
    let idle = Mutex<HMACContext?>(nil)

    private static let sha1 = Shelf(.sha1)
    private static let sha256 = Shelf(.sha256)
    private static let sha512 = Shelf(.sha512)

    static func of(_ hash: HMAC.Hash) -> Shelf {
        switch hash {
        case .sha1: sha1
        case .sha256: sha256
        case .sha512: sha512
        }
    }

    private init(_ hash: HMAC.Hash) {
        prototype = Result { () throws(EVPError) in try Self.prototype(for: hash) }
    }

    private static func prototype(for hash: HMAC.Hash) throws(EVPError) -> HMACContext {
        guard let algorithm = EVP_MAC_fetch(nil, "HMAC", nil) else { throw .takeLast(from: "EVP_MAC_fetch") }
        // A context holds its own reference to the algorithm.
        defer { EVP_MAC_free(algorithm) }
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
        return HMACContext(pointer: context)
    }
}
