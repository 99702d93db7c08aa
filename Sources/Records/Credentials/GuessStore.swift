public import Basics
public import OneTimePassword

/// Guesses at passwords, and the clients from which people signed in, as they are kept.
///
/// A lane says where a guess came from; see `GuessLane`.
public protocol GuessSnapshot {
    /// Wrong passwords in a row that came by one lane.
    func guesses(at person: PersonID, by lane: String) throws -> Attempts
    /// - Parameter mark: SHA-256 of what is recognised.
    func knows(_ mark: [UInt8], of person: PersonID) throws -> Bool
    /// Whether anything of the person's is recognised.
    func hasKnownClient(_ person: PersonID) throws -> Bool
}

public protocol GuessTransaction {
    /// None leaves no row.
    func setGuesses(_ guesses: Attempts, at person: PersonID, by lane: String, at now: Timestamp) throws
    /// Keeps the mark, or that it was seen again; of each person the latest `limit` stay.
    func remember(_ mark: [UInt8], of person: PersonID, at now: Timestamp, limit: Int) throws
    /// Guesses that are older count no more.
    ///
    /// - Returns: how many were forgotten, at most `limit`.
    func forgetGuesses(before: Timestamp, limit: Int) throws -> Int
    func setAttempts(_ attempts: Attempts, of account: APIAccountID) throws
}
