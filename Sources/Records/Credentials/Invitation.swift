public import Basics

/// A link that was mailed.
///
/// Opening it any number of times uses nothing up.
public struct Invitation: Sendable {
    public let tokenHash: [UInt8]
    public let request: RequestID
    public let person: PersonID
    public let expiresAt: Timestamp
    /// Counts the links that replaced one another; each has a token of its own.
    public let generation: Int64
    /// When a new link was asked for last; nil if never.
    public let renewedAt: Timestamp?

    public init(
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
public struct EnrolmentSession: Sendable {
    public let tokenHash: [UInt8]
    public let request: RequestID
    public let person: PersonID
    public let factor: FactorID
    public let expiresAt: Timestamp

    public init(
        tokenHash: [UInt8], request: RequestID, person: PersonID, factor: FactorID, expiresAt: Timestamp
    ) {
        self.tokenHash = tokenHash
        self.request = request
        self.person = person
        self.factor = factor
        self.expiresAt = expiresAt
    }
}
