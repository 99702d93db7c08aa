import Basics
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// `/openid/userinfo` (OpenID Connect Core, section 5.3).
struct UserInfoRoutes: RouteGroup {
    let onboarding: Onboarding

    func add(to router: Router<WebContext>) {
        let path = RouterPath(OpenIDPaths.userInfo)
        router.get(path) { request, _ in try await answer(request, inBody: nil) }
        router.post(path) { request, _ in
            let form = request.headers.isForm ? try await FormData(request) : FormData(fields: [:])
            return try await answer(request, inBody: form.isChecked("access_token") ? form["access_token"] : nil)
        }
    }

    private func answer(_ request: Request, inBody body: String?) async throws -> Response {
        let credentials = TokenCredentials(request, inBody: body)
        guard body == nil || request.headers[.authorization] == nil else {
            return OAuthAnswer.challenge(
                TokenRefusal(.invalidRequest, "The token comes in one way: as a header, or in the form."),
                isBound: credentials.isBound)
        }
        guard credentials.token != nil else {
            return Response(status: .unauthorized, headers: [.wwwAuthenticate: "Bearer"])
        }
        do {
            let token = try await onboarding.opened(credentials, method: request.method.rawValue, OpenIDPaths.userInfo)
            return OAuthAnswer.document(try await onboarding.userInfo(token))
        } catch let refusal as TokenRefusal {
            return OAuthAnswer.challenge(refusal, isBound: credentials.isBound)
        }
    }
}

/// The token that came with a call, and the proof of its key.
struct TokenCredentials: Sendable {
    let token: String?
    /// Whether it came by the scheme `DPoP` (RFC 9449, section 7.1).
    let isBound: Bool
    let proofs: [String]

    init(_ request: Request, inBody body: String? = nil) {
        self.init(
            request.headers[.authorization] ?? "",
            proofs: HTTPField.Name.proof.map { request.headers[values: $0] } ?? [], inBody: body)
    }

    /// - Parameter field: the header `Authorization`.
    init(_ field: String, proofs: [String] = [], inBody body: String? = nil) {
        let parts = field.split(separator: " ", maxSplits: 1).map(String.init)
        let scheme = parts.count == 2 ? parts[0].lowercased() : ""
        isBound = scheme == "dpop"
        token = scheme == "bearer" || isBound ? parts[1].withoutOptionalWhitespace : body
        self.proofs = proofs
    }
}

extension Onboarding {
    /// What `opened` finds without waiting, of a bearer's token; else nil.
    func rememberedAccess(_ digest: TokenDigest, at mark: StoreMark) -> AccessToken? {
        guard let token = rememberedToken(digest, at: mark), token.keyThumbprint == nil,
            token.audience.contains(issuer)
        else { return nil }
        return token
    }

    /// Whoever holds a token, with the key that it is bound to, if it is.
    ///
    /// - Throws: `TokenRefusal`.
    func opened(_ credentials: TokenCredentials, method: String, _ path: String) async throws -> AccessToken {
        guard let text = credentials.token, let token = try await accessToken(text) else {
            throw TokenRefusal(.invalidToken, "The token is not good: it is unknown, or has ended.")
        }
        guard token.audience.contains(issuer) else {
            throw TokenRefusal(.invalidToken, "The token is for another service.")
        }
        guard (token.keyThumbprint != nil) == credentials.isBound else {
            throw TokenRefusal(.invalidToken, "A token that is bound to a key comes by DPoP, and any other as Bearer.")
        }
        if let key = token.keyThumbprint {
            let proven = try await provenKey(
                KeyProof(fields: credentials.proofs, method: method, path: path, accessToken: text))
            guard proven == key else { throw TokenRefusal(.invalidToken, "The token is bound to another key.") }
        }
        return token
    }
}
