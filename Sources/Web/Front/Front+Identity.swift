import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// Who stands behind a request: by a session, or by a token that an application or a program got.
extension Front {
    /// Who stands behind the cookie or the bearer token; a token that opens nothing is nobody's.
    func identify(_ request: Request, _ context: inout WebContext) async throws {
        let callers = context.target.manner?.callers ?? .sessions
        if callers != .sessions, try await open(request, &context) || callers == .tokens { return }
        let bearer = request.bearer
        // What another site makes a browser send has its
        // cookie: through the API it may change nothing.
        let takesCookie = bearer == nil && !(context.target.isForProgram && request.isUnsafe)
        let cookie = takesCookie ? WebCookie.value(of: WebCookie.session, in: request) : nil
        if let text = bearer ?? cookie, text.utf8.count == 64 {
            let token = Secret(text)
            do {
                context.visitor = try await onboarding.visitor(token, isUse: !request.isByItself(at: context.target))
                context.token = token
            } catch let fault as Fault where fault.code == .unauthenticated {
                context.visitor = nil
            }
        }
        guard !context.target.isForProgram else { return }
        if let visitor = context.visitor {
            context.language = onboarding.settings.languages.nearest(to: visitor.person.language)
            context.duties = try await onboarding.duties(of: visitor)
        }
        guard let visit = WebCookie.visit(of: request) else { return }
        context.visit = visit
        context.formToken = try onboarding.keys.formToken(browser: visit, person: context.visitor?.person.id)
    }

    /// - Returns: whether it came with an access token, be it one that opens nothing.
    private func open(_ request: Request, _ context: inout WebContext) async throws -> Bool {
        let credentials = TokenCredentials(request)
        // What a session is known by has no dots.
        guard let text = credentials.token, credentials.isBound || text.contains(".") else { return false }
        do {
            context.access = try await onboarding.opened(
                credentials, method: request.method.rawValue, context.target.path)
        } catch let refusal as TokenRefusal { context.tokenRefusal = refusal }
        return true
    }
}

extension Request {
    /// What an open page asks for without its reader: a session that nobody uses ends all the same.
    func isByItself(at target: RequestTarget) -> Bool {
        target.path == "/events" || headers[.usherLive] != nil
    }

    /// The token of the header `Authorization`, if it is one of the scheme `Bearer`, however
    /// that is written (RFC 9110, section 11.1).
    var bearer: String? {
        guard let field = headers[.authorization], let blank = field.firstIndex(of: " "),
            field[..<blank].lowercased() == "bearer"
        else { return nil }
        return field[blank...].withoutOptionalWhitespace
    }

    /// Whether it may change something (RFC 9110, section 9.2.1).
    var isUnsafe: Bool { ![.get, .head, .options, .trace].contains(method) }
}

extension HTTPField.Name {
    fileprivate static let usherLive = HTTPField.Name("Usher-Live") ?? .via
}

extension WebContext {
    /// What whoever calls is counted and logged by; nil for nobody known.
    var known: (text: String, party: Party?)? {
        if let visitor { return (visitor.person.id.text, .person(visitor.person.id)) }
        guard let access else { return nil }
        if case .person(let person, _, _) = access.holder { return (person.id.text, .person(person.id)) }
        return (access.holder.subject, nil)
    }

    /// By which the token came that opened this, if one did.
    var scheme: String { access?.keyThumbprint == nil ? "Bearer" : "DPoP" }

    /// What would be good enough (RFC 6750, section 3; RFC 9470, section 3).
    func challenge(_ request: Request) -> String {
        let needed =
            "error=\"insufficient_user_authentication\", acr_values=\"\(AuthenticationClass.multiFactor.rawValue)\""
        if access != nil {
            return "\(scheme) \(needed), max_age=\(Authority.freshMFASeconds)"
        }
        if let tokenRefusal {
            let isBound = TokenCredentials(request).isBound
            return OAuthAnswer.challenge(tokenRefusal, isBound: isBound).headers[.wwwAuthenticate] ?? "Bearer"
        }
        guard let visitor else {
            return request.headers[.authorization] == nil ? "Bearer" : "Bearer error=\"invalid_token\""
        }
        return "Bearer \(needed)\(visitor.owes == .nothing ? ", max_age=\(Authority.freshMFASeconds)" : "")"
    }
}
