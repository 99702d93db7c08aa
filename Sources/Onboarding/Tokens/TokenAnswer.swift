public import Basics
import Directory
import JOSE
import OpenSSL
public import Records

/// What the token endpoint gives (RFC 6749, section 5.1).
public struct TokenAnswer: Sendable {
    let accessToken: String
    let isBound: Bool
    let scopes: Set<Scope>
    var refreshToken: Secret?
    var idToken: String?

    public var json: JSON {
        var members: JSON.Members = [
            "access_token": .string(accessToken), "token_type": .string(isBound ? "DPoP" : "Bearer"),
            "expires_in": .integer(AccessToken.lifetimeSeconds), "scope": .string(scopes.text),
        ]
        if let refreshToken {
            members["refresh_token"] = .string(String(decoding: refreshToken.exposed, as: UTF8.self))
        }
        if let idToken { members["id_token"] = .string(idToken) }
        return .object(members)
    }
}

/// What is asked of the token endpoint beside the grant itself.
public struct TokenWish: Sendable {
    public let client: TokenClient
    /// Nil for all that the grant has.
    public let scopes: Set<Scope>?
    public let resource: String?
    /// Thumbprint of the key that was proven with the request (RFC 9449).
    public let keyThumbprint: String?

    /// - Parameters:
    ///   - scope: as it was sent; nil for none.
    ///   - isForToken: whether a token may come of it at once, and not of a later request.
    /// - Throws: `TokenRefusal` for a client that has to prove a key and did not.
    public init(
        client: TokenClient, scope: String?, resource: String?, keyThumbprint: String?, isForToken: Bool = true
    ) throws {
        if isForToken, client.application?.registration.mustProveKey == true, keyThumbprint == nil {
            throw TokenRefusal(.invalidProof, "This client proves a key of its own with each request (DPoP).")
        }
        self.client = client
        scopes = scope.map(Set<Scope>.init(known:))
        self.resource = resource
        self.keyThumbprint = keyThumbprint
    }

    /// - Throws: `TokenRefusal`.
    func requireGrant(_ grant: GrantType) throws {
        guard client.grants.contains(grant) else {
            throw TokenRefusal(.unauthorizedClient, "This client is not registered for \(grant.rawValue).")
        }
    }

    /// The application at which somebody signs in by a grant; programs of customers sign nobody in.
    ///
    /// - Throws: `TokenRefusal`.
    func application(for grant: GrantType) throws -> Application {
        try requireGrant(grant)
        return try client.requireApplication()
    }
}

extension Onboarding {
    /// A token of a client's own (RFC 6749, section 4.4): for applications of services and for programs.
    ///
    /// - Throws: `TokenRefusal`.
    public func tokenForClient(_ wish: TokenWish) async throws -> TokenAnswer {
        let (holder, scopes, audience) = try ownGrant(of: wish)
        let token = try await issue(to: holder, scopes, for: audience, boundTo: wish.keyThumbprint)
        return TokenAnswer(accessToken: token, isBound: wish.keyThumbprint != nil, scopes: scopes)
    }

    /// The same without waiting; nil where anything has to be read, and for a token that is bound to a key.
    ///
    /// - Throws: `TokenRefusal`.
    public func tokenForClientAtOnce(_ wish: TokenWish) throws -> TokenAnswer? {
        guard wish.keyThumbprint == nil else { return nil }
        let (holder, scopes, audience) = try ownGrant(of: wish)
        return try issueAtOnce(to: holder, scopes, for: audience).map {
            TokenAnswer(accessToken: $0, isBound: false, scopes: scopes)
        }
    }

    private func ownGrant(
        of wish: TokenWish
    ) throws -> (holder: AccessToken.Holder, scopes: Set<Scope>, audience: String?) {
        try wish.requireGrant(.clientCredentials)
        let holder: AccessToken.Holder
        let allowed: Set<Scope>
        switch wish.client {
        case .application(let application):
            holder = .application(application)
            allowed = application.registration.scopes
        case .program(let program):
            guard wish.keyThumbprint != nil || !program.hasToProveKey else {
                throw TokenRefusal(.invalidProof, "This program proves a key of its own with each request (DPoP).")
            }
            holder = .program(program.account, of: program.organization)
            allowed = Scope.ofPrograms
        }
        // Clients of other providers send scopes that nobody knows here: what is left counts.
        let scopes = wish.scopes.map { $0.isEmpty ? allowed : $0.intersection(allowed) } ?? allowed
        if scopes.isEmpty, !allowed.isEmpty {
            throw TokenRefusal(.invalidScope, "This client has none of these scopes, but: \(allowed.text).")
        }
        return (holder, scopes, try resource(of: wish, wish.client.application, given: nil))
    }

