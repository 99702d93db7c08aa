import Basics

/// Why a client gets no token, in the words of the standards: what it is told is for whoever writes it.
public struct TokenRefusal: Error {
    /// RFC 6749, sections 4.1.2.1 and 5.2, and what came after it.
    public enum Code: String, Sendable, CaseIterable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
        case invalidScope = "invalid_scope"
        case accessDenied = "access_denied"
        /// RFC 6750.
        case invalidToken = "invalid_token"
        case insufficientScope = "insufficient_scope"
        /// RFC 8707.
        case invalidTarget = "invalid_target"
        /// RFC 8628.
        case authorizationPending = "authorization_pending"
        case slowDown = "slow_down"
        case expiredToken = "expired_token"
        /// RFC 9449.
        case invalidProof = "invalid_dpop_proof"
        case useNonce = "use_dpop_nonce"
        /// OpenID Connect Core, section 3.1.2.6.
        case loginRequired = "login_required"
        case interactionRequired = "interaction_required"
        case consentRequired = "consent_required"
        case requestNotSupported = "request_not_supported"
        case requestURINotSupported = "request_uri_not_supported"
        case registrationNotSupported = "registration_not_supported"
        /// RFC 9101 and 9126.
        case invalidRequestURI = "invalid_request_uri"
        /// OpenID Connect Core Error Code unmet_authentication_requirements 1.0.
        case unmetRequirements = "unmet_authentication_requirements"
    }

    public let code: Code
    /// For the author of the client: ASCII without quotes and backslashes (RFC 6749, section 5.2).
    public let description: String
    /// What stands for the client that did not prove itself, among the security events; nil for every other refusal.
    public let client: String?

    public init(_ code: Code, _ description: String, client: String? = nil) {
        self.code = code
        self.description = description
        self.client = client
    }

    /// Of a parameter that stands there twice: of resources one is taken, and named as such (RFC 8707, section 2).
    ///
    /// - Parameter name: as it was sent.
    public init(doubled name: String) {
        guard name != "resource" else {
            self.init(.invalidTarget, "A token is for one resource: name one.")
            return
        }
        let plain = name.filter { $0.isASCII && ($0.isLetter || $0 == "_") }
        self.init(.invalidRequest, "The parameter \(plain.prefix(40)) is given twice.")
    }
}
