public import Basics

/// Applications, as they are kept; of a secret only its hash.
public protocol ApplicationSnapshot {
    /// One that was removed, too.
    func application(_ id: ApplicationID) throws -> Application?
    /// The one of this name that was not removed.
    func application(named name: String) throws -> Application?
    /// Oldest first, those that were removed left out.
    func applications(_ page: PageRequest) throws -> Page<Application>
    /// Oldest first, those that have ended included.
    func applicationSecrets(of application: ApplicationID) throws -> [ApplicationSecret]
    /// Whether there is a sign-in that it could not be told has ended, and that would go on but for that.
    func hasParkedLogout(of application: ApplicationID) throws -> Bool
}

public protocol ApplicationTransaction {
    func insert(_ application: Application) throws
    /// Its name and its registration, in place of those before.
    func update(_ application: Application) throws
    func insert(_ secret: ApplicationSecret) throws
    /// The secret that has no end yet gets one.
    func endNewestApplicationSecret(of application: ApplicationID, at end: Timestamp) throws
    /// For good, with its secrets and every sign-in to it; false if it was removed before.
    func removeApplication(_ id: ApplicationID, at now: Timestamp) throws -> Bool
}

/// What tokens stand on, as it is kept.
public protocol TokenSnapshot {
    func authorizationCode(hash: [UInt8]) throws -> AuthorizationCode?
    func applicationSession(_ id: ApplicationSessionID) throws -> ApplicationSession?
    /// Oldest first, those that have ended left out, but not those whose time is over.
    func applicationSessions(of person: PersonID) throws -> [ApplicationSession]
    func deviceCode(hash: [UInt8]) throws -> DeviceCode?
    func deviceCode(userHash: [UInt8]) throws -> DeviceCode?
    func pushedRequest(hash: [UInt8]) throws -> PushedRequest?
    /// Whether a token was withdrawn alone, by its `jti`.
    func isRevoked(_ token: String) throws -> Bool
    /// Oldest first.
    func tokenKeys() throws -> [TokenKey]
}

public protocol TokenTransaction {
    func insert(_ code: AuthorizationCode) throws
    /// - Parameter end: so long it is known, for its second use would end the sign-in.
    /// - Returns: false for one that was redeemed before: of any number at once one gets true.
    func redeem(_ code: AuthorizationCode, for session: ApplicationSessionID, until end: Timestamp) throws -> Bool
    func insert(_ session: ApplicationSession) throws
    /// - Returns: false for one that has ended before.
    func end(_ session: ApplicationSessionID, at now: Timestamp) throws -> Bool
    /// - Returns: false if they are not what `session` says any more.
    func set(_ refreshes: ApplicationSession.Refreshes, of session: ApplicationSession) throws -> Bool
    /// What was given in one session goes on in another of the same person.
    func moveApplicationSessions(from session: SessionID, to other: SessionID, of person: PersonID) throws
    func insert(_ code: DeviceCode) throws
    /// - Returns: false if it is not what `code` says any more.
    func answer(_ code: DeviceCode, _ answer: DeviceCode.Answer, by authorization: Authorization?) throws -> Bool
    func setPoll(of code: DeviceCode, at now: Timestamp, pauseSeconds: Int64) throws
    func insert(_ request: PushedRequest) throws
    func setExpiry(of request: PushedRequest, to end: Timestamp) throws
    /// - Returns: false for one that was taken before.
    func take(_ request: PushedRequest) throws -> Bool
    /// What counts once, such as the `jti` of a proof.
    ///
    /// - Parameter key: 32 bytes.
    /// - Returns: false the second time.
    func useOnce(_ key: [UInt8], until end: Timestamp) throws -> Bool
    func revoke(_ token: String, until end: Timestamp) throws
    func insert(_ key: TokenKey) throws
    func remove(_ key: TokenKey) throws
    /// What has ended before `now`.
    ///
    /// - Parameter limit: how many of each kind at once.
    /// - Returns: whether there may be more.
    func forgetTokens(endedBefore now: Timestamp, limit: Int) throws -> Bool
}
