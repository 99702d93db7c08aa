package import Basics

/// What somebody agreed to, at an application, and how far they had proven themselves then.
package struct Authorization: Hashable, Sendable {
    package let application: ApplicationID
    package let person: PersonID
    /// The session that it was given in, with which it ends; nil for a device, which has none of ours.
    package let session: SessionID?
    package let scopes: Set<Scope>
    /// For whom else tokens are (RFC 8707); nil for Usher.
    package let resource: String?
    /// Thumbprint of the key that tokens are bound to (RFC 9449).
    package let keyThumbprint: String?
    /// When the person proved themselves last, by password or code (`auth_time`).
    package let authenticatedAt: Timestamp
    /// When they proved their second factor; nil if they did not.
    package let verifiedAt: Timestamp?

    package init(
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
package struct AuthorizationCode: Sendable {
    /// SHA-256 of the code.
    package let hash: [UInt8]
    package let authorization: Authorization
    package let redirect: String
    package let nonce: String?
    /// SHA-256 of the verifier, in base64url (RFC 7636, S256).
    package let challenge: String
    package let expiresAt: Timestamp
    /// What it was redeemed for; nil for one that was not.
    package let redeemed: ApplicationSessionID?

    package init(
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
package struct ApplicationSession: Sendable {
    package let id: ApplicationSessionID
    package let authorization: Authorization
    package let createdAt: Timestamp
    /// Up to, not including, whatever happens.
    package let endsAt: Timestamp
    /// When it was ended before that.
    package let endedAt: Timestamp?
    package let refreshes: Refreshes

    /// How often its refresh token was changed.
    package struct Refreshes: Hashable, Sendable {
        /// Which one is the newest, from 0.
        package let number: Int
        /// When it took the place of the one before.
        package let changedAt: Timestamp?
        /// How often the one before came again since.
        package let repeats: Int

        package init(number: Int = 0, changedAt: Timestamp? = nil, repeats: Int = 0) {
            self.number = number
            self.changedAt = changedAt
            self.repeats = repeats
        }
    }

    package init(
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

    package func isAlive(at now: Timestamp) -> Bool { endedAt == nil && now < endsAt }
}
