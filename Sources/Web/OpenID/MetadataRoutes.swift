import Basics
import Hummingbird
import NIOCore
import Onboarding
import Records

/// What others have to know of this provider (OpenID Connect Discovery 1.0; RFC 8414).
///
/// Whatever stands here is done, and a test does it; whatever does not is refused.
enum OpenIDMetadata {
    static let proofAlgorithms = ["ES256", "PS256", "RS256"]
    private static let methods: JSON = ["client_secret_basic", "client_secret_post", "private_key_jwt"]

    /// - Parameter issuer: the address of the service.
    static func document(issuer: String, languages: [String]) -> JSON {
        let at = { (path: String) in JSON.string(issuer + path) }
        return [
            "issuer": .string(issuer),
            "authorization_endpoint": at(OpenIDPaths.authorize), "token_endpoint": at(OpenIDPaths.token),
            "userinfo_endpoint": at(OpenIDPaths.userInfo), "jwks_uri": at(OpenIDPaths.keys),
            "introspection_endpoint": at(OpenIDPaths.introspect), "revocation_endpoint": at(OpenIDPaths.revoke),
            "pushed_authorization_request_endpoint": at(OpenIDPaths.push),
            "device_authorization_endpoint": at(OpenIDPaths.device), "end_session_endpoint": at(OpenIDPaths.logout),
            "response_types_supported": ["code"], "response_modes_supported": ["query"],
            "grant_types_supported": .strings(GrantType.allCases.map(\.rawValue).sorted()),
            "scopes_supported": .strings(Scope.allCases.map(\.rawValue).sorted()),
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": .strings(Registration.Algorithm.allCases.map(\.rawValue)),
            "token_endpoint_auth_methods_supported": .array(methods.elements + ["none"]),
            "introspection_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_methods_supported": .array(methods.elements + ["none"]),
            "token_endpoint_auth_signing_alg_values_supported": .strings(proofAlgorithms),
            "introspection_endpoint_auth_signing_alg_values_supported": .strings(proofAlgorithms),
            "revocation_endpoint_auth_signing_alg_values_supported": .strings(proofAlgorithms),
            "dpop_signing_alg_values_supported": .strings(proofAlgorithms),
            "code_challenge_methods_supported": ["S256"],
            "prompt_values_supported": .strings(AuthorizationRequest.Prompt.allCases.map(\.rawValue)),
            "acr_values_supported": .strings(AuthenticationClass.allCases.map(\.rawValue)),
            "claims_supported": .strings(claims), "ui_locales_supported": .strings(languages),
            "authorization_response_iss_parameter_supported": true,
            "backchannel_logout_supported": true, "backchannel_logout_session_supported": true,
            "claims_parameter_supported": false, "request_parameter_supported": false,
            "request_uri_parameter_supported": false, "require_pushed_authorization_requests": false,
        ]
    }

    private static let claims = [
        "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash", "name",
        "preferred_username", "locale", "email", "email_verified", "organization", "access", "groups",
    ]
}

/// The metadata and the keys: the same for everybody, so that they may be kept for a while.
struct MetadataRoutes: RouteGroup {
    let onboarding: Onboarding

    func add(to router: Router<WebContext>) {
        let document = OpenIDMetadata.document(
            issuer: onboarding.issuer, languages: onboarding.settings.languages.all.map(\.rawValue))
        let bytes = ByteBuffer(bytes: document.bytes(pretty: false))
        for name in ["openid-configuration", "oauth-authorization-server"] {
            router.get(RouterPath("\(OpenIDPaths.wellKnown)/\(name)")) { _, _ in
                Self.kept(bytes, type: "application/json")
            }
        }
        router.get(RouterPath(OpenIDPaths.keys)) { _, _ in
            Self.kept(ByteBuffer(bytes: try await onboarding.publishedKeys()), type: "application/jwk-set+json")
        }
    }

    static func kept(_ bytes: ByteBuffer, type: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: type, .cacheControl: "public, max-age=\(TokenRing.cacheSeconds)",
                // Scripts of other sites may read what everybody may.
                .accessControlAllowOrigin: "*",
            ], body: .init(byteBuffer: bytes))
    }
}
