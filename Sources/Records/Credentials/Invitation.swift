package import Basics

/// A link that was mailed.
///
/// Opening it any number of times uses nothing up.
package struct Invitation: Sendable {
    package let tokenHash: [UInt8]
    package let request: RequestID
    package let person: PersonID
    package let expiresAt: Timestamp
    /// Counts the links that replaced one another; each has a token of its own.
    package let generation: Int64
    /// When a new link was asked for last; nil if never.
    package let renewedAt: Timestamp?

    package init(
        tokenHash: [UInt8], request: RequestID, person: PersonID, expiresAt: Timestamp, generation: Int64 = 0,
        renewedAt: Timestamp? = nil
    ) {
        self.tokenHash = tokenHash
        self.request = request
        self.person = person
        self.expiresAt = expiresAt
        self.generation = generation
        self.renewedAt = renewedAt
    }
}

/// One enrolment in progress: the only place from which its secret may be proven.
package struct EnrolmentSession: Sendable {
    package let tokenHash: [UInt8]
    package let request: RequestID
    package let person: PersonID
    package let factor: FactorID
    package let expiresAt: Timestamp

    package init(
        tokenHash: [UInt8], request: RequestID, person: PersonID, factor: FactorID, expiresAt: Timestamp
    ) {
        self.tokenHash = tokenHash
        self.request = request
        self.person = person
        self.factor = factor
        self.expiresAt = expiresAt
    }
}
