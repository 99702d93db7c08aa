public import Basics
import Directory
public import Records

extension Onboarding {
    /// Whether a token is good now, for whoever may know (RFC 7662).
    ///
    /// - Returns: `{"active":false}` for a token that is not good, and for one that is none of the client's business:
    ///   the same.
    public func introspect(_ token: Secret, by client: TokenClient) async throws -> JSON {
        let nothing: JSON = ["active": false]
        if let (id, number) = try keys.refreshToken(token) {
            let now = world.now()
            return try await reading(by: .usher, at: now) { turn in
                guard let session = try turn.snapshot.applicationSession(id), session.refreshes.number == number,
                    let holder = try turn.holder(of: session), client.id == holder.clientID,
                    case .person(_, let application, _) = holder
                else { return nothing }
                let scopes = session.authorization.scopes.intersection(application.registration.scopes)
                return [
                    "active": true, "client_id": .string(holder.clientID), "sub": .string(holder.subject),
                    "iss": .string(issuer), "exp": .integer(session.endsAt.seconds),
                    "scope": .string(scopes.text), "token_type": "refresh_token",
                ]
            }
        }
        guard let found = try await accessToken(String(decoding: token.exposed, as: UTF8.self)),
            client.mayKnow(found)
        else { return nothing }
        return found.introspected
    }

    /// What `introspect` tells without waiting; nil for whatever has to be read, and for what is told as none.
    ///
    /// - Parameter mark: of the store, taken after the question came.
    public func rememberedIntrospection(of token: Secret, by client: TokenClient, at mark: StoreMark) -> JSON? {
        guard let digest = try? TokenDigest(of: String(decoding: token.exposed, as: UTF8.self)),
            let found = rememberedToken(digest, at: mark), client.mayKnow(found)
        else { return nil }
        return found.introspected
    }

    /// Nothing that this token opened is open from now on (RFC 7009); what is unknown or another client's is fine.
    public func revoke(_ token: Secret, by client: TokenClient) async throws {
        if let (id, _) = try keys.refreshToken(token) {
            try await writing(by: .usher) { turn in
                guard let session = try turn.snapshot.applicationSession(id),
                    session.authorization.application.text == client.id
                else { return }
                try turn.end(id, of: session.authorization.person, "by the application", tellingIt: false)
            }
            return
        }
        guard let found = try await accessToken(String(decoding: token.exposed, as: UTF8.self)),
            found.holder.clientID == client.id, let end = found.claims["exp"].number
        else { return }
        try await working { try $0.revoke(found.id, until: Timestamp(seconds: end)) }
    }
}

extension AccessToken {
    fileprivate var introspected: JSON {
        var answer = claims.with("active", true)
            .with("token_type", keyThumbprint == nil ? "Bearer" : "DPoP")
        // What was taken from an application since is not told any more.
        if claims["scope"] != .null { answer = answer.with("scope", .string(scopes.text)) }
        if case .person(let person, _, _) = holder {
            answer = answer.with("username", .string(person.email.text))
        }
        return answer
    }
}

extension TokenClient {
    /// Its own; of others what `Authority` says.
    fileprivate func mayKnow(_ token: AccessToken) -> Bool {
        if token.holder.clientID == id { return true }
        return application.map {
            Authority.mayKnow($0, tokensFor: token.audience, of: token.holder.organization)
        } ?? false
    }
}
