public import Basics
import Directory
import OpenSSL
import Records

extension Onboarding {
    /// So long the refresh token before the newest is answered as if it were that: two tabs that refresh
    /// together, and a client that lost the answer, must not sign anybody out.
    public static var refreshGraceSeconds: Int64 { 30 }
    /// How often within that time.
    static var greatestRepeats: Int { 10 }

    /// The tokens for a code that a browser brought (RFC 6749, section 4.1.3; RFC 7636).
    ///
    /// Of any number of redemptions one succeeds, and every later one ends what came of it.
    /// - Throws: `TokenRefusal`.
    public func redeem(
        code: Secret, redirect: String?, verifier: String, _ wish: TokenWish
    ) async throws -> TokenAnswer {
        let application = try wish.application(for: .authorizationCode)
        let now = world.now()
        let hash = try SHA256.digest(of: code.exposed)
        let challenge = try SHA256.digest(of: Array(verifier.utf8)).base64URL
        let id = ApplicationSessionID(at: now, random: world.random)
        let origin = Origin.current
        let redeemed = try await writing(by: .usher, at: now) { turn -> (Redeemed, AuthorizationCode)? in
            guard let kept = try turn.snapshot.authorizationCode(hash: hash),
                kept.authorization.application == application.id
            else { return nil }
            if let session = kept.redeemed {
                try turn.end(session, of: kept.authorization.person, "used twice")
                try turn.transaction.record(
                    Sighting(.tokenReused, person: kept.authorization.person, from: origin), at: now)
                return nil
            }
            guard now < kept.expiresAt, kept.redirect == redirect,
                constantTimeEquals(Array(kept.challenge.utf8), Array(challenge.utf8)),
                kept.authorization.keyThumbprint.map({ $0 == wish.keyThumbprint }) ?? true,
                try turn.stands(kept.authorization)
            else { return nil }
            try requireWithin(kept.authorization, application, wish)
            guard
                try turn.transaction.redeem(kept, for: id, until: now.adding(seconds: application.sessionSeconds))
            else { return nil }
            return try turn.begin(id, kept.authorization, at: application, boundTo: wish.keyThumbprint)
                .map { ($0, kept) }
        }
        guard let (begun, kept) = redeemed else { throw Self.notGood("code") }
        return try await answer(
            begun.session, begun.holder, wish, scopes: kept.authorization.scopes, nonce: kept.nonce,
            refresh: application.registration.grants.contains(.refreshToken) ? 0 : nil)
    }

    static func notGood(_ what: String) -> TokenRefusal {
        TokenRefusal(.invalidGrant, "The \(what) is not good: it is unknown, not this client's, used, or over.")
    }

    /// New tokens for those of a sign-in that goes on (RFC 6749, section 6).
    ///
    /// Who keeps a secret or proves a key keeps their refresh token. Anybody else gets another; the one
    /// before is good for as long as an answer may be lost, and whoever comes with it later ends the sign-in,
    /// since one of two that have it has stolen it (RFC 9700, section 4.14.2).
    /// - Throws: `TokenRefusal`.
    public func refresh(_ token: Secret, _ wish: TokenWish) async throws -> TokenAnswer {
        let application = try wish.application(for: .refreshToken)
        guard let (id, number) = try keys.refreshToken(token) else { throw Self.notGood("refresh token") }
        let now = world.now()
        let isKept = application.kind != .native || wish.keyThumbprint != nil
        let origin = Origin.current
        let refreshed = try await writing(by: .usher, at: now) { turn -> (Redeemed, number: Int)? in
            guard let session = try turn.snapshot.applicationSession(id),
                session.authorization.application == application.id,
                application.kind != .native || session.authorization.keyThumbprint == wish.keyThumbprint,
                let holder = try turn.holder(of: session)
            else { return nil }
            let begun = Redeemed(session: session, holder: holder)
            try requireScopes(of: session.authorization, wish)
            try requireWithin(session.authorization, application, wish)
            if isKept { return number == session.refreshes.number ? (begun, number) : nil }
            switch try turn.rotate(session, from: number) {
            case .use(let number): return (begun, number)
            case .reused:
                let person = session.authorization.person
                try turn.end(id, of: person, "refresh token used again")
                try turn.transaction.record(Sighting(.tokenReused, person: person, from: origin), at: now)
                return nil
            }
        }
        guard let (begun, next) = refreshed else { throw Self.notGood("refresh token") }
        let scopes = wish.scopes ?? begun.session.authorization.scopes
        return try await answer(begun.session, begun.holder, wish, scopes: scopes, refresh: next)
    }
}

