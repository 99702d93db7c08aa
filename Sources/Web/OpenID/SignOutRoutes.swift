import Basics
import Directory
import Hummingbird
import Onboarding
import Records

/// `/openid/logout`: an application has somebody sign out (OpenID Connect RP-Initiated Logout 1.0).
struct SignOutRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        router.get(RouterPath(OpenIDPaths.logout)) { request, context in
            try await answer(context.target.query.map { ($0.name, $0.value) }, request, context)
        }
        router.post(RouterPath(OpenIDPaths.logout)) { request, context in
            let form = try await FormData(request)
            let isOurs = form.isChecked("decision")
            if isOurs { try FormGuard.require(form, request, context, by: .anybody) }
            return try await answer(form.single.map { ($0.key, $0.value) }, request, context, isMeant: isOurs)
        }
    }

    /// - Parameter isMeant: whether the person said so on our own page.
    private func answer(
        _ pairs: [(String, String)], _ request: Request, _ context: WebContext, isMeant: Bool = false
    ) async throws -> Response {
        let told = Dictionary(pairs.filter { !$0.1.isEmpty }) { first, _ in first }
        do {
            let asked = try await onboarding.signOutRequest(
                hint: told["id_token_hint"], clientID: told["client_id"], redirect: told["post_logout_redirect_uri"])
            let isTheirs = asked.subject != nil && asked.subject == context.visitor?.person.id
            guard isMeant || isTheirs || context.visitor == nil else {
                // Anybody may lead a browser here: without the person's own token the person is asked.
                let names = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"]
                let page = SignOutPage(
                    application: asked.application?.name.text ?? "",
                    fields: names.compactMap { name in told[name].map { ShownField(name: name, value: $0) } })
                return try pages.page(page, context).response(from: request, context: context)
            }
            if let token = context.token { try await onboarding.signOut(token) }
            try await onboarding.signOut(of: asked)
            var response: Response
            if let redirect = asked.redirect {
                let state =
                    told["state"].map { "\(redirect.contains("?") ? "&" : "?")state=\($0.percentEncoded)" } ?? ""
                let address = redirect + state
                response =
                    isMeant
                    ? try pages.page(LeavePage(address: address, application: ""), context.signedOut)
                        .response(from: request, context: context)
                    : .redirect(to: address)
            } else {
                response = .redirect(to: "/sign-in")
            }
            response.headers.append(
                .init(name: .setCookie, value: WebCookie.make(WebCookie.session, "", maxAge: 0).description))
            return response
        } catch let refusal as TokenRefusal {
            let page = AuthorizeRefusedPage(
                isSignOut: true, code: refusal.code.rawValue, description: refusal.description)
            return try pages.page(page, context, status: .badRequest).response(from: request, context: context)
        }
    }
}

extension WebContext {
    /// The same call, once nobody is signed in any more.
    fileprivate var signedOut: WebContext {
        var context = self
        (context.visitor, context.token, context.duties) = (nil, nil, [])
        return context
    }
}

struct SignOutPage: PageValue {
    static let template = "sign-out"
    /// Empty where nobody knows.
    let application: String
    let fields: [ShownField]
}
