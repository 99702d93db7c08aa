import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding

/// `/forgotten-password` and `/new-password`: from a forgotten password to
/// another, by a mailed link and the factor.
///
/// The link's token stands behind `#`, as that of an invitation: GET uses nothing up.
struct PasswordRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages
    let limiter: RateLimiter
    let renewals: RateLimiter

    func add(to router: Router<WebContext>) {
        router.get("forgotten-password", use: ask)
        router.post("forgotten-password", use: order)
        router.get("new-password", use: link)
        router.post("new-password", use: open)
        router.post("new-password/choice", use: choose)
    }

    @Sendable
    private func ask(_ request: Request, context: WebContext) throws -> Page {
        let isSent = context.target.value("done") == "sent"
        return try pages.page(ForgottenPasswordPage(isSent: isSent), context)
    }

    /// The same answer whatever was typed: it says what happens *if*
    /// somebody with this address has an account.
    @Sendable
    private func order(_ request: Request, context: WebContext) async throws -> Response {
        try renewals.count(context.client, at: onboarding.world.now())
        let form = try await FormGuard.form(request, context, by: .anybody)
        try await onboarding.forgotPassword(of: form["email"])
        return .redirect(to: "/forgotten-password?done=sent")
    }

    @Sendable
    private func link(_ request: Request, context: WebContext) throws -> Page {
        try pages.page(NewPasswordLinkPage(), context)
    }

    @Sendable
    private func open(_ request: Request, context: WebContext) async throws -> Page {
        try limiter.count(context.client, at: onboarding.world.now())
        let form = try await FormGuard.form(request, context, by: .anybody)
        return try await page(form["token"], nil, context)
    }

    private func page(_ token: String, _ fault: Fault?, _ context: WebContext) async throws -> Page {
        let choice: PasswordChoice
        do {
            choice = try await onboarding.passwordChoice(token: Secret(token))
        } catch let refused as Fault where [.notFound, .expired, .conflict].contains(refused.code) {
            return try pages.page(NewPasswordLinkPage(isOver: true), context, refused: refused)
        }
        var context = context
        context.language = onboarding.settings.languages.nearest(to: choice.language)
        let page = NewPasswordPage(
            token: token, email: choice.email.text, wantsCode: choice.wantsCode, least: choice.least)
        return try pages.page(page, context, refused: fault)
    }

    @Sendable
    private func choose(_ request: Request, context: WebContext) async throws -> Response {
        try limiter.count(context.client, at: onboarding.world.now())
        let form = try await FormGuard.form(request, context, by: .anybody)
        do {
            try await onboarding.choosePassword(
                form.secret("password"), token: Secret(form["token"]), code: form["code"])
            limiter.giveBack(context.client, at: onboarding.world.now())
        } catch let refused as Fault where refused.code != .unavailable {
            return try await page(form["token"], refused, context).response(from: request, context: context)
        }
        return .redirect(to: "/sign-in?done=password")
    }
}

struct ForgottenPasswordPage: PageValue {
    static let template = "forgotten-password"
    let isSent: Bool
}

/// `/new-password`: where the code of a mail is typed.
struct NewPasswordLinkPage: PageValue {
    static let template = "new-password-link"
    /// The link opens nothing any more.
    var isOver = false
}

/// `/new-password`: the password itself.
struct NewPasswordPage: PageValue {
    static let template = "new-password"
    let token, email: String
    let wantsCode: Bool
    /// Characters.
    let least: Int
}
