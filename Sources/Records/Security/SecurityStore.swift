public import Basics

/// Which events; what is nil does not matter.
public struct SecurityFilter: Sendable {
    public var kinds: Set<SecurityEvent.Kind>?
    public var person: PersonID?

    public init(kinds: Set<SecurityEvent.Kind>? = nil, person: PersonID? = nil) {
        self.kinds = kinds
        self.person = person
    }
}

public protocol SecuritySnapshot {
    /// Newest first, before number `sequence`.
    func securityEvents(_ filter: SecurityFilter, before sequence: Int64, limit: Int) throws -> [SecurityEvent]
    /// Oldest first, after number `sequence`.
    func securityEvents(_ filter: SecurityFilter, after sequence: Int64, limit: Int) throws -> [SecurityEvent]
    /// How often each kind was seen since an instant.
    func securityCounts(since: Timestamp) throws -> [SecurityEvent.Kind: Int64]
}

public protocol SecurityTransaction {
    /// Counts up what was seen in the same minute of the same
    /// network about the same account, or begins to.
    ///
    /// Of one kind no more than twenty accounts are told apart for one network in a
    /// minute, and no more than five hundred in all: the rest is counted together,
    /// so that nobody fills the disk by knocking.
    func record(_ sighting: Sighting, at now: Timestamp) throws
    /// Forgets what is older, at most so many at once.
    ///
    /// - Returns: how many it were.
    func forgetSecurityEvents(before: Timestamp, limit: Int) throws -> Int
}
