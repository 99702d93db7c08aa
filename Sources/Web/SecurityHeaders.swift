import HTTPTypes
import Hummingbird

/// What browsers are told to refuse, with every answer (OWASP ASVS 5.0, 3.4).
struct SecurityHeaders: RouterMiddleware {
    /// Whether people reach us by TLS, ours or a proxy's.
    let isSecure: Bool

    private static let policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        func set(_ name: String, _ value: String) {
            if let name = HTTPField.Name(name), response.headers[name] == nil { response.headers[name] = value }
        }
        set("Content-Security-Policy", Self.policy)
        set("X-Content-Type-Options", "nosniff")
        set("X-Frame-Options", "DENY")
        set("Referrer-Policy", "no-referrer")
        set("Cross-Origin-Opener-Policy", "same-origin")
        set("Cross-Origin-Resource-Policy", "same-origin")
        set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), clipboard-write=(self)")
        // Pages are personal unless a route says otherwise, as that of the style sheet does.
        set("Cache-Control", "no-store")
        if isSecure { set("Strict-Transport-Security", "max-age=63072000; includeSubDomains") }
        return response
    }
}
