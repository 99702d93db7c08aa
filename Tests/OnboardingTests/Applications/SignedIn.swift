import Basics
import Onboarding
import OneTimePassword
import OpenSSL
import Records
import TestSupport
import Testing

/// What a person's sign-in at an application gives.
struct SignedIn {
    /// Of the browser, at Usher.
    let session: Secret
    let access: String
    let refresh: Secret
}

extension TestInstallation {
    /// Somebody with a second factor signs in by the code flow at an application that keeps a secret.
    ///
    /// - Parameters:
    ///   - redirect: one that is registered.
    ///   - meanwhile: what happens between the code and its redemption.
    func signIn(
        _ who: Enrolled, at application: ApplicationID, secret: Secret,
        redirect: String = "https://console.example.com/callback", meanwhile: () async throws -> Void = {}
    ) async throws -> SignedIn {
        clock.skip(seconds: 60)
        let half = try await usher.signIn(email: who.email.text, password: Secret(who.password), from: .test)
        let code = try #require(who.totp).code(at: clock.now)
        let session = try #require(try await usher.prove(code, in: half.token, from: .test).0).token
        let verifier = String(repeating: "v", count: 43)
        let request = try await usher.authorizationRequest([
            "client_id": application.text, "redirect_uri": redirect, "response_type": "code", "scope": "openid",
            "code_challenge": try SHA256.digest(of: Array(verifier.utf8)).base64URL, "code_challenge_method": "S256",
        ])
        let visitor = try await usher.visitor(session)
        let step = try await usher.authorize(request, by: visitor, since: nil, hasConsent: true)
        var address = ""
        if case .redirect(let given) = step { address = given }
        let given = try #require(address.firstMatch(of: /[?&]code=([^&]+)/)?.1, "\(step)")
        try await meanwhile()
        let client = try await usher.authenticate(ClientProof(clientID: application.text, means: .secret(secret)))
        let wish = try TokenWish(client: client, scope: nil, resource: nil, keyThumbprint: nil)
        let answer = try await usher.redeem(
            code: Secret(String(given)), redirect: redirect, verifier: verifier, wish
        ).json
        return SignedIn(
            session: session, access: try #require(answer["access_token"].text),
            refresh: Secret(try #require(answer["refresh_token"].text)))
    }
}
