package import Basics

/// A key of the ring that signs tokens, as it is kept: sealed but for its public half.
package struct TokenKey: Sendable {
    /// Its `kid`: the thumbprint of its public half (RFC 7638).
    package let id: String
    package let algorithm: Registration.Algorithm
    /// A JSON Web Key, as it is published.
    package let publicKey: JSON
    package let sealed: [UInt8]
    package let nonce: [UInt8]
    /// Which key sealed it.
    package let keyID: String
    /// From when it is published.
    package let createdAt: Timestamp
    /// From when it signs, until the next of its algorithm does.
    package let signsFrom: Timestamp

    package init(
        id: String, algorithm: Registration.Algorithm, publicKey: JSON, sealed: [UInt8], nonce: [UInt8],
        keyID: String, createdAt: Timestamp, signsFrom: Timestamp
    ) {
        self.id = id
        self.algorithm = algorithm
        self.publicKey = publicKey
        self.sealed = sealed
        self.nonce = nonce
        self.keyID = keyID
        self.createdAt = createdAt
        self.signsFrom = signsFrom
    }
}
