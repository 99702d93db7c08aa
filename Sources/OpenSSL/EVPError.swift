import COpenSSL

/// A refusal by OpenSSL; `openssl errstr` explains `code`.
public struct EVPError: Error, Equatable {
    /// The C function that refused.
    public let function: String
    public let code: UInt

    /// Empties this thread's queue too, so that no later call reports the same failure again.
    static func takeLast(from function: String) -> EVPError {
        defer { ERR_clear_error() }
        return EVPError(function: function, code: UInt(ERR_peek_last_error()))
    }
}
