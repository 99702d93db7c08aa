public import Basics

/// Somebody who signed in with a browser or a program, until they sign out or it ends by itself.
public struct Session: Hashable, Sendable {
    /// How far the person has proven who they are.
    public enum Stage: String, Sendable, CaseIterable {
        /// The password only; an account that has or must have a
        /// second factor may do nothing but prove it.
        case password
        /// All that the account has.
        case full
    }

    /// Names the session in lists; opens nothing.
    public let id: SessionID
    /// SHA-256 of what the browser holds.
    public let tokenHash: [UInt8]
    public let person: PersonID
    public let stage: Stage
    /// When the second factor was proven last in this session; nil if never.
    public let verifiedAt: Timestamp?
    public let createdAt: Timestamp
    /// When it was used last, to the minute.
    public let seenAt: Timestamp
    /// What the browser or program calls itself, for its owner's list; at most 200 bytes.
    public let client: String

    public init(
        id: SessionID, tokenHash: [UInt8], person: PersonID, stage: Stage, verifiedAt: Timestamp?,
        createdAt: Timestamp, seenAt: Timestamp, client: String
    ) {
        self.id = id
        self.tokenHash = tokenHash
        self.person = person
        self.stage = stage
        self.verifiedAt = verifiedAt
        self.createdAt = createdAt
        self.seenAt = seenAt
        self.client = client
    }
}
