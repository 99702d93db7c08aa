public import Basics
import JOSE
public import Records

/// What an application that signs somebody out has told of them (OpenID Connect RP-Initiated Logout 1.0).
public struct SignOutRequest: Sendable {
    /// Which application; nil where it did not say.
    public let application: Application?
    /// Where the person is led back to.
    public let redirect: String?
    /// Whom its ID token was about; nil where it brought none.
    public let subject: PersonID?
    /// The sign-in at the application that its ID token tells of.
    let session: ApplicationSessionID?
}

/// What one of our ID tokens says, whether or not its time is over.
struct SignInHint: Sendable {
    let client: String
    let subject: String
    let session: ApplicationSessionID?
}

extension Onboarding {
    /// - Returns: nil for what is no ID token of ours, or was signed by a key that is no longer known.
    func signInHint(_ text: String) async throws -> SignInHint? {
        do {
            let token = try CompactJWS(parsing: text)
            guard token.type != "at+jwt", token.type != "logout+jwt", let key = try await verifier(of: token) else {
                return nil
            }
            let claims = try token.claims(verifiedBy: key)
            guard claims["iss"].text == issuer, let client = claims["aud"].text, let subject = claims["sub"].text
            else { return nil }
            let session = claims["sid"].text.flatMap(ApplicationSessionID.init)
            return SignInHint(client: client, subject: subject, session: session)
        } catch is JWSError { return nil }
    }

    /// - Parameter redirect: `post_logout_redirect_uri`, to the letter one of those that are registered.
    /// - Throws: `TokenRefusal`, which is told to the person: nobody is led anywhere by it.
    public func signOutRequest(
        hint: String?, clientID: String?, redirect: String?
    ) async throws -> SignOutRequest {
        var told: SignInHint?
        if let hint {
            guard let found = try await signInHint(hint) else {
                throw TokenRefusal(.invalidRequest, "The id_token_hint is no ID token of ours.")
            }
            told = found
        }
        guard told == nil || clientID == nil || told?.client == clientID else {
            throw TokenRefusal(.invalidRequest, "The client_id is not the one that the id_token_hint is for.")
        }
        let id = (clientID ?? told?.client).flatMap(ApplicationID.init)
        let application = try await reading(by: .usher) { turn in try id.flatMap { try turn.snapshot.application($0) } }
        if let redirect {
            guard let application, application.removedAt == nil,
                application.registration.logoutRedirects.contains(redirect)
            else {
                throw TokenRefusal(
                    .invalidRequest, "The post_logout_redirect_uri is none of the addresses that are registered.")
            }
        }
        return SignOutRequest(
            application: application, redirect: redirect, subject: told.flatMap { PersonID($0.subject) },
            session: told?.session)
    }

    /// Ends the sign-in that the application's own token tells of, whatever became of the browser's session.
    public func signOut(of request: SignOutRequest) async throws {
        guard let application = request.application, let person = request.subject, let id = request.session else {
            return
        }
        try await writing(by: .usher) { turn in
            guard let session = try turn.snapshot.applicationSession(id),
                session.authorization.application == application.id, session.authorization.person == person
            else { return }
            try turn.end(id, of: person, "by the application")
        }
    }
}
