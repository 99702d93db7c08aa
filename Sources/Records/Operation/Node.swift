public import Basics

/// A process that serves this installation, as it last told of itself.
public struct Node: Hashable, Sendable {
    /// Anew at each start; its beginning is the time of that.
    public let id: NodeID
    /// Name of the machine.
    public let host: String
    /// Of the program.
    public let version: String
    public let startedAt: Timestamp
    /// When it last told of itself, by the clock of the database: nodes need not agree on the time to know
    /// which of them is gone.
    public let seenAt: Timestamp
    /// By how much its clock is ahead of the database's; negative if it is behind.
    public let aheadMilliseconds: Int64

    public init(
        id: NodeID, host: String, version: String, startedAt: Timestamp, seenAt: Timestamp, aheadMilliseconds: Int64
    ) {
        self.id = id
        self.host = host
        self.version = version
        self.startedAt = startedAt
        self.seenAt = seenAt
        self.aheadMilliseconds = aheadMilliseconds
    }
}

/// Which processes serve.
public protocol NodeSnapshot {
    /// What time the database has.
    func databaseClock() throws -> Timestamp
    /// In order of their start.
    func nodes() throws -> [Node]
}

public protocol NodeTransaction {
    /// Keeps what a node tells of itself, in place of what it told before.
    func keep(_ node: Node) throws
    func forgetNode(_ id: NodeID) throws
    /// Forgets nodes that were last seen before an instant.
    func forgetNodes(notSeenSince limit: Timestamp) throws
}

extension Node {
    /// How often a node tells of itself.
    public static let pauseSeconds: Int64 = 15
    /// After so long a node that tells nothing is held for gone: a minute, since a busy database takes its time.
    public static let patienceSeconds: Int64 = 60

    /// A code of an authenticator is good for thirty seconds: with less than this nobody notices.
    public static let toleratedSecondsOff = 2

    /// By how much its clock differs from the database's, either way.
    public var secondsOff: Int { Int(abs(aheadMilliseconds) / 1_000) }

    public func isGone(at clock: Timestamp) -> Bool { seenAt.adding(seconds: Self.patienceSeconds) < clock }
}
