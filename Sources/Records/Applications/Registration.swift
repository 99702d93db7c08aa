public import Basics

/// What an application may ask for and where answers go, under the names of RFC 7591 and of OpenID's
/// registration where it is told.
public struct Registration: Hashable, Sendable {
    /// Where a person is led back to with a code, each to the letter; a loopback address has no port.
    public var redirects: [String] = []
    /// Where a person may be led back to after signing out.
    public var logoutRedirects: [String] = []
    /// Where it hears that somebody's sign-in has ended (OpenID Connect Back-Channel Logout).
    public var logoutNotice: String?
    public var grants: Set<GrantType> = []
    public var scopes: Set<Scope> = []
    /// Whose people may use it; empty for everybody's.
    public var organizations: [OrganizationID] = []
    /// By which its ID tokens are signed.
    public var algorithm: Algorithm = .es256
    /// For how long a sign-in to it lasts, in seconds.
    public var sessionSeconds: Int64 = 43_200
    /// Names of other services for which it may ask tokens (RFC 8707).
    public var resources: [String] = []
    /// Its public keys, a JSON Web Key Set: with them it signs what it proves itself by, and has no secret.
    public var keys: JSON?
    /// Whether it must push its requests (RFC 9126).
    public var mustPush = false
    /// Whether its tokens are bound to a key of its own (RFC 9449).
    public var mustProveKey = false

    public init() {}

    /// Of the signatures that Usher makes.
    public enum Algorithm: String, Sendable, CaseIterable {
        case es256 = "ES256"
        case rs256 = "RS256"
    }
}

/// A way to a token (RFC 6749, section 1.3).
public enum GrantType: String, Sendable, CaseIterable {
    case authorizationCode = "authorization_code"
    case refreshToken = "refresh_token"
    case clientCredentials = "client_credentials"
    case deviceCode = "urn:ietf:params:oauth:grant-type:device_code"
}

/// What a token is good for (RFC 6749, section 3.3).
public enum Scope: String, Sendable, CaseIterable {
    /// An ID token, and who it is about.
    case openid
    /// Name and language.
    case profile
    case email
    /// To which customer the person or program belongs.
    case organization
    /// Profiles by cloud.
    case access
    /// A sign-in that goes on without its person; ours do in any case, until they end.
    case offline = "offline_access"
    /// Usher's own API, as the person.
    case api
    /// The same, reading only.
    case apiRead = "api:read"
    /// Asking what anybody may do.
    case decisions
    /// Reading about people and organizations.
    case people
    /// Hearing what changes of anybody's access.
    case changes
    /// Asking whether tokens of others are good.
    case introspection
    /// Reading and writing which services and resources there are: what the platform keeps current.
    case resources
    /// Asking that somebody be given what was denied to them.
    case accessRequests = "access-requests"

    /// What only a service may have: these are rights of its own, no person's.
    public static let ofServices: Set<Scope> = [
        .decisions, .people, .changes, .introspection, .resources, .accessRequests,
    ]
}

extension Set<Scope> {
    /// Separated by blanks, in the order of the alphabet.
    public var text: String { map(\.rawValue).sorted().joined(separator: " ") }

    /// Those of a list that are known; what else is asked for counts as not asked.
    public init(known text: String) {
        self = Set(text.split(separator: " ").compactMap { Scope(rawValue: String($0)) })
    }
}

/// As it is kept, and told.
extension Registration {
    public var json: JSON {
        [
            "redirect_uris": .strings(redirects), "post_logout_redirect_uris": .strings(logoutRedirects),
            "backchannel_logout_uri": JSON(logoutNotice), "grant_types": .strings(grants.map(\.rawValue).sorted()),
            "scope": .string(scopes.text), "organizations": .strings(organizations.map(\.text)),
            "id_token_signed_response_alg": .string(algorithm.rawValue), "session_seconds": .integer(sessionSeconds),
            "resources": .strings(resources), "jwks": keys ?? .null,
            "require_pushed_authorization_requests": .bool(mustPush), "dpop_bound_access_tokens": .bool(mustProveKey),
        ]
    }

    /// Reads what `json` wrote.
    public init(json: JSON) {
        redirects = json["redirect_uris"].elements.compactMap(\.text)
        logoutRedirects = json["post_logout_redirect_uris"].elements.compactMap(\.text)
        logoutNotice = json["backchannel_logout_uri"].text
        grants = Set(json["grant_types"].elements.compactMap { $0.text.flatMap(GrantType.init) })
        scopes = Set(known: json["scope"].text ?? "")
        organizations = json["organizations"].elements.compactMap { $0.text.flatMap(OrganizationID.init) }
        algorithm = json["id_token_signed_response_alg"].text.flatMap(Algorithm.init) ?? .es256
        sessionSeconds = json["session_seconds"].number ?? 43_200
        resources = json["resources"].elements.compactMap(\.text)
        keys = json["jwks"] == .null ? nil : json["jwks"]
        mustPush = json["require_pushed_authorization_requests"].isTrue
        mustProveKey = json["dpop_bound_access_tokens"].isTrue
    }
}