extension Onboarding {
    /// - Throws: `TokenRefusal` for what nobody agreed to when the sign-in began.
    private func requireScopes(of given: Authorization, _ wish: TokenWish) throws {
        // None that is known is not fewer of them.
        guard let scopes = wish.scopes, scopes.isEmpty || !scopes.isSubset(of: given.scopes) else { return }
        throw TokenRefusal(.invalidScope, "The sign-in was given for: \(given.scopes.text).")
    }
}

/// A sign-in at an application, and who stands behind it.
struct Redeemed: Sendable {
    let session: ApplicationSession
    let holder: AccessToken.Holder
}

private enum Rotation {
    /// The number of the refresh token that is good from now on.
    case use(Int)
    case reused
}

extension Writing {
    /// A sign-in at an application begins.
    ///
    /// - Returns: nil if its person or application has ended meanwhile.
    func begin(
        _ id: ApplicationSessionID, _ given: Authorization, at application: Application, boundTo key: String?
    ) throws -> Redeemed? {
        let authorization = Authorization(
            application: given.application, person: given.person, session: given.session, scopes: given.scopes,
            resource: given.resource, keyThumbprint: application.kind == .native ? key : nil,
            authenticatedAt: given.authenticatedAt, verifiedAt: given.verifiedAt)
        let session = ApplicationSession(
            id: id, authorization: authorization, createdAt: now,
            endsAt: now.adding(seconds: application.sessionSeconds))
        guard let holder = try holder(of: session), case .person(let person, _, _) = holder else { return nil }
        try transaction.insert(session)
        try transaction.audit(
            AuditNote(
                "application.sign_in", organization: person.organization, subject: person.id.text,
                detail: "\(application.id) \(id)"), by: .person(person.id), at: now)
        return Redeemed(session: session, holder: holder)
    }

    fileprivate func rotate(_ session: ApplicationSession, from number: Int) throws -> Rotation {
        let former = session.refreshes
        if number == former.number {
            let next = ApplicationSession.Refreshes(number: number + 1, changedAt: now)
            guard try transaction.set(next, of: session) else { return .reused }
            return .use(next.number)
        }
        guard number == former.number - 1, let changedAt = former.changedAt,
            now <= changedAt.adding(seconds: Onboarding.refreshGraceSeconds),
            // Another node may have changed it while this one waited for its turn, and by a clock a little ahead.
            changedAt <= now.adding(seconds: Onboarding.toleratedSeconds),
            former.repeats < Onboarding.greatestRepeats
        else { return .reused }
        let repeated = ApplicationSession.Refreshes(
            number: former.number, changedAt: changedAt, repeats: former.repeats + 1)
        _ = try transaction.set(repeated, of: session)
        return .use(former.number)
    }
}

extension Turn {
    /// Whether what somebody agreed to still stands: the session in which they did goes on.
    fileprivate func stands(_ authorization: Authorization) throws -> Bool {
        guard let id = authorization.session else { return true }
        return try snapshot.sessions(of: authorization.person).contains { $0.id == id && $0.isAlive(at: now) }
    }
}

extension Application {
    /// For how long a sign-in at it lasts: no longer than a session of ours.
    fileprivate var sessionSeconds: Int64 { min(registration.sessionSeconds, SessionLimits.overallSeconds) }
}
