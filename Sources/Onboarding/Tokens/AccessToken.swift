public import Basics
public import Directory
import JOSE
import OpenSSL
public import Records

/// What is told of a token, and who stands behind it.
public struct AccessToken: Sendable {
    public static let lifetimeSeconds: Int64 = 1_200

    /// Who a token speaks for.
    public enum Holder: Sendable {
        /// - Parameter of: the short name of its organization.
        case program(APIAccount, of: String?)
        /// In its own name.
        case application(Application)
        case person(Person, at: Application, in: ApplicationSession)

        public var clientID: String {
            switch self {
            case .program(let account, _): account.id.text
            case .application(let application), .person(_, let application, _): application.id.text
            }
        }

        public var subject: String {
            switch self {
            case .program, .application: clientID
            case .person(let person, _, _): person.id.text
            }
        }

        /// All that it may have now.
        fileprivate var scopes: Set<Scope> {
            switch self {
            case .program: Scope.ofPrograms
            case .application(let application), .person(_, let application, _): application.registration.scopes
            }
        }

        /// The customer that it belongs to; nil for the provider's own.
        var organization: OrganizationID? {
            switch self {
            case .program(let account, _): account.organization
            case .application: nil
            case .person(let person, _, _): person.organization
            }
        }
    }

    public let holder: Holder
    public let scopes: Set<Scope>
    public let claims: JSON
    /// Of the store, when this was found to be good; nil where it has none.
    public let mark: StoreMark?

    /// Whoever it speaks for, as an actor of use cases.
    public var actor: Actor {
        switch holder {
        case .program(let account, _): .program(.account(account))
        case .application(let application): .program(.application(application, scopes))
        case .person(let person, _, let session):
            Actor(person: person, operatorName: nil, verifiedAt: session.authorization.verifiedAt)
        }
    }

    public var id: String { claims["jti"].text ?? "" }
    /// Thumbprint of the key that it is bound to (RFC 9449); nil for a bearer's.
    public var keyThumbprint: String? { claims["cnf"]["jkt"].text }
    public var audience: [String] { (try? claims.audience()) ?? [] }  // Ours are well formed.
}

/// How somebody proved who they are (`acr`, `amr`; RFC 8176).
public enum AuthenticationClass: String, Sendable, CaseIterable {
    case password = "urn:usher:acr:password"
    case multiFactor = "urn:usher:acr:mfa"

    init(_ authorization: Authorization) { self = authorization.verifiedAt == nil ? .password : .multiFactor }

    var methods: [String] { self == .password ? ["pwd"] : ["pwd", "otp", "mfa"] }
}

extension Authorization {
    /// `auth_time`, `acr`, `amr`.
    var told: JSON.Members {
        let level = AuthenticationClass(self)
        return [
            "auth_time": .integer(authenticatedAt.seconds), "acr": .string(level.rawValue),
            "amr": .strings(level.methods),
        ]
    }
}

extension Onboarding {
    /// A token as RFC 9068 has it.
    ///
    /// - Parameters:
    ///   - audience: for whom; nil for Usher itself.
    ///   - key: thumbprint of the key that it is bound to.
    func issue(
        to holder: AccessToken.Holder, _ scopes: Set<Scope>, for audience: String?, boundTo key: String?
    ) async throws -> String {
        let claims = claims(of: holder, scopes, for: audience, boundTo: key)
        return try await signer(.es256).sign(claims, header: ["typ": "at+jwt"])
    }

    /// The same of a token that is bound to no key, without waiting; nil where the keys have to be read.
    func issueAtOnce(to holder: AccessToken.Holder, _ scopes: Set<Scope>, for audience: String?) throws -> String? {
        let claims = claims(of: holder, scopes, for: audience, boundTo: nil)
        return try ring.known(at: world.now()).flatMap { signer(.es256, among: $0) }?
            .sign(claims, header: ["typ": "at+jwt"])
    }

