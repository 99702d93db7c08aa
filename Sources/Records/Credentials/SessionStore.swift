public import Basics

/// Sessions as they are kept.
///
/// Whoever may act no more has none: `setState` of the directory ends
/// those of a person who is suspended or closed.
public protocol SessionSnapshot {
    /// - Parameter tokenHash: SHA-256 of the token.
    func session(tokenHash: [UInt8]) throws -> Session?
    /// Newest first.
    func sessions(of person: PersonID) throws -> [Session]
}

public protocol SessionTransaction {
    func insert(_ session: Session) throws
    /// The same session after a proof: under a new token, so
    /// that one that was seen before opens nothing.
    ///
    /// - Returns: false if `session` has ended or been replaced meanwhile.
    func replace(_ session: Session, with proven: Session) throws -> Bool
    func touch(_ session: SessionID, at now: Timestamp) throws
    /// Forgets what has ended by itself, and at most `limit` at once.
    func endSessions(createdBefore: Timestamp, notSeenSince: Timestamp, limit: Int) throws -> Int
}

/// What ends a session ends the sign-ins at applications that were begun in it, so it is written through
/// `Writing` only.
public protocol SessionEndTransaction {
    /// - Returns: false if the person has no such session.
    func endSession(_ session: SessionID, of person: PersonID) throws -> Bool
    func endSessions(of person: PersonID, except kept: SessionID?) throws
}
