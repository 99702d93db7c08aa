public import Basics

/// A key of the ring that signs tokens, as it is kept: sealed but for its public half.
public struct TokenKey: Sendable {
    /// Its `kid`: the thumbprint of its public half (RFC 7638).
    public let id: String
    public let algorithm: Registration.Algorithm
    /// A JSON Web Key, as it is published.
    public let publicKey: JSON
    public let sealed: [UInt8]
    public let nonce: [UInt8]
    /// Which key sealed it.
    public let keyID: String
    /// From when it is published.
    public let createdAt: Timestamp
    /// From when it signs, until the next of its algorithm does.
    public let signsFrom: Timestamp

    public init(
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
