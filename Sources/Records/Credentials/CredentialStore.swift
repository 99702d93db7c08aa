public import Basics
public import OneTimePassword

/// Passwords, factors, guesses, recovery codes, invitations and enrolment sessions, as they are kept.
///
/// Secrets arrive sealed or hashed; the store never sees one in clear.
public protocol CredentialSnapshot {
    /// PHC string; nil while none was chosen.
    func passwordHash(of person: PersonID) throws -> String?
    /// When it was chosen; nil while none was.
    func passwordChosenAt(_ person: PersonID) throws -> Timestamp?
    /// - Parameter tokenHash: SHA-256 of the token.
    func passwordLink(tokenHash: [UInt8]) throws -> PasswordLink?
    func passwordLink(of person: PersonID) throws -> PasswordLink?
    func factor(_ id: FactorID) throws -> Factor?
    /// At most one is active and at most one is pending for a person.
    func factor(of person: PersonID, _ state: Factor.State) throws -> Factor?
    /// Whether the person once had an active factor that is retired now.
    func hadFactor(_ person: PersonID) throws -> Bool
    func attempts(of person: PersonID) throws -> Attempts
    /// Whether the code is one of the present set, used or not.
    func wasRecoveryCode(hash: [UInt8], of person: PersonID) throws -> Bool
    /// How many recovery codes are left.
    func recoveryCodesLeft(of person: PersonID) throws -> Int
    /// - Parameter tokenHash: SHA-256 of the token.
    func invitation(tokenHash: [UInt8]) throws -> Invitation?
    /// The one that opens the request now.
    func invitation(of request: RequestID) throws -> Invitation?
    func enrolmentSession(tokenHash: [UInt8]) throws -> EnrolmentSession?
}

/// What an account is proven by.
public protocol AuthenticatorTransaction {
    func setPasswordHash(_ phc: String, of person: PersonID, at now: Timestamp) throws
    /// The pending factor becomes the active one, and the active one, if
    /// any, is retired; what proved it is used up.
    func activateFactor(_ id: FactorID, using use: Factor.Use, at now: Timestamp) throws
    /// The factor works no more. With an active one end all
    /// sessions: what they proved is worth nothing.
    func retireFactor(of person: PersonID, _ state: Factor.State, at now: Timestamp) throws
    /// Replaces the whole set.
    func replaceRecoveryCodes(of person: PersonID, hashes: [[UInt8]], at now: Timestamp) throws
}

public protocol CredentialTransaction {
    /// Replaces the link of the same person.
    func replacePasswordLink(with link: PasswordLink) throws
    func endPasswordLink(of person: PersonID) throws

    /// Inserts a pending factor, in place of the pending one that the person may have.
    func insertPending(_ factor: Factor) throws
    /// Uses a time step of a TOTP factor up: one conditional write. False if
    /// this step or a later one was used before.
    func acceptStep(_ step: Int64, of factor: FactorID) throws -> Bool
    /// The factor was proven, by whatever kind of code: how
    /// fresh a proof is has one answer everywhere.
    func recordProof(of factor: FactorID, at now: Timestamp) throws
    func setAttempts(_ attempts: Attempts, of person: PersonID) throws

    /// Uses one up: one conditional write. False if there is no such unused code.
    func useRecoveryCode(hash: [UInt8], of person: PersonID, at now: Timestamp) throws -> Bool

    /// Replaces the invitation of the same request.
    func replaceInvitation(with invitation: Invitation) throws
    /// Replaces the enrolment session of the same request.
    func replaceEnrolmentSession(with session: EnrolmentSession) throws
    /// Links and sessions of an ended request open nothing any more.
    func endInvitations(of request: RequestID) throws
}