    private func claims(
        of holder: AccessToken.Holder, _ scopes: Set<Scope>, for audience: String?, boundTo key: String?
    ) -> JSON {
        let now = world.now()
        var claims: JSON.Members = [
            "iss": .string(issuer), "sub": .string(holder.subject), "aud": .string(audience ?? issuer),
            "client_id": .string(holder.clientID), "iat": .integer(now.seconds),
            "exp": .integer(now.seconds + AccessToken.lifetimeSeconds), "jti": .string(world.random(16).hex),
        ]
        if !scopes.isEmpty { claims["scope"] = .string(scopes.text) }
        if let key { claims["cnf"] = ["jkt": .string(key)] }
        switch holder {
        case .person(_, _, let session):
            claims["sid"] = .string(session.id.text)
            claims.merge(session.authorization.told) { $1 }
        case .program(_, let organization): claims["organization"] = JSON(organization)
        case .application: break
        }
        return .object(claims)
    }

    /// What `accessToken` finds without waiting; nil for whatever has to be read.
    ///
    /// - Parameter mark: of the store, taken after the token came.
    public func rememberedToken(_ digest: TokenDigest, at mark: StoreMark) -> AccessToken? {
        ring.remembered(digest)?.token(at: mark, world.now())
    }

    /// Whoever holds a token of ours that is good now: whatever ended since counts.
    ///
    /// What was found once is remembered for as long as nothing at all is committed, and the signature until the
    /// token ends.
    ///
    /// - Returns: nil for every other text.
    public func accessToken(_ text: String) async throws -> AccessToken? {
        let now = world.now()
        // Before anything is read: what is read is as new as this at least. Where it fails nothing is remembered.
        let mark = try? await store.mark()
        let digest = try TokenDigest(of: text)
        let known = ring.remembered(digest)
        if let mark, let token = known?.token(at: mark, now) { return token }
        guard let signed = try await signedClaims(text, known), signed.claims["iss"].text == issuer,
            let end = signed.claims["exp"].number, now.seconds < end, let id = signed.claims["jti"].text
        else { return nil }
        let claims = signed.claims
        let token = try await reading(by: .usher, at: now) { turn -> AccessToken? in
            guard try !turn.snapshot.isRevoked(id), let holder = try turn.holder(of: claims) else { return nil }
            // What was taken from an application since counts at once.
            let given = Set<Scope>(known: claims["scope"].text ?? "")
            return AccessToken(holder: holder, scopes: given.intersection(holder.scopes), claims: claims, mark: mark)
        }
        ring.remember(
            RememberedToken(claims: claims, keyID: signed.keyID, end: end, token: token, mark: mark), as: digest,
            at: now)
        return token
    }

    /// The claims of a text that a key of ours has signed, and which key that is; nil for every other text.
    ///
    /// - Parameter known: what was verified before is not verified again, as long as its key is published.
    private func signedClaims(
        _ text: String, _ known: RememberedToken?
    ) async throws -> (claims: JSON, keyID: String)? {
        do {
            let token = try CompactJWS(parsing: text)
            guard token.type == "at+jwt", let id = token.keyID, let key = try await verifier(of: token) else {
                return nil
            }
            if let known, known.keyID == id { return (known.claims, id) }
            return (try token.claims(verifiedBy: key), id)
        } catch is JWSError { return nil }
    }
}

extension Turn {
    fileprivate func holder(of claims: JSON) throws -> AccessToken.Holder? {
        guard let client = claims["client_id"].text else { return nil }
        if let sid = claims["sid"].text.flatMap(ApplicationSessionID.init) {
            guard let session = try snapshot.applicationSession(sid), let holder = try holder(of: session),
                holder.clientID == client
            else { return nil }
            return holder
        }
        if let application = try ApplicationID(client).flatMap({ try snapshot.application($0) }) {
            return application.removedAt == nil ? .application(application) : nil
        }
        guard let account = try APIAccountID(client).flatMap({ try snapshot.apiAccount($0) }), account.closedAt == nil
        else { return nil }
        return .program(account, of: claims["organization"].text)
    }

    /// Who stands behind a sign-in at an application; nil once it, its person or the application has ended.
    func holder(of session: ApplicationSession) throws -> AccessToken.Holder? {
        let given = session.authorization
        guard session.isAlive(at: now), let person = try snapshot.person(given.person), person.state == .active,
            let application = try snapshot.application(given.application), application.removedAt == nil,
            application.serves(person.organization),
            // Who has or must have a second factor since then owes a proof of it first.
            try owed(by: person.id, in: given.verifiedAt == nil ? .password : .full) == .nothing
        else { return nil }
        return .person(person, at: application, in: session)
    }
}
