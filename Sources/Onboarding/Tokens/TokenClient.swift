public import Basics
import Directory
import JOSE
import OpenSSL
public import Records

/// Who asks for a token: an application, or the program of a customer.
public enum TokenClient: Sendable {
    case application(Application)
    case program(TokenProgram)

    /// Its `client_id`.
    public var id: String {
        switch self {
        case .application(let application): application.id.text
        case .program(let program): program.account.id.text
        }
    }

    public var application: Application? { if case .application(let one) = self { one } else { nil } }

    /// With which it proves itself; nil for whoever has a secret, or nothing.
    var keys: JSON? {
        switch self {
        case .application(let application): application.registration.keys
        case .program(let program): program.account.keys
        }
    }

    public var grants: Set<GrantType> { application?.registration.grants ?? [.clientCredentials] }

    /// - Throws: `TokenRefusal` for the program of a customer.
    func requireApplication() throws -> Application {
        guard let application else { throw TokenRefusal(.unauthorizedClient, "Programs sign nobody in.") }
        return application
    }
}

/// The program of a customer, with what its tokens say and demand.
public struct TokenProgram: Sendable {
    let account: APIAccount
    /// The short name of its organization.
    let organization: String?
    /// Whether it holds what only a proven key lets it have: its tokens are good to nobody else then.
    let hasToProveKey: Bool
}

/// How a client proves itself (RFC 6749, section 2.3; RFC 7523).
public struct ClientProof: Sendable {
    public enum Means: Sendable {
        /// It is named and no more: whoever can keep nothing.
        case none
        case secret(Secret)
        /// `private_key_jwt`.
        case assertion(String)
    }

    /// Nil where its assertion alone says it.
    public let clientID: String?
    public let means: Means

    public init(clientID: String?, means: Means) {
        self.clientID = clientID
        self.means = means
    }
}

extension TokenRefusal {
    fileprivate static var unknownClient: TokenRefusal {
        TokenRefusal(.invalidClient, "The client is unknown, or what it proves itself by is not right or has ended.")
    }
}

extension Onboarding {
    /// For how long an assertion may be good at most: an hour is what client libraries sign where nobody says how long.
    private static var longestAssertionSeconds: Int64 { 3_600 }
    /// By how much a client's clock may be ahead of ours.
    static var tokenSkewSeconds: Int64 { 60 }

    /// Who a client is, once it has proven it: the one way for applications and programs.
    ///
    /// Nobody guesses 256 bits, so that wrong ones are counted by network and not by client: a stranger
    /// who knows a client's id cannot keep it waiting.
    /// - Throws: `TokenRefusal`, the same for a client that is not there and for a wrong secret.
    public func authenticate(_ proof: ClientProof) async throws -> TokenClient {
        do {
            switch proof.means {
            case .assertion(let text): return try await authenticate(text, of: proof.clientID)
            case .secret: return try await authenticate(bySecret: proof)
            case .none: return try await reading(by: .usher) { try $0.client(proof) }
            }
        } catch let refusal as TokenRefusal where refusal.code == .invalidClient {
            throw TokenRefusal(
                refusal.code, refusal.description, client: try keys.pseudonym(of: proof.clientID ?? "", use: "client"))
        }
    }

    /// Whom `authenticate` finds by a secret without waiting; nil where anything has to be read.
    ///
    /// - Parameter mark: of the store, taken after the client came.
    public func rememberedClient(_ digest: ClientDigest, at mark: StoreMark) -> TokenClient? {
        ring.rememberedClient(digest)?.client(at: mark, world.now())
    }

    /// What was right once is right for as long as nothing at all is committed and no secret ends.
    private func authenticate(bySecret proof: ClientProof) async throws -> TokenClient {
        let now = world.now()
        // Before anything is read: what is read is as new as this at least. Where it fails nothing is remembered.
        let mark = try? await store.mark()
        let digest = try ClientDigest(of: proof)
        if let mark, let digest, let known = ring.rememberedClient(digest)?.client(at: mark, now) { return known }
        let (client, end) = try await reading(by: .usher, at: now) { turn in
            let client = try turn.client(proof)
            return (client, try turn.secretEnd(of: client))
        }
        if let mark, let digest { ring.remember(RememberedClient(client: client, mark: mark, end: end), as: digest) }
        return client
    }

