import Basics
import Foundation
import JOSE
import OpenSSL
public import Records

/// What an application asks of a browser (RFC 6749, section 4.1.1; OpenID Connect Core, section 3.1.2.1).
public struct AuthorizationRequest: Sendable {
    public let application: Application
    /// Where the answer goes.
    public let redirect: String
    public let state: String?
    public let scopes: Set<Scope>
    public let resource: String?
    public let nonce: String?
    let challenge: String
    let keyThumbprint: String?
    public let prompts: Set<Prompt>
    /// How long ago the person may have proven themselves, in seconds.
    let maxAge: Int64?
    /// Whether only a second factor will do.
    let wantsFactor: Bool
    /// Whose sign-in is expected; nil for anybody's.
    fileprivate(set) var subject: String?
    fileprivate let hint: String?
    /// What the form of the sign-in is filled with.
    public let loginHint: String
    /// In which languages, the best first (`ui_locales`).
    public let languages: String
    let pushed: PushedRequest?

    public enum Prompt: String, Sendable, CaseIterable { case none, login, consent, selectAccount = "select_account" }
}

/// Why a request is refused, and where that is told: an address is led to only if it is registered.
public struct AuthorizationRefusal: Error {
    public let refusal: TokenRefusal
    /// Nil where the person is told, and nobody else.
    public let redirect: String?
    public let state: String?
}

extension Onboarding {
    /// Reads and judges what a browser brought.
    ///
    /// - Parameter doubled: the name of one that is given twice.
    /// - Throws: `AuthorizationRefusal`.
    public func authorizationRequest(
        _ parameters: [String: String], doubled: String? = nil
    ) async throws -> AuthorizationRequest {
        if let doubled, ["client_id", "redirect_uri", "request_uri"].contains(doubled) {
            throw Self.untold(TokenRefusal(doubled: doubled))
        }
        var request = try await readRequest(parameters, doubled, at: world.now())
        if let hint = request.hint {
            guard let subject = try await signInHint(hint)?.subject else {
                let refusal = TokenRefusal(.invalidRequest, "The id_token_hint is no ID token of ours.")
                throw AuthorizationRefusal(refusal: refusal, redirect: request.redirect, state: request.state)
            }
            request.subject = subject
        }
        return request
    }

    private func readRequest(
        _ parameters: [String: String], _ doubled: String?, at now: Timestamp
    ) async throws -> AuthorizationRequest {
        try await reading(by: .usher, at: now) { turn in
            // Who asks, and where the answer goes, before anything else: without these nobody is led anywhere.
            var parameters = parameters
            var pushed: PushedRequest?
            guard
                let application = try parameters["client_id"].flatMap(ApplicationID.init).flatMap({
                    try turn.snapshot.application($0)
                }), application.removedAt == nil,
                // An identifier is read in either case, and a client id is compared to the letter.
                application.id.text == parameters["client_id"]
            else {
                throw Self.untold(TokenRefusal(.invalidRequest, "There is no application of this client_id."))
            }
            if let name = parameters["request_uri"], name.hasPrefix(Self.pushedPrefix) {
                let found = try turn.pushed(name)
                guard let found, found.application == application.id, now < found.expiresAt else {
                    throw Self.untold(
                        TokenRefusal(.invalidRequestURI, "The request is not there, or is over: begin anew."))
                }
                pushed = found
                parameters = found.parameters
            }
            let redirect = try turn.redirect(parameters["redirect_uri"], of: application)
            let state = parameters["state"]
            do {
                if let doubled { throw TokenRefusal(doubled: doubled) }
                if application.registration.mustPush, pushed == nil {
                    throw TokenRefusal(.invalidRequest, "This application pushes its requests first (RFC 9126).")
                }
                return try turn.request(parameters, of: application, redirect, pushed)
            } catch let refusal as TokenRefusal {
                throw AuthorizationRefusal(refusal: refusal, redirect: redirect, state: state)
            }
        }
    }

    private static func untold(_ refusal: TokenRefusal) -> AuthorizationRefusal {
        AuthorizationRefusal(refusal: refusal, redirect: nil, state: nil)
    }

    static var pushedPrefix: String { "urn:ietf:params:oauth:request_uri:" }
    public static var pushedSeconds: Int64 { 90 }

    /// Keeps a request for the browser that comes with its name (RFC 9126).
    ///
    /// - Returns: its `request_uri`.
    /// - Throws: `TokenRefusal`.
    public func push(_ parameters: [String: String], of client: TokenClient, boundTo key: String?) async throws
        -> String
    {
        let application = try client.requireApplication()
        guard parameters["request_uri"] == nil else {
            throw TokenRefusal(.invalidRequest, "A pushed request names no request_uri.")
        }
        guard key == nil || parameters["dpop_jkt"].map({ $0 == key }) ?? true else {
            throw TokenRefusal(.invalidProof, "dpop_jkt is not the thumbprint of the key that was proven.")
        }
        let parameters = parameters.merging(
            ["client_id": application.id.text, "dpop_jkt": key].compactMapValues(\.self)
        ) { $1 }
        let now = world.now()
        let name = world.random(32).base64URL
        let request = PushedRequest(
            hash: try SHA256.digest(of: Array(name.utf8)), application: application.id, parameters: parameters,
            expiresAt: now.adding(seconds: Self.pushedSeconds))
        return try await writing(by: .usher, at: now) { turn in
            let redirect: String
            do { redirect = try turn.redirect(parameters["redirect_uri"], of: application) } catch {
                throw (error as? AuthorizationRefusal)?.refusal ?? error
            }
            _ = try turn.request(parameters, of: application, redirect, request)
            try turn.transaction.insert(request)
            return Self.pushedPrefix + name
        }
    }
}

