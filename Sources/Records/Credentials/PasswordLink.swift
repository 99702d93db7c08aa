package import Basics

/// A mailed link with which somebody who forgot the password chooses another.
package struct PasswordLink: Sendable {
    /// SHA-256 of the token.
    package let tokenHash: [UInt8]
    package let person: PersonID
    /// Also what the token is derived from: a mail that is tried again carries the same link.
    package let orderedAt: Timestamp

    package init(tokenHash: [UInt8], person: PersonID, orderedAt: Timestamp) {
        self.tokenHash = tokenHash
        self.person = person
        self.orderedAt = orderedAt
    }
}
