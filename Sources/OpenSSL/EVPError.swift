import COpenSSL

/// A refusal by OpenSSL; `openssl errstr` explains `code`.
package struct EVPError: Error, Equatable {
    /// The C function that refused.
    package let function: String
    package let code: UInt

    /// Empties this thread's queue too, so that no later call reports the same failure again.
    static func takeLast(from function: String) -> EVPError {
        defer { ERR_clear_error() }
        return EVPError(function: function, code: UInt(ERR_peek_last_error()))
    }
}
