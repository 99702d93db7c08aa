import Basics
import Foundation
import HTTPTypes
import Hummingbird
import Onboarding

/// `/sign-in`, `/sign-in/code` and `/sign-out`: address and password, then a code.
struct SignInRoutes {
    let onboarding: Onboarding
    let pages: Pages
    let limiter: RateLimiter

    func add(to router: Router<WebContext>) {
        router.get("sign-in", use: ask)
        router.post("sign-in", use: signIn)
        router.get("sign-in/code", use: askCode)
        router.post("sign-in/code", use: proveCode)
        router.post("sign-out", use: signOut)
    }

    @Sendable
    private func ask(_ request: Request, context: WebContext) throws -> Page {
        try pages.page("sign-in", ["next": next(request.uri.queryParameters["next"].map(String.init))], context)
    }

    @Sendable
    private func signIn(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let next = next(form["next"])
        do {
            try limiter.count(context.client, at: onboarding.world.now())
            let entered = try await onboarding.signIn(
                email: form["email"], password: form.secret("password"), client: request.headers[.userAgent] ?? "")
            let place = entered.visitor.owesCode ? "/sign-in/code?next=\(next.asQuery)" : next
            return redirect(to: place, with: entered)
        } catch let refused as Fault where refused.code == .forbidden || refused.code == .tooMany {
            return try pages.page(
                "sign-in", ["next": next, "email": form["email"], "fault": refused.shown], context,
                status: refused.code.status
            ).response(from: request, context: context)
        }
    }

    @Sendable
    private func askCode(_ request: Request, context: WebContext) throws -> Page {
        _ = try context.signedIn()
        return try pages.page(
            "sign-in-code", ["next": next(request.uri.queryParameters["next"].map(String.init))], context)
    }

    @Sendable
    private func proveCode(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        guard let token = context.token else { throw Fault(.unauthenticated, "Sign in first.") }
        let next = next(form["next"])
        let (entered, verdict) = try await onboarding.prove(form["code"], in: token)
        if let entered { return redirect(to: next, with: entered) }
        let refused = verdict.refusal
        return try pages.page(
            "sign-in-code", ["next": next, "fault": refused.shown], context, status: refused.code.status
        ).response(from: request, context: context)
    }

    @Sendable
    private func signOut(_ request: Request, context: WebContext) async throws -> Response {
        _ = try await FormGuard.form(request, context)
        if let token = context.token { try await onboarding.signOut(token) }
        var response = Response.redirect(to: "/sign-in")
        response.headers[.setCookie] = WebCookie.make(WebCookie.session, "", maxAge: 0).description
        return response
    }

    private func redirect(to place: String, with entered: SignIn) -> Response {
        var response = Response.redirect(to: place)
        let token = String(decoding: entered.token.exposed, as: UTF8.self)
        response.headers[.setCookie] =
            WebCookie.make(
                WebCookie.session, token, maxAge: Int(SessionLimits.overallSeconds)
            ).description
        return response
    }

    /// Where to go afterwards: a path of ours, never another site's.
    private func next(_ wish: String?) -> String {
        guard let wish, wish.hasPrefix("/"), !wish.hasPrefix("//"), !wish.contains("\\"),
            wish.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return "/" }
        return wish
    }
}

extension String {
    /// As the value of a query.
    fileprivate var asQuery: String { addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" }
}
