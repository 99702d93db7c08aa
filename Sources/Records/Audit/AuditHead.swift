package import Basics

/// A signature over the chain up to an entry: whoever rewrites the past must forge it.
package struct AuditHead: Hashable, Sendable {
    package let sequence: Int64
    package let hash: [UInt8]
    package let at: Timestamp
    /// Ed25519, 64 bytes.
    package let signature: [UInt8]

    package init(sequence: Int64, hash: [UInt8], at: Timestamp, signature: [UInt8]) {
        self.sequence = sequence
        self.hash = hash
        self.at = at
        self.signature = signature
    }
}
