import Basics
import Onboarding
import Records
import TestSupport
import Testing

/// A sign-in gives what was agreed to and what its application still has, and never more.
@Suite("What a sign-in at an application gives", .timeLimit(.minutes(60)))
struct AgreedTests {
    private let world: TestInstallation
    private let client: TestClient
    private let visitor: Visitor
    private static let (billing, stock) = ("https://billing.example", "https://stock.example")

    init() async throws {
        world = try await TestInstallation.withAcme()
        let alice = try await world.account()
        client = try await world.application(scopes: [.openid, .email, .api]) {
            $0.resources = [Self.billing, Self.stock]
        }
        visitor = try await world.visitor(alice)
    }

    private func code(for resource: String? = nil) async throws -> Secret {
        try await world.code(
            for: visitor, at: client, scope: "openid email api", resource.map { ["resource": $0] } ?? [:])
    }

    private func wish(_ resource: String? = nil) async throws -> TokenWish {
        try TokenWish(
            client: try await world.usher.authenticate(client.proof), scope: nil, resource: resource,
            keyThumbprint: nil)
    }

    private func redeem(_ code: Secret, for resource: String? = nil) async throws -> JSON {
        try await world.usher.redeem(
            code: code, redirect: TestInstallation.redirect, verifier: TestInstallation.verifier,
            try await wish(resource)
        ).json
    }

    private func refresh(_ tokens: JSON, for resource: String? = nil) async throws -> JSON {
        try await world.usher.refresh(Secret(tokens["refresh_token"].text ?? ""), try await wish(resource)).json
    }

    private func refusal(_ ask: () async throws -> JSON) async throws -> TokenRefusal.Code? {
        do {
            _ = try await ask()
            return nil
        } catch let refusal as TokenRefusal { return refusal.code }
    }

    private func change(_ change: (inout ApplicationChange) -> Void) async throws {
        var wanted = ApplicationChange()
        change(&wanted)
        _ = try await world.usher.changeApplication("Console", wanted, by: world.owner)
    }

    @Test("is for the service that was agreed to, and for no other, Usher itself among these")
    func resources() async throws {
        let tokens = try await redeem(try await code(for: Self.billing))
        for other in [Self.stock, world.usher.issuer, "https://evil.example"] {
            #expect(try await refusal { try await refresh(tokens, for: other) } == .invalidTarget, "\(other)")
        }
        _ = try await refresh(tokens)
        _ = try await refresh(tokens, for: Self.billing)
        let own = try await redeem(try await code())
        _ = try await refresh(own, for: world.usher.issuer)
    }

    @Test("uses no code up where more is asked for than was agreed to")
    func tooMuch() async throws {
        let code = try await code(for: Self.billing)
        for other in [Self.stock, world.usher.issuer] {
            #expect(try await refusal { try await redeem(code, for: other) } == .invalidTarget, "\(other)")
        }
        #expect(try await redeem(code)["access_token"] != .null)
    }

    @Test("is less from then on where something is taken from the application")
    func takenAway() async throws {
        let (waiting, tokens) = (try await code(), try await redeem(try await code()))
        try await change { $0.scopes = ["openid"] }
        let refreshed = try await refresh(tokens)
        #expect(refreshed["scope"] == "openid")
        #expect(try await redeem(waiting)["scope"] == "openid")
        let asker = try await world.usher.authenticate(client.proof)
        for token in [tokens["access_token"], tokens["refresh_token"]] {
            let told = try await world.usher.introspect(Secret(token.text ?? ""), by: asker)
            #expect(told["active"] == true && told["scope"] == "openid", "\(told)")
        }
        // What was agreed to for a service that the application has no more is for nobody.
        let billed = try await redeem(
            try await world.code(
                for: visitor, at: client, scope: "openid", ["resource": Self.billing]))
        try await change { $0.resources = [Self.stock] }
        #expect(try await refusal { try await refresh(billed) } == .invalidTarget)
        #expect(try await refusal { try await refresh(billed, for: Self.stock) } == .invalidTarget)
    }

    @Test("ends when the application's own token says so, whatever became of the browser")
    func signedOut() async throws {
        let (tokens, other) = (try await redeem(try await code()), try await redeem(try await code()))
        let hint = try #require(tokens["id_token"].text)
        world.clock.skip(hours: 2)
        let asked = try await world.usher.signOutRequest(hint: hint, clientID: client.id, redirect: nil)
        try await world.usher.signOut(of: asked)
        #expect(try await refusal { try await refresh(tokens) } == .invalidGrant)
        #expect(try await refresh(other)["access_token"] != .null)
        // Again is no fault.
        try await world.usher.signOut(of: asked)
    }

    @Test(
        "is asked of whom the hint names: another person signs in once more, and is then refused, with a long hint too")
    func anotherPerson() async throws {
        let hint = try #require(try await redeem(try await code())["id_token"].text)
        let other = try await world.visitor(try await world.account("bob@acme.example"))
        let parameters = [
            "client_id": client.id, "response_type": "code", "redirect_uri": TestInstallation.redirect,
            "scope": "openid", "code_challenge": String(repeating: "A", count: 43), "code_challenge_method": "S256",
        ]
        let asked = try await world.usher.authorizationRequest(parameters.merging(["id_token_hint": hint]) { $1 })
        world.clock.skip(seconds: 1)
        guard case .signIn = try await world.usher.authorize(asked, by: other, since: nil, hasConsent: false) else {
            Issue.record("somebody else was not asked to sign in")
            return
        }
        let since = other.session.createdAt
        do {
            _ = try await world.usher.authorize(asked, by: other, since: since, hasConsent: false)
            Issue.record("somebody else who has just signed in was not refused")
        } catch let refused as AuthorizationRefusal {
            #expect(refused.refusal.code == .loginRequired)
        }
        // Longer than any other parameter may be, it is read, and found to be none of ours.
        let long = parameters.merging(["id_token_hint": String(repeating: "x", count: 9_000)]) { $1 }
        do { _ = try await world.usher.authorizationRequest(long) } catch let refused as AuthorizationRefusal {
            #expect(!refused.refusal.description.contains("too long"), "\(refused.refusal.description)")
        }
    }

    @Test(
        "is bound to the key that a machine proves when it asks for its tokens, be it for the first time",
        arguments: [false, true])
    func machine(_ mustProveKey: Bool) async throws {
        let machine = try await world.application("Machine", .native) {
            $0.grants = [GrantType.deviceCode.rawValue, GrantType.refreshToken.rawValue]
            $0.redirects = []
            $0.mustProveKey = mustProveKey
        }
        let begun = try await world.usher.startDevice(try await world.wish(of: machine, isForToken: false)).json
        try await world.usher.answerDevice(begun["user_code"].text ?? "", isApproved: true, by: visitor)
        let code = Secret(begun["device_code"].text ?? "")
        let tokens = try await world.usher.redeem(
            deviceCode: code, try await world.wish(of: machine, boundTo: "a thumbprint")
        ).json
        #expect(tokens["token_type"] == "DPoP")
        let refresh = Secret(tokens["refresh_token"].text ?? "")
        for key in [nil, "another"] {
            let found = try await refusal {
                try await world.usher.refresh(refresh, try await world.wish(of: machine, boundTo: key)).json
            }
            #expect(found == (mustProveKey && key == nil ? .invalidProof : .invalidGrant))
        }
    }
}
