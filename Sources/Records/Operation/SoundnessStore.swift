public import Basics
public import Directory

/// What tells whether a database is whole, and fits its keys and its clock.
public protocol SoundnessSnapshot {
    /// Names of the keys under which some secret is sealed.
    func sealingKeysInUse() throws -> [String]
    /// The youngest factor whose secret that key sealed.
    func factor(sealedBy key: String) throws -> Factor?
    /// The link that was made last, of those that open something.
    func newestInvitation() throws -> Invitation?
    /// Stored instants that lie after `limit`, by kind.
    func instantsAhead(of limit: Timestamp) throws -> [InstantsAhead]
    /// Factors whose last accepted time step begins, or whose last proof lies, after `limit`.
    func factorsAhead(of limit: Timestamp) throws -> [FactorID]
    /// Short names of organizations in which nobody holds this
    /// duty, and is neither suspended nor closed.
    func organizationsWithout(_ duty: Duty) throws -> [String]
    /// Whether somebody holds this duty for every organization, and is neither suspended nor closed.
    func hasHolderForAll(of duty: Duty) throws -> Bool
}

public protocol SoundnessTransaction {
    func removeNote(_ name: String) throws
    /// The factor's last accepted step becomes `step`, and nobody knows when it was last proven.
    func setLastStep(_ step: Int64, of factor: FactorID) throws
    /// Waits after wrong codes that would end after `limit` end now.
    func endWaits(after limit: Timestamp) throws -> Int
    /// Ends sessions that begin, or were used, after `limit`.
    func endSessions(after limit: Timestamp) throws -> Int
}

/// Stored instants of one kind that lie ahead of the clock.
public struct InstantsAhead: Hashable, Sendable {
    public enum Kind: String, Sendable, CaseIterable { case session, wait }

    public let kind: Kind
    public let count: Int
    /// The latest of them.
    public let latest: Timestamp

    public init(kind: Kind, count: Int, latest: Timestamp) {
        self.kind = kind
        self.count = count
        self.latest = latest
    }
}
