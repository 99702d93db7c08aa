import HTTPTypes
import Hummingbird

/// What browsers are told to refuse, with every answer (OWASP ASVS 5.0, 3.4).
struct SecurityHeaders: RouterMiddleware {
    private static let policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    private static let always = [
        ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), clipboard-write=(self)"),
        // Pages are personal unless a route says otherwise, as that of the style sheet does.
        ("Cache-Control", "no-store"),
    ]
    private static let whereSecure = [("Strict-Transport-Security", "max-age=63072000; includeSubDomains")]
    private let fields: [HTTPField]

    /// - Parameter isSecure: whether people reach us by TLS, ours or a proxy's.
    init(isSecure: Bool) {
        let wanted = isSecure ? Self.always + Self.whereSecure : Self.always
        fields = wanted.compactMap { name, value in HTTPField.Name(name).map { HTTPField(name: $0, value: value) } }
    }

    func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        add(to: &response.headers)
        return response
    }

    func add(to headers: inout HTTPFields) {
        for field in fields where headers[field.name] == nil { headers.append(field) }
    }
}
