public import Basics

/// What an operator asks about the whole installation.
public protocol OperationSnapshot {
    /// Counted up to `limit` each, so that the answer costs the same however long a queue is.
    func workload(at now: Timestamp, upTo limit: Int) throws -> Workload
    /// How many requests there are of each version of each
    /// workflow in each state; in the order of these.
    func runCounts() throws -> [RunCount]
    func databaseFacts() throws -> DatabaseFacts
    /// Newest first, before sequence number `sequence`.
    func auditEntries(_ filter: AuditFilter, before sequence: Int64, limit: Int) throws -> [AuditEntry]
    /// Oldest first, after sequence number `sequence`: read through, but
    /// for the part that `from` and `until` leave.
    func auditEntries(_ filter: AuditFilter, after sequence: Int64, limit: Int) throws -> [AuditEntry]
    /// Where requests, grants, duties and people say something of which the trail knows
    /// nothing, or the trail of a move that no history has; at most `limit` of each kind.
    func auditGaps(limit: Int) throws -> [AuditGap]
}
