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
        if let idle = Shelf.of(hash).idle.withLock({ $0.popLast() }) { return idle }
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
        let kept = Shelf.of(hash).idle.withLock { idle in
            guard idle.count < Shelf.size else { return false }
            idle.append(self)
            return true
        }
        if !kept { EVP_MAC_CTX_free(pointer) }
    }
}

/// The idle contexts of one digest.
private final class Shelf: Sendable {
    /// Enough for the verifications that run at once; a small number also bounds how many last keys stay in memory.
    static let size = 8

    let prototype: Result<HMACContext, EVPError>
    let idle = Mutex<[HMACContext]>([])

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
