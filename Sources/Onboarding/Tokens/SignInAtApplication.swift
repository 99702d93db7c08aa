public import Basics
import Directory
import OpenSSL
import Records

/// What becomes of an application's request, for the browser that brought it.
public enum AuthorizationStep: Sendable {
    /// Back to the application.
    case redirect(String)
    /// The person signs in first, also where somebody is signed in already.
    case signIn
    /// A fresh code first.
    case prove
    /// The person is asked whether they mean it.
    case consent
}

extension Onboarding {
    public static var codeSeconds: Int64 { 60 }

    /// How far a request has come.
    ///
    /// - Parameters:
    ///   - since: when it came first; nil for now. What had to be proven anew was if it was proven after that.
    ///   - hasConsent: whether the person said on our own page that they mean it.
    /// - Throws: `AuthorizationRefusal` for what goes back as an error.
    public func authorize(
        _ request: AuthorizationRequest, by visitor: Visitor?, since: Timestamp?, hasConsent: Bool
    ) async throws -> AuthorizationStep {
        let now = world.now()
        let isSilent = request.prompts.contains(.none)
        let start = since ?? now
        guard let visitor, visitor.owes == .nothing else {
            if isSilent { throw request.refusal(.loginRequired, "Nobody is signed in.") }
            return .signIn
        }
        guard request.application.serves(visitor.person.organization) else {
            throw request.refusal(.accessDenied, "This application is not for people of that organization.")
        }
        if let subject = request.subject, subject != visitor.person.id.text {
            // Who has just signed in would only be asked again, and again.
            if !isSilent, visitor.session.createdAt < start { return .signIn }
            throw request.refusal(.loginRequired, "Somebody else is signed in.")
        }
        let session = visitor.session
        if !request.prompts.isDisjoint(with: [.login, .selectAccount]), session.createdAt < start { return .signIn }
        if let age = request.maxAge, session.authenticatedAt.adding(seconds: age) < start {
            if isSilent { throw request.refusal(.loginRequired, "The sign-in is older than max_age allows.") }
            return session.stage == .full ? .prove : .signIn
        }
        if request.wantsFactor, session.verifiedAt == nil {
            throw request.refusal(.unmetRequirements, "The person has no second factor.")
        }
        // What anybody may copy and run on a machine of theirs is nobody we know (RFC 8252, section 8.6).
        if request.application.kind == .native || request.prompts.contains(.consent), !hasConsent {
            if isSilent { throw request.refusal(.consentRequired, "The person is asked first.") }
            return .consent
        }
        let code = Secret(world.random(32).base64URL)
        let kept = AuthorizationCode(
            hash: try SHA256.digest(of: code.exposed), authorization: request.authorization(by: visitor),
            redirect: request.redirect, nonce: request.nonce, challenge: request.challenge,
            expiresAt: now.adding(seconds: Self.codeSeconds))
        try await working { transaction in
            if let pushed = request.pushed {
                guard try transaction.take(pushed) else {
                    throw request.refusal(.invalidRequestURI, "The request was carried out already.")
                }
            }
            try transaction.insert(kept)
        }
        return .redirect(
            request.answer([("code", String(decoding: code.exposed, as: UTF8.self))], from: issuer))
    }

    /// Once its browser has come, the pushed request waits for its person as long as a sign-in may take.
    public func hold(_ request: AuthorizationRequest) async throws {
        guard let pushed = request.pushed else { return }
        let end = world.now().adding(seconds: Self.signInSeconds)
        try await working { try $0.setExpiry(of: pushed, to: end) }
    }

    private static var signInSeconds: Int64 { 900 }

    /// What the person said no to goes back as an error.
    public func deny(_ request: AuthorizationRequest) -> String {
        let refusal = request.refusal(.accessDenied, "The person refused.")
        return refusal.address(from: issuer) ?? ""
    }

    /// What an answer that comes back to the same request is known by: when it came, and that we said so.
    public func seal(_ query: String, since: Timestamp) throws -> String {
        String(try keys.derived("authorize/1|\(since.milliseconds)|\(query)").hex.prefix(32))
    }
}

extension AuthorizationRequest {
    fileprivate func refusal(_ code: TokenRefusal.Code, _ description: String) -> AuthorizationRefusal {
        AuthorizationRefusal(refusal: TokenRefusal(code, description), redirect: redirect, state: state)
    }

    fileprivate func authorization(by visitor: Visitor) -> Authorization {
        Authorization(
            application: application.id, person: visitor.person.id, session: visitor.session.id, scopes: scopes,
            resource: resource, keyThumbprint: keyThumbprint, authenticatedAt: visitor.session.authenticatedAt,
            verifiedAt: visitor.session.verifiedAt)
    }

    fileprivate func answer(_ pairs: [(String, String)], from issuer: String) -> String {
        AuthorizationRefusal.address(redirect, pairs + (state.map { [("state", $0)] } ?? []), from: issuer)
    }

    /// Of this machine, or another: for the person who is asked whether they mean it.
    public var destination: String { redirect.split(separator: "?").first.map(String.init) ?? redirect }
}

extension AuthorizationRefusal {
    /// Where the browser is led to with it; nil where it is led nowhere.
    public func address(from issuer: String) -> String? {
        guard let redirect else { return nil }
        let pairs = [("error", refusal.code.rawValue), ("error_description", refusal.description)]
        return Self.address(redirect, pairs + (state.map { [("state", $0)] } ?? []), from: issuer)
    }

    /// With `iss`, so that no answer of another server is taken for ours (RFC 9207).
    fileprivate static func address(_ redirect: String, _ pairs: [(String, String)], from issuer: String) -> String {
        let query = (pairs + [("iss", issuer)]).map { "\($0.0)=\($0.1.percentEncoded)" }.joined(separator: "&")
        return "\(redirect)\(redirect.contains("?") ? "&" : "?")\(query)"
    }
}

extension Session {
    /// When the person proved themselves last, by whatever they have.
    var authenticatedAt: Timestamp { max(createdAt, verifiedAt ?? createdAt) }
}
