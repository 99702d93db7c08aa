import COpenSSL
import Synchronization

/// An OpenSSL context that computes HMAC with one digest; who holds it is alone with it.
///
/// Looking the algorithm up costs more than ten codes and building a context as
/// much as two, so contexts are used again.
struct HMACContext: @unchecked Sendable {
    // Sendable: `take` hands a context to one `HMACKey`, which
    // cannot be copied, and `giveBack` ends that.
    let pointer: OpaquePointer

    /// A context whose key must be set before anything is computed.
    static func take(for hash: HMAC.Hash) throws(EVPError) -> HMACContext {
        if let pointer = idle[hash.index].exchange(nil, ordering: .acquiring) { return HMACContext(pointer: pointer) }
        // `EVP_MAC_CTX_dup` is right only for contexts that were keyed and never
        // finalised (else it yields wrong codes without an error); a prototype has a
        // key of zeros and computes nothing, ever.
        guard let copy = EVP_MAC_CTX_dup(try prototypes[hash.index].get().pointer) else {
            throw EVPError.takeLast(from: "EVP_MAC_CTX_dup")
        }
        return HMACContext(pointer: copy)
    }

    /// Lets the context wait for the next taker, with its last
    /// key in it until it is given another one.
    ///
    /// That is no new place to leak from: whoever reads
    /// this memory finds the master key, which opens every secret, in it too.
    func giveBack(for hash: HMAC.Hash) {
        // Freeing wipes the key.
        if let surplus = idle[hash.index].exchange(pointer, ordering: .acquiringAndReleasing) {
            EVP_MAC_CTX_free(surplus)
        }
    }

    /// One that is keyed, so that copies of it can be made.
    fileprivate static func prototype(for hash: HMAC.Hash) throws(EVPError) -> HMACContext {
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

/// The context of each digest that nobody holds.
///
/// One is enough: verifications are short and seldom meet, and no more than
/// one last key per digest stays in memory.
///
/// Marked unsafe since a pointer is not Sendable; whoever takes
/// one out by the exchange is alone with it.
private nonisolated(unsafe) let idle = InlineArray<3, Atomic<OpaquePointer?>> { _ in Atomic(nil) }

private let prototypes = HMAC.Hash.allCases.map { hash in
    Result { () throws(EVPError) in try HMACContext.prototype(for: hash) }
}

extension HMAC.Hash {
    fileprivate var index: Int {
        switch self {
        case .sha1: 0
        case .sha256: 1
        case .sha512: 2
        }
    }
}