    private func authenticate(_ text: String, of named: String?) async throws -> TokenClient {
        let now = world.now()
        let token: CompactJWS
        let claims: JSON
        do throws(JWSError) {
            token = try CompactJWS(parsing: text)
            claims = try token.unverifiedClaims()
        } catch { throw TokenRefusal.unknownClient }
        guard let id = claims["sub"].text, claims["iss"].text == id, named == nil || named == id,
            let client = try await reading(by: .usher, { try $0.client(id) }), let keys = client.keys
        else { throw TokenRefusal.unknownClient }
        do {
            guard let key = try JWKSet(keys).key(for: token) else { throw TokenRefusal.unknownClient }
            _ = try token.claims(verifiedBy: key)
        } catch is JWSError { throw TokenRefusal.unknownClient }
        // As one text, and no other: what is meant for another server is not for us (RFC 9700, section 2.5).
        guard claims["aud"].text == issuer else {
            throw TokenRefusal(.invalidClient, "The audience of the assertion is \(issuer), as one text.")
        }
        guard let end = try? claims.numericDate("exp"), let jti = claims["jti"].text, !jti.isEmpty else {
            throw TokenRefusal(.invalidClient, "The assertion has to have exp and jti.")
        }
        let begin = (try? claims.numericDate("nbf")) ?? now  // Absent: it is good at once.
        guard now < end, begin <= now.adding(seconds: Self.tokenSkewSeconds),
            end <= now.adding(seconds: Self.longestAssertionSeconds + Self.tokenSkewSeconds)
        else {
            throw TokenRefusal(
                .invalidClient,
                "The assertion is not good now, or for more than an hour: our clock says \(now.iso8601).")
        }
        let key = try SHA256.digest(of: Array("usher/assertion/1|\(client.id)|\(jti)".utf8))
        guard try await working({ try $0.useOnce(key, until: end) }) else {
            throw TokenRefusal(.invalidClient, "This assertion was used before: each has a jti of its own.")
        }
        return client
    }
}

extension Turn {
    /// By its secret, or by nothing where it can keep none.
    ///
    /// - Throws: `TokenRefusal`.
    fileprivate func client(_ proof: ClientProof) throws -> TokenClient {
        guard let client = try proof.clientID.flatMap({ try client($0) }) else { throw TokenRefusal.unknownClient }
        let isProven =
            switch (client, proof.means) {
            case (.application(let application), .none): application.kind == .native
            case (.application(let application), .secret(let secret)):
                try application.keepsSecret && matches(secret, of: application)
            case (.program(let program), .secret(let secret)): try matches(secret, of: program.account)
            default: false
            }
        guard isProven else { throw TokenRefusal.unknownClient }
        return client
    }

    /// - Returns: nil for one that is not there, or may do nothing any more.
    fileprivate func client(_ id: String) throws -> TokenClient? {
        if let application = try ApplicationID(id).flatMap({ try snapshot.application($0) }) {
            return application.removedAt == nil && application.id.text == id ? .application(application) : nil
        }
        guard let account = try APIAccountID(id).flatMap({ try snapshot.apiAccount($0) }), account.closedAt == nil,
            account.id.text == id
        else { return nil }
        let hasToProveKey =
            try account.keys != nil
            && snapshot.apiGrants(of: account.id).contains { catalogue.profile($0.profile)?.programs == .withKey }
        return .program(
            TokenProgram(
                account: account, organization: try snapshot.organization(account.organization)?.slug.text,
                hasToProveKey: hasToProveKey))
    }

    /// When the first of its live secrets ends; nil where none does.
    fileprivate func secretEnd(of client: TokenClient) throws -> Timestamp? {
        let ends =
            switch client {
            case .application(let application): try snapshot.applicationSecrets(of: application.id).map(\.endsAt)
            case .program(let program): try snapshot.apiSecrets(of: program.account.id).map(\.endsAt)
            }
        return ends.compactMap(\.self).filter { now < $0 }.min()
    }

    private func matches(_ secret: Secret, of application: Application) throws -> Bool {
        let live = try snapshot.applicationSecrets(of: application.id).filter { $0.isLive(at: now) }
        return try matches(secret, live.map(\.hash), of: application.id)
    }

    func matches(_ secret: Secret, of account: APIAccount) throws -> Bool {
        let live = try snapshot.apiSecrets(of: account.id).filter { $0.isLive(at: now) }
        return try matches(secret, live.map(\.hash), of: account.id)
    }

    /// In constant time; every live one is compared, whichever matches.
    private func matches<Client>(_ secret: Secret, _ hashes: [[UInt8]], of id: Identifier<Client>) throws -> Bool {
        let hash = try Onboarding.hash(secret, of: id)
        return hashes.map { constantTimeEquals($0, hash) }.contains(true)
    }
}
