public import Basics

/// The append-only record of who did what.
public protocol AuditSnapshot {
    /// The newest entry; nil in an empty trail.
    func lastAuditEntry() throws -> AuditEntry?
    /// Oldest first, after sequence number `after`.
    func auditEntries(after sequence: Int64, limit: Int) throws -> [AuditEntry]
    /// Those of one organization, by its id; oldest first.
    func auditEntries(of organization: String, after sequence: Int64, limit: Int) throws -> [AuditEntry]
    func lastAuditHead() throws -> AuditHead?
    func auditEntry(_ sequence: Int64) throws -> AuditEntry?
    /// The newest of an organization before sequence number `sequence`.
    func lastAuditEntry(of organization: String, before sequence: Int64) throws -> AuditEntry?
    /// Oldest first, over entries from `sequence` on.
    func auditHeads(from sequence: Int64) throws -> [AuditHead]
}

extension AuditSnapshot {
    /// Oldest first.
    public func auditHeads() throws -> [AuditHead] { try auditHeads(from: 0) }
}

public protocol AuditTransaction {
    /// Where the next entry of an organization goes, or of the installation.
    ///
    /// Of an organization without any it follows the installation's newest: so each chain hangs in that one.
    func auditEnd(of organization: String?) throws -> AuditEnd
    func append(_ entry: AuditEntry) throws
    func append(_ head: AuditHead) throws
}

/// Which part of the trail; what is nil does not matter.
public struct AuditFilter: Sendable {
    /// Exactly as it is recorded, such as a person id.
    public var actor: String?
    public var action: String?
    public var subject: String?
    public var request: String?
    public var organization: String?
    public var from: Timestamp?
    /// Up to, not including.
    public var until: Timestamp?

    public init(
        actor: String? = nil, action: String? = nil, subject: String? = nil, request: String? = nil,
        organization: String? = nil, from: Timestamp? = nil, until: Timestamp? = nil
    ) {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.request = request
        self.organization = organization
        self.from = from
        self.until = until
    }
}