extension Turn {
    fileprivate func pushed(_ name: String) throws -> PushedRequest? {
        guard name.hasPrefix(Onboarding.pushedPrefix) else { return nil }
        let rest = name.dropFirst(Onboarding.pushedPrefix.count)
        return try snapshot.pushedRequest(hash: SHA256.digest(of: Array(rest.utf8)))
    }

    /// - Throws: `AuthorizationRefusal` that is told to the person alone.
    fileprivate func redirect(_ asked: String?, of application: Application) throws -> String {
        let refuse = { (description: String) in
            AuthorizationRefusal(
                refusal: TokenRefusal(.invalidRequest, description), redirect: nil, state: nil)
        }
        guard let asked else { throw refuse("The request has no redirect_uri.") }
        let isKnown = try application.registration.redirects.contains {
            try RedirectAddress($0, ofNative: application.kind == .native).allows(asked)
        }
        guard isKnown else { throw refuse("The redirect_uri is none of the addresses that are registered.") }
        return asked
    }

    fileprivate func request(
        _ parameters: [String: String], of application: Application, _ redirect: String, _ pushed: PushedRequest?
    ) throws -> AuthorizationRequest {
        try refuseUnknown(parameters, pushed)
        guard application.registration.grants.contains(.authorizationCode) else {
            throw TokenRefusal(.unauthorizedClient, "This application is not registered to sign people in.")
        }
        let challenge = try challenge(parameters)
        let asked = Set<Scope>(known: parameters["scope"] ?? "")
        let scopes = asked.intersection(application.registration.scopes)
        guard !scopes.isEmpty else {
            throw TokenRefusal(
                .invalidScope, "Ask for some of: \(application.registration.scopes.text).")
        }
        let resource = parameters["resource"].flatMap { $0 == usher.issuer ? nil : $0 }
        guard resource.map({ application.registration.resources.contains($0) }) ?? true else {
            throw TokenRefusal(.invalidTarget, "This application may not ask tokens for that resource.")
        }
        let prompts = try prompts(parameters["prompt"] ?? "")
        var maxAge: Int64?
        if let text = parameters["max_age"] {
            guard let age = Int64(text), age >= 0 else {
                throw TokenRefusal(.invalidRequest, "max_age is a number of seconds.")
            }
            maxAge = age
        }
        let classes = (parameters["acr_values"] ?? "").split(separator: " ").map(String.init)
        let known = classes.compactMap(AuthenticationClass.init)
        return AuthorizationRequest(
            application: application, redirect: redirect, state: parameters["state"], scopes: scopes,
            resource: resource, nonce: parameters["nonce"], challenge: challenge,
            keyThumbprint: parameters["dpop_jkt"], prompts: prompts, maxAge: maxAge,
            wantsFactor: known.first == .multiFactor, hint: parameters["id_token_hint"],
            loginHint: String((parameters["login_hint"] ?? "").prefix(254)),
            languages: parameters["ui_locales"] ?? "", pushed: pushed)
    }

    /// What is not done here is said, and not passed over (OpenID Connect Core, section 6).
    private func refuseUnknown(_ parameters: [String: String], _ pushed: PushedRequest?) throws {
        if parameters["request"] != nil {
            throw TokenRefusal(.requestNotSupported, "Requests are not sent as signed objects here: push them.")
        }
        if pushed == nil, parameters["request_uri"] != nil {
            throw TokenRefusal(.requestURINotSupported, "Requests are not fetched from elsewhere: push them.")
        }
        if parameters["registration"] != nil {
            throw TokenRefusal(.registrationNotSupported, "Applications are registered by an operator.")
        }
        guard parameters["response_type"] == "code" else {
            throw parameters["response_type"] == nil
                ? TokenRefusal(.invalidRequest, "The request has no response_type.")
                : TokenRefusal(.unsupportedResponseType, "The response_type is code.")
        }
        guard parameters["response_mode"].map({ $0 == "query" }) ?? true else {
            throw TokenRefusal(.invalidRequest, "The response_mode is query.")
        }
        // Our own tokens tell of each cloud of somebody who works in many.
        for (name, value) in parameters where value.utf8.count > (name == "id_token_hint" ? 16_000 : 2_000) {
            let plain = name.filter { $0.isASCII && ($0.isLetter || $0 == "_") }
            throw TokenRefusal(.invalidRequest, "The parameter \(plain.prefix(40)) is too long.")
        }
    }

    /// RFC 7636, S256 alone (RFC 9700, section 2.1.1).
    private func challenge(_ parameters: [String: String]) throws -> String {
        guard let challenge = parameters["code_challenge"] else {
            throw TokenRefusal(.invalidRequest, "The request has no code_challenge (PKCE).")
        }
        guard parameters["code_challenge_method"] == "S256" else {
            throw TokenRefusal(.invalidRequest, "The code_challenge_method is S256.")
        }
        guard challenge.utf8.count == 43, [UInt8](base64URL: challenge)?.count == 32 else {
            throw TokenRefusal(.invalidRequest, "The code_challenge is no SHA-256 in base64url.")
        }
        return challenge
    }

    private func prompts(_ text: String) throws -> Set<AuthorizationRequest.Prompt> {
        let words = text.split(separator: " ").map(String.init)
        let prompts = Set(words.compactMap(AuthorizationRequest.Prompt.init))
        guard prompts.count == Set(words).count else {
            throw TokenRefusal(.invalidRequest, "The prompt is none, or some of login, consent and select_account.")
        }
        guard !prompts.contains(.none) || prompts.count == 1 else {
            throw TokenRefusal(.invalidRequest, "The prompt none stands alone.")
        }
        return prompts
    }
}
