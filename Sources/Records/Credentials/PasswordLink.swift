public import Basics

/// A mailed link with which somebody who forgot the password chooses another.
public struct PasswordLink: Sendable {
    /// SHA-256 of the token.
    public let tokenHash: [UInt8]
    public let person: PersonID
    /// Also what the token is derived from: a mail that is tried again carries the same link.
    public let orderedAt: Timestamp

    public init(tokenHash: [UInt8], person: PersonID, orderedAt: Timestamp) {
        self.tokenHash = tokenHash
        self.person = person
        self.orderedAt = orderedAt
    }
}