    /// For whom a token is: what is asked for, else what was agreed to; nil for Usher itself.
    ///
    /// - Throws: `TokenRefusal` for another one than was agreed to (RFC 8707, section 2.2), and for one that the
    ///   application has not, or not any more.
    func resource(of wish: TokenWish, _ application: Application?, given: String?) throws -> String? {
        guard let wanted = wish.resource ?? given else { return nil }
        if wanted == issuer, given == nil { return nil }
        guard application?.registration.resources.contains(wanted) == true, given == nil || given == wanted else {
            throw TokenRefusal(.invalidTarget, "This client may not ask tokens for that resource.")
        }
        return wanted
    }

    /// Of what was agreed to, what the application still has.
    ///
    /// - Throws: `TokenRefusal` where nothing of it is left.
    func scopes(_ given: Set<Scope>, of application: Application) throws -> Set<Scope> {
        let left = given.intersection(application.registration.scopes)
        guard given.isEmpty || !left.isEmpty else {
            throw TokenRefusal(.invalidScope, "This client has none of these scopes any more: \(given.text).")
        }
        return left
    }

    /// Before anything is used up: who asks for too much is refused, and tries again with the same code.
    ///
    /// - Throws: `TokenRefusal`.
    func requireWithin(_ given: Authorization, _ application: Application, _ wish: TokenWish) throws {
        _ = try resource(of: wish, application, given: given.resource)
        _ = try scopes(given.scopes, of: application)
    }

    /// The tokens of somebody's sign-in.
    ///
    /// - Parameters:
    ///   - nonce: of the request that began it.
    ///   - refresh: nil where it gets none.
    func answer(
        _ session: ApplicationSession, _ holder: AccessToken.Holder, _ wish: TokenWish, scopes: Set<Scope>,
        nonce: String? = nil, refresh: Int?
    ) async throws -> TokenAnswer {
        guard case .person(let person, let application, _) = holder else {
            throw TokenRefusal(.invalidGrant, "This sign-in has ended.")
        }
        let audience = try resource(of: wish, application, given: session.authorization.resource)
        let scopes = try self.scopes(scopes, of: application)
        // A public client's refresh token is bound to its key, and any client's access token is.
        let key = wish.keyThumbprint
        let token = try await issue(to: holder, scopes, for: audience, boundTo: key)
        var answer = TokenAnswer(accessToken: token, isBound: key != nil, scopes: scopes)
        if let refresh { answer.refreshToken = try keys.refreshToken(of: session.id, number: refresh) }
        if scopes.contains(.openid) {
            answer.idToken = try await idToken(session, person, application, scopes, nonce: nonce, beside: token)
        }
        return answer
    }

    /// OpenID Connect Core, section 2.
    private func idToken(
        _ session: ApplicationSession, _ person: Person, _ application: Application, _ scopes: Set<Scope>,
        nonce: String?, beside token: String
    ) async throws -> String {
        let now = world.now()
        var claims = try await self.claims(of: person, scopes)
        claims["iss"] = .string(issuer)
        claims["aud"] = .string(application.id.text)
        claims["iat"] = .integer(now.seconds)
        claims["exp"] = .integer(now.seconds + AccessToken.lifetimeSeconds)
        claims["sid"] = .string(session.id.text)
        claims.merge(session.authorization.told) { $1 }
        if let nonce { claims["nonce"] = .string(nonce) }
        // The left half, as section 3.1.3.6 has it.
        claims["at_hash"] = .string(Array(try SHA256.digest(of: Array(token.utf8)).prefix(16)).base64URL)
        return try await signer(application.registration.algorithm).sign(.object(claims), header: ["typ": "JWT"])
    }
}

extension Scope {
    /// What a program of a customer may: it speaks for nobody, and to Usher of itself only.
    static let ofPrograms: Set<Scope> = [.organization, .access]
}

extension KeyRing {
    /// Derived, so that the answer to a request that is sent again holds the same token, and the database
    /// nothing that opens anything: `SIGN-IN.NUMBER.CODE`.
    func refreshToken(of session: ApplicationSessionID, number: Int) throws -> Secret {
        Secret("\(session).\(number).\(try refreshCode(session, number))")
    }

    /// - Returns: nil for what was never given out.
    func refreshToken(_ token: Secret) throws -> (session: ApplicationSessionID, number: Int)? {
        let parts = String(decoding: token.exposed, as: UTF8.self).split(
            separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let session = ApplicationSessionID(String(parts[0])), let number = Int(parts[1]),
            constantTimeEquals(Array(parts[2].utf8), Array(try refreshCode(session, number).utf8)),
            try refreshToken(of: session, number: number).exposed == token.exposed
        else { return nil }
        return (session, number)
    }

    private func refreshCode(_ session: ApplicationSessionID, _ number: Int) throws -> String {
        try derived("refresh/1|\(session)|\(number)").base64URL
    }
}
