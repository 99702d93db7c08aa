public import Basics

/// A signature over the chain up to an entry: whoever rewrites the past must forge it.
public struct AuditHead: Hashable, Sendable {
    public let sequence: Int64
    public let hash: [UInt8]
    public let at: Timestamp
    /// Ed25519, 64 bytes.
    public let signature: [UInt8]

    public init(sequence: Int64, hash: [UInt8], at: Timestamp, signature: [UInt8]) {
        self.sequence = sequence
        self.hash = hash
        self.at = at
        self.signature = signature
    }
}
