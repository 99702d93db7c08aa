public import Basics

/// One link of a chain: that of its organization, or of the installation where it has none.
///
/// Names nobody: people appear by id, so that erasing a person leaves the chain verifiable.
public struct AuditEntry: Hashable, Sendable {
    /// 1, 2, 3, … without gaps, through all chains.
    public let sequence: Int64
    public let at: Timestamp
    public let actor: Party
    public let onBehalfOf: PersonID?
    /// What was done, such as `request.decide` or `factor.activate`.
    public let action: String
    public let organization: String?
    public let request: String?
    /// Whom or what it was done to: a person, cloud or factor id, or an effect key.
    public let subject: String?
    public let detail: String?
    /// SHA-256 of the entry before in its chain; 32 zero bytes for the first of the trail.
    public let previousHash: [UInt8]
    public let hash: [UInt8]

    public init(
        sequence: Int64, at: Timestamp, actor: Party, onBehalfOf: PersonID?, action: String, organization: String?,
        request: String?, subject: String?, detail: String?, previousHash: [UInt8], hash: [UInt8]
    ) {
        self.sequence = sequence
        self.at = at
        self.actor = actor
        self.onBehalfOf = onBehalfOf
        self.action = action
        self.organization = organization
        self.request = request
        self.subject = subject
        self.detail = detail
        self.previousHash = previousHash
        self.hash = hash
    }
}
