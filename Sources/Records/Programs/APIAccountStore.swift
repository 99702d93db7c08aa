public import Basics
public import OneTimePassword

/// Accounts of programs, as they are kept; of a secret only its hash.
public protocol APIAccountSnapshot {
    func apiAccount(_ id: APIAccountID) throws -> APIAccount?
    /// The account that came of a request.
    func apiAccount(of request: RequestID) throws -> APIAccount?
    /// Oldest first, closed ones included.
    func apiAccounts(of organization: OrganizationID, _ page: PageRequest) throws -> Page<APIAccount>
    func openAPIAccounts(ownedBy person: PersonID) throws -> [APIAccount]
    /// Oldest first, those that have ended included.
    func apiSecrets(of account: APIAccountID) throws -> [APISecret]
    func apiGrants(of account: APIAccountID) throws -> [APIGrant]
    /// What programs of an organization, or of all, have or had, by account and cloud.
    func programGrants(
        of organization: OrganizationID?, after mark: ProgramGrantMark?, limit: Int
    ) throws -> [ProgramGrant]
    /// Whether a program had keys of its own at an instant, by the trail.
    func hadKeys(_ account: APIAccountID, at instant: Timestamp) throws -> Bool
    func attempts(of account: APIAccountID) throws -> Attempts
}

public protocol APIAccountTransaction {
    func insert(_ account: APIAccount) throws
    func insert(_ secret: APISecret) throws
    /// The secret that has no end yet gets one.
    func endNewestAPISecret(of account: APIAccountID, at end: Timestamp) throws
    /// Ends every secret that is live; nil takes the keys back.
    func setKeys(_ keys: JSON?, of account: APIAccountID) throws
    func insert(_ grant: APIGrant) throws
    func setOwner(_ owner: PersonID, of account: APIAccountID) throws
    /// Closes an account for good and erases its secrets; false if it was closed before.
    func closeAPIAccount(_ id: APIAccountID, at now: Timestamp) throws -> Bool
}
