import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// `/sign-in`, `/sign-in/code` and `/sign-out`: address and password, then a code.
struct SignInRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages
    let limiter: RateLimiter

    func add(to router: Router<WebContext>) {
        router.get("sign-in", use: ask)
        router.post("sign-in", use: signIn)
        router.get("sign-in/code", use: askCode)
        router.post("sign-in/code", use: proveCode)
        router.get("sign-in/factor", use: askFactor)
        router.post("sign-out", use: signOut)
    }

    @Sendable
    private func ask(_ request: Request, context: WebContext) throws -> Response {
        let next = LocalPath(context.target.value("next"))
        // Signed in meanwhile, in another tab say: it goes on.
        let isAnew = context.target.value("again") == "yes"
        if !isAnew, next.text != "/", context.visitor?.owes == .nothing { return .redirect(to: next.text) }
        let context = context.speaking(next.wishedLanguages, request, onboarding.settings.languages)
        return try pages.page(
            SignInPage(
                next: next, email: String((context.target.value("email") ?? "").prefix(254)),
                isNewPassword: context.target.value("done") == "password"), context
        ).response(from: request, context: context)
    }

    @Sendable
    private func signIn(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context, by: .anybody)
        let next = LocalPath(form["next"])
        do {
            try limiter.count(context.client, at: onboarding.world.now())
            let entered = try await onboarding.signIn(
                email: form["email"], password: form.secret("password"), from: context.client)
            limiter.giveBack(context.client, at: onboarding.world.now())
            let place =
                switch entered.visitor.owes {
                case .nothing: next.text
                case .code: "/sign-in/code?next=\(next.query)"
                case .factor: "/sign-in/factor"
                }
            // One browser has one session: the one before would live on with nobody to end it.
            if let former = context.token { try await onboarding.signOut(former, for: entered) }
            return .redirect(to: place, with: entered)
        } catch let refused as Fault
            where refused.code == .forbidden || refused.code == .tooMany || refused.retryAfterSeconds != nil
        {
            let context = context.speaking(next.wishedLanguages, request, onboarding.settings.languages)
            return try pages.page(
                SignInPage(next: next, email: form["email"]), context, refused: refused
            ).response(from: request, context: context)
        }
    }

    @Sendable
    private func askCode(_ request: Request, context: WebContext) throws -> Page {
        _ = try context.signedIn()
        return try pages.page(SignInCodePage(next: LocalPath(context.target.value("next")).text), context)
    }

    /// For whom the password opens nothing: where an authenticator comes from.
    @Sendable
    private func askFactor(_ request: Request, context: WebContext) throws -> Response {
        let visitor = try context.signedIn()
        guard visitor.owes == .factor else { return .redirect(to: "/") }
        return try pages.page(SignInFactorPage(email: visitor.person.email.text), context)
            .response(from: request, context: context)
    }

    @Sendable
    private func proveCode(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        guard let token = context.token else { throw Fault(.unauthenticated, "Sign in first.") }
        let next = LocalPath(form["next"])
        let refused: Fault
        var isLocked = false
        do {
            let code = form.code("code", or: "recovery-code") ?? ""
            let (entered, verdict) = try await onboarding.prove(code, in: token, from: context.client)
            if let entered { return .redirect(to: next.text, with: entered) }
            (refused, isLocked) = (verdict.refusal, verdict.reason == .locked)
        } catch let fault as Fault where fault.code == .invalid {
            refused = fault
        }
        return try pages.page(
            SignInCodePage(next: next.text, isLocked: isLocked), context, refused: refused, controls: ["": "code"]
        ).response(from: request, context: context)
    }

    @Sendable
    private func signOut(_ request: Request, context: WebContext) async throws -> Response {
        _ = try await FormGuard.form(request, context, by: .anybody)
        if let token = context.token { try await onboarding.signOut(token) }
        var response = Response.redirect(to: "/sign-in")
        response.headers[.setCookie] = WebCookie.make(WebCookie.session, "", maxAge: 0).description
        return response
    }

}

extension Response {
    /// Goes on in the session that has just begun, or was proven.
    static func redirect(to place: String, with entered: SignIn) -> Response {
        var response = redirect(to: place)
        response.headers.append(contentsOf: WebCookie.fields(of: entered))
        return response
    }
}

struct SignInPage: PageValue {
    static let template = "sign-in"

    /// Where to go on.
    let next: String
    /// It goes on with a form that was sent before.
    let goesOn: Bool
    /// As it was typed.
    let email: String
    /// The password was changed a moment ago.
    let isNewPassword: Bool

    init(next: LocalPath, email: String = "", isNewPassword: Bool = false) {
        self.next = next.text
        goesOn = next.text.hasPrefix(LocalPath.unsentForms)
        self.email = email
        self.isNewPassword = isNewPassword
    }
}

/// `/sign-in/code`.
struct SignInCodePage: PageValue {
    static let template = "sign-in-code"
    let next: String
    var isLocked = false
}

/// `/sign-in/factor`: for whom the password opens nothing.
struct SignInFactorPage: PageValue {
    static let template = "sign-in-factor"
    let email: String
}
