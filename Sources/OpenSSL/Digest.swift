import COpenSSL

/// SHA-256 (FIPS 180-4): the audit chain, stored tokens.
public enum SHA256 {
    /// - Returns: 32 bytes.
    public static func digest(of message: some Collection<UInt8>) throws(EVPError) -> [UInt8] {
        try Digest.sha256.get().digest(of: message)
    }
}

/// SHA-1 (FIPS 180-4), only for looking a password up in files of the Have I Been Pwned layout.
public enum SHA1 {
    /// - Returns: 20 bytes.
    public static func digest(of message: some Collection<UInt8>) throws(EVPError) -> [UInt8] {
        try Digest.sha1.get().digest(of: message)
    }
}

/// A digest algorithm that was looked up once.
private struct Digest: @unchecked Sendable {
    // Sendable: a fetched EVP_MD is immutable and kept for the life of the process.
    private let algorithm: OpaquePointer
    private let length: Int

    static let sha256 = Result { () throws(EVPError) in try Digest("SHA256", length: 32) }
    static let sha1 = Result { () throws(EVPError) in try Digest("SHA1", length: 20) }

    private init(_ name: String, length: Int) throws(EVPError) {
        guard let algorithm = EVP_MD_fetch(nil, name, nil) else { throw .takeLast(from: "EVP_MD_fetch") }
        self.algorithm = algorithm
        self.length = length
    }

    func digest(of message: some Collection<UInt8>) throws(EVPError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: length)
        let done =
            message.withContiguousStorageIfAvailable {
                EVP_Digest($0.baseAddress, $0.count, &digest, nil, algorithm, nil)
            }
            ?? Array(message).withUnsafeBufferPointer {
                EVP_Digest($0.baseAddress, $0.count, &digest, nil, algorithm, nil)
            }
        guard done == 1 else { throw .takeLast(from: "EVP_Digest") }
        return digest
    }
}
