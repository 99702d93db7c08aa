package import Basics

/// The append-only record of who did what.
package protocol AuditSnapshot {
    /// The newest entry; nil in an empty trail.
    func lastAuditEntry() throws -> AuditEntry?
    /// Oldest first, after sequence number `after`.
    func auditEntries(after sequence: Int64, limit: Int) throws -> [AuditEntry]
    func lastAuditHead() throws -> AuditHead?
    func auditEntry(_ sequence: Int64) throws -> AuditEntry?
    /// Oldest first, over entries from `sequence` on.
    func auditHeads(from sequence: Int64) throws -> [AuditHead]
}

extension AuditSnapshot {
    /// Oldest first.
    package func auditHeads() throws -> [AuditHead] { try auditHeads(from: 0) }
}

package protocol AuditTransaction {
    func append(_ entry: AuditEntry) throws
    func append(_ head: AuditHead) throws
}

/// One link of the chain.
///
/// Names nobody: people appear by id, so that erasing a person leaves the chain verifiable.
package struct AuditEntry: Hashable, Sendable {
    /// 1, 2, 3, … without gaps.
    package let sequence: Int64
    package let at: Timestamp
    /// A person id, `operator NAME`, or `usher`.
    package let actor: String
    package let onBehalfOf: String?
    /// What was done, such as `request.decide` or `factor.activate`.
    package let action: String
    package let organization: String?
    package let request: String?
    /// Whom or what it was done to: a person, cloud or factor id, or an effect key.
    package let subject: String?
    package let detail: String?
    /// SHA-256 of the entry before; 32 zero bytes for the first.
    package let previousHash: [UInt8]
    package let hash: [UInt8]

    package init(
        sequence: Int64, at: Timestamp, actor: String, onBehalfOf: String?, action: String, organization: String?,
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
