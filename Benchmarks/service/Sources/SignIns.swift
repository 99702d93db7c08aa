import Basics
import Foundation
import LifecycleRig
import Onboarding
import OpenSSL
import Records
import Synchronization

/// An application that leads people to the pages of sign-in and back, by the use cases that the routes call.
struct SignIns {
    /// An application as its registration tells it.
    struct Client {
        let id: String
        let secret: Secret

        var proof: ClientProof { ClientProof(clientID: id, means: .secret(secret)) }
    }

    private static let redirect = "https://console.example/callback"
    /// As long as those that libraries make (RFC 7636, section 4.1).
    private static let verifier = "kQyoZ3x1bT9vWm5sJd0fLh7cRa2eUn8gPi4tXj6wYzA"
    private static let scope = "openid profile email"

    private let onboarding: Onboarding
    private let console: Client

    init(in onboarding: Onboarding) async throws {
        self.onboarding = onboarding
        // A name of its own, so that the same file can be used again.
        var draft = ApplicationDraft(name: "Console \(onboarding.world.random(4).hex)", kind: .web)
        draft.redirects = [Self.redirect]
        draft.scopes = Self.scope.split(separator: " ").map(String.init)
        console = try await Self.register(draft, in: onboarding)
    }

    private static func register(_ draft: ApplicationDraft, in onboarding: Onboarding) async throws -> Client {
        let (view, issued) = try await onboarding.addApplication(draft, by: .operator("root"))
        guard let issued else { throw Fault(.unavailable, "The application has no secret.") }
        return Client(id: view.application.id.text, secret: issued.secret)
    }

    /// A service that may ask about the tokens of others.
    static func platform(in onboarding: Onboarding) async throws -> Client {
        var draft = ApplicationDraft(name: "Platform", kind: .service)
        draft.scopes = ["decisions", "introspection"]
        return try await register(draft, in: onboarding)
    }

    /// One whole flow of a person of the crowd, who has signed in with an authenticator before: the browser brings
    /// the request and takes the code along, the application redeems it.
    ///
    /// - Returns: the access token.
    func run(for number: Int) async throws -> String {
        let visitor = try await onboarding.visitor(Secret(try Crowd.token(of: number)))
        let request = try await onboarding.authorizationRequest([
            "client_id": console.id, "response_type": "code", "redirect_uri": Self.redirect, "scope": Self.scope,
            "state": "\(number)", "nonce": "nonce-\(number)", "code_challenge_method": "S256",
            "code_challenge": try SHA256.digest(of: Array(Self.verifier.utf8)).base64URL,
        ])
        let step = try await onboarding.authorize(request, by: visitor, since: nil, hasConsent: false)
        guard case .redirect(let address) = step,
            let code = URLComponents(string: address)?.queryItems?.first(where: { $0.name == "code" })?.value
        else { throw Fault(.conflict, "The sign-in gave no code.") }
        let wish = try TokenWish(
            client: try await onboarding.authenticate(console.proof), scope: nil, resource: nil, keyThumbprint: nil)
        let answer = try await onboarding.redeem(
            code: Secret(code), redirect: Self.redirect, verifier: Self.verifier, wish
        ).json
        guard let token = answer["access_token"].text, answer["id_token"].text != nil else {
            throw Fault(.conflict, "The code gave no tokens.")
        }
        return token
    }

    /// So many flows by so many callers at once, of so many people in turn.
    ///
    /// - Returns: seconds.
    func run(_ flows: Int, people: Int, callers: Int) async throws -> Double {
        // The keys are made with the first token; nobody who is measured waits for that.
        _ = try await run(for: 0)
        let next = Counter()
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<callers {
                group.addTask {
                    while case let number = next.take(), number < flows { _ = try await run(for: number % people) }
                }
            }
            try await group.waitForAll()
        }
        return (ContinuousClock.now - start) / .seconds(1)
    }
}

/// Hands out the numbers of flows.
private final class Counter: Sendable {
    private let number = Atomic(0)

    func take() -> Int { number.add(1, ordering: .relaxed).oldValue }
}
