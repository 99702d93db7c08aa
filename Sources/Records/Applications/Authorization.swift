public import Basics

/// What somebody agreed to, at an application, and how far they had proven themselves then.
public struct Authorization: Hashable, Sendable {
    public let application: ApplicationID
    public let person: PersonID
    /// The session that it was given in, with which it ends; nil for a device, which has none of ours.
    public let session: SessionID?
    public let scopes: Set<Scope>
    /// For whom else tokens are (RFC 8707); nil for Usher.
    public let resource: String?
    /// Thumbprint of the key that tokens are bound to (RFC 9449).
    public let keyThumbprint: String?
    /// When the person proved themselves last, by password or code (`auth_time`).
    public let authenticatedAt: Timestamp
    /// When they proved their second factor; nil if they did not.
    public let verifiedAt: Timestamp?

    public init(
        application: ApplicationID, person: PersonID, session: SessionID?, scopes: Set<Scope>, resource: String?,
        keyThumbprint: String?, authenticatedAt: Timestamp, verifiedAt: Timestamp?
    ) {
        self.application = application
        self.person = person
        self.session = session
        self.scopes = scopes
        self.resource = resource
        self.keyThumbprint = keyThumbprint
        self.authenticatedAt = authenticatedAt
        self.verifiedAt = verifiedAt
    }
}

/// What leads from the browser to the application, once (RFC 6749, section 4.1.2).
public struct AuthorizationCode: Sendable {
    /// SHA-256 of the code.
    public let hash: [UInt8]
    public let authorization: Authorization
    public let redirect: String
    public let nonce: String?
    /// SHA-256 of the verifier, in base64url (RFC 7636, S256).
    public let challenge: String
    public let expiresAt: Timestamp
    /// What it was redeemed for; nil for one that was not.
    public let redeemed: ApplicationSessionID?

    public init(
        hash: [UInt8], authorization: Authorization, redirect: String, nonce: String?, challenge: String,
        expiresAt: Timestamp, redeemed: ApplicationSessionID? = nil
    ) {
        self.hash = hash
        self.authorization = authorization
        self.redirect = redirect
        self.nonce = nonce
        self.challenge = challenge
        self.expiresAt = expiresAt
        self.redeemed = redeemed
    }
}

/// Somebody's sign-in at an application, until it ends: the family of all tokens that come of one code.
///
/// Its id is the `sid` of OpenID Connect.
public struct ApplicationSession: Sendable {
    public let id: ApplicationSessionID
    public let authorization: Authorization
    public let createdAt: Timestamp
    /// Up to, not including, whatever happens.
    public let endsAt: Timestamp
    /// When it was ended before that.
    public let endedAt: Timestamp?
    public let refreshes: Refreshes

    /// How often its refresh token was changed.
    public struct Refreshes: Hashable, Sendable {
        /// Which one is the newest, from 0.
        public let number: Int
        /// When it took the place of the one before.
        public let changedAt: Timestamp?
        /// How often the one before came again since.
        public let repeats: Int

        public init(number: Int = 0, changedAt: Timestamp? = nil, repeats: Int = 0) {
            self.number = number
            self.changedAt = changedAt
            self.repeats = repeats
        }
    }

    public init(
        id: ApplicationSessionID, authorization: Authorization, createdAt: Timestamp, endsAt: Timestamp,
        endedAt: Timestamp? = nil, refreshes: Refreshes = Refreshes()
    ) {
        self.id = id
        self.authorization = authorization
        self.createdAt = createdAt
        self.endsAt = endsAt
        self.endedAt = endedAt
        self.refreshes = refreshes
    }

    public func isAlive(at now: Timestamp) -> Bool { endedAt == nil && now < endsAt }
}
