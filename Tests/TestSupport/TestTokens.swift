public import Basics
import Foundation
public import Onboarding
import OneTimePassword
import OpenSSL
public import Records

/// A client of the token endpoint, as a test registered it.
public struct TestClient: Sendable {
    public let id: String
    public let secret: Secret?

    public init(id: String, secret: Secret?) {
        self.id = id
        self.secret = secret
    }

    public var proof: ClientProof { ClientProof(clientID: id, means: secret.map { .secret($0) } ?? .none) }
}

/// What applications and programs do, by the same use cases that the endpoints call.
extension TestInstallation {
    public static let redirect = "https://console.example/callback"
    public static let verifier = "a verifier that is long enough for everybody who looks at it"

    public func application(
        _ name: String = "Console", _ kind: Application.Kind = .web, scopes: [Scope] = [.openid],
        _ change: (inout ApplicationDraft) -> Void = { _ in }
    ) async throws -> TestClient {
        var draft = ApplicationDraft(name: name, kind: kind)
        draft.scopes = scopes.map(\.rawValue)
        if kind != .service { draft.redirects = [Self.redirect] }
        change(&draft)
        let (view, secret) = try await usher.addApplication(draft, by: owner)
        return TestClient(id: view.application.id.text, secret: secret?.secret)
    }

    public func wish(
        of client: TestClient, scope: String? = nil, boundTo key: String? = nil, isForToken: Bool = true
    ) async throws -> TokenWish {
        try TokenWish(
            client: try await usher.authenticate(client.proof), scope: scope, resource: nil, keyThumbprint: key,
            isForToken: isForToken)
    }

    /// A token of a client's own.
    public func token(of client: TestClient, scope: String? = nil) async throws -> String {
        try await usher.tokenForClient(try await wish(of: client, scope: scope)).json["access_token"].text ?? ""
    }

    /// Signs somebody in with all that they have, a minute later.
    public func visitor(_ who: Enrolled) async throws -> Visitor {
        clock.skip(seconds: 60)
        let browser = Client(address: "192.0.2.7", agent: "Test")
        let half = try await usher.signIn(email: who.email.text, password: Secret(who.password), from: browser)
        guard let totp = who.totp else { return half.visitor }
        let (proven, _) = try await usher.prove(try totp.code(at: clock.now), in: half.token, from: browser)
        return proven?.visitor ?? half.visitor
    }

    /// A code that a browser of this visitor brings to the application.
    public func code(
        for visitor: Visitor, at client: TestClient, scope: String, _ more: [String: String] = [:]
    ) async throws -> Secret {
        let challenge = try SHA256.digest(of: Array(Self.verifier.utf8)).base64URL
        let parameters = [
            "client_id": client.id, "response_type": "code", "redirect_uri": Self.redirect, "scope": scope,
            "code_challenge": challenge, "code_challenge_method": "S256",
        ].merging(more) { $1 }
        let request = try await usher.authorizationRequest(parameters)
        let step = try await usher.authorize(request, by: visitor, since: nil, hasConsent: true)
        guard case .redirect(let address) = step,
            let code = URLComponents(string: address)?.queryItems?.first(where: { $0.name == "code" })?.value
        else { throw Fault(.conflict, "The sign-in gave no code.") }
        return Secret(code)
    }

    /// The tokens of somebody's sign-in at an application.
    public func tokens(
        of visitor: Visitor, at client: TestClient, scope: String, boundTo key: String? = nil
    ) async throws -> JSON {
        let code = try await code(for: visitor, at: client, scope: scope)
        return try await usher.redeem(
            code: code, redirect: Self.redirect, verifier: Self.verifier,
            try await wish(of: client, boundTo: key)
        ).json
    }
}
