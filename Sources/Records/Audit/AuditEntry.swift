package import Basics

/// One link of a chain: that of its organization, or of the installation where it has none.
///
/// Names nobody: people appear by id, so that erasing a person leaves the chain verifiable.
package struct AuditEntry: Hashable, Sendable {
    /// 1, 2, 3, … without gaps, through all chains.
    package let sequence: Int64
    package let at: Timestamp
    package let actor: Party
    package let onBehalfOf: PersonID?
    /// What was done, such as `request.decide` or `factor.activate`.
    package let action: String
    package let organization: String?
    package let request: String?
    /// Whom or what it was done to: a person, cloud or factor id, or an effect key.
    package let subject: String?
    package let detail: String?
    /// SHA-256 of the entry before in its chain; 32 zero bytes for the first of the trail.
    package let previousHash: [UInt8]
    package let hash: [UInt8]

    package init(
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
