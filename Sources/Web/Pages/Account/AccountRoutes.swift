import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding
import OneTimePassword
import Records

/// `/account`: what people see of their own account, and change without asking anybody.
struct AccountRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages
    let limiter: RateLimiter

    func add(to router: Router<WebContext>) {
        let group = router.group("account")
        group.get("", use: show)
        group.post("password", use: changePassword)
        group.post("language", use: setLanguage)
        group.get("recovery-codes", use: showRecoveryCodes)
        group.post("recovery-codes", use: replaceRecoveryCodes)
        group.post("recovery-codes/kept", use: forgetRecoveryCodes)
        group.get("factor", use: showFactor)
        group.post("factor", use: beginFactor)
        group.post("factor/code", use: proveFactor)
        group.post("sessions/end", use: endSessions)
        group.post("applications/end", use: endApplication)
        group.post("address", use: requestAddress)
        group.post("address/code", use: proveAddress)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        try await page(context, done: context.target.value("done").flatMap(AccountPage.Done.init))
    }

    /// - Parameter fault: what was wrong with what was typed.
    private func page(
        _ context: WebContext, _ fault: Fault? = nil, done: AccountPage.Done? = nil
    ) async throws -> Page {
        _ = try context.actor()
        let visitor = try context.signedIn()
        let account = try await onboarding.ownAccount(of: visitor)
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        let signIns = try await onboarding.signIns(
            of: visitor.person.email, PageRequest(limit: Self.signInsShown), by: try context.actor())
        let sessions = account.sessions.map { session in
            AccountPage.Session(
                id: session.id.text, client: ClientName(session.client).text, since: dates.instant(session.createdAt),
                seen: dates.instant(session.seenAt), isOwn: session.id == visitor.session.id)
        }
        let applications = try await onboarding.applicationSignIns(by: try context.actor()).map {
            AccountPage.Application(
                id: $0.id.text, name: $0.application, since: dates.instant($0.since), isOfDevice: $0.isOfDevice)
        }
        let factor = account.mfa.factor
        let page = AccountPage(
            done: done, name: visitor.person.name.text, email: visitor.person.email.text,
            organization: account.profile.organization?.name.text,
            grants: account.shownGrants(onboarding.catalogue, dates),
            languages: pages.languages.choices(visitor.person.language),
            newAddress: account.addressChange.map {
                .init(address: $0.address.text, request: $0.request.text, isUnproven: $0.isUnproven)
            },
            hasFactor: factor != nil, factorSince: factor.map { dates.day($0.createdAt) },
            codesLeft: account.mfa.recoveryCodesLeft, fewCodes: account.hasFewRecoveryCodes,
            needsCode: factor != nil && !account.isFresh,
            least: factor == nil ? PasswordRules.leastAlone : PasswordRules.leastWithMFA, sessions: sessions,
            hasOthers: sessions.count > 1, applications: applications, hasApplications: !applications.isEmpty,
            signIns: signIns.events.map { pages.shown($0, dates, context.language) })
        return try pages.page(page, context, refused: fault)
    }

    private static let signInsShown = 20

    @Sendable
    private func changePassword(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        try limiter.count(context.client, at: onboarding.world.now())
        let visitor = try context.signedIn()
        do {
            try await onboarding.changePassword(
                current: form.secret("current"), to: form.secret("password"), by: visitor)
            limiter.giveBack(context.client, at: onboarding.world.now())
        } catch let refused as Fault where refused.code == .invalid || refused.code == .tooMany {
            return try await page(context, refused).response(from: request, context: context)
        }
        return .redirect(to: "/account?done=password")
    }

    @Sendable
    private func setLanguage(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        _ = try context.actor()
        guard let language = onboarding.settings.languages.named(form["language"]) else {
            throw Fault(.invalid, "The request cannot be understood.")
        }
        try await onboarding.setLanguage(language, of: try context.signedIn())
        return .redirect(to: "/account?done=language")
    }

    @Sendable
    private func endSessions(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        _ = try context.actor()
        let id = form["session"]
        guard let session = SessionID(id) else {
            guard id == "others" else { throw Fault(.invalid, "The request cannot be understood.") }
            try await onboarding.endSession(nil, by: try context.signedIn())
            return .redirect(to: "/account?done=sessions")
        }
        try await onboarding.endSession(session, by: try context.signedIn())
        return .redirect(to: "/account?done=sessions")
    }

    @Sendable
    private func endApplication(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let actor = try context.actor()
        guard let id = ApplicationSessionID(form["sign-in"]) else {
            throw Fault(.invalid, "The request cannot be understood.")
        }
        try await onboarding.endApplicationSignIn(id, by: actor)
        return .redirect(to: "/account?done=application")
    }

    /// The code goes to the new address, the word to the old one.
    @Sendable
    private func requestAddress(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        try limiter.count(context.client, at: onboarding.world.now())
        let visitor = try context.signedIn()
        do {
            _ = try await onboarding.requestAddressChange(
                of: visitor.person.email, to: form["address"], by: try context.actor())
        } catch let refused as Fault where refused.code == .invalid || refused.code == .conflict {
            return try await page(context, refused).response(from: request, context: context)
        }
        return .redirect(to: "/account?done=address")
    }

    @Sendable
    private func proveAddress(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        try limiter.count(context.client, at: onboarding.world.now())
        do {
            _ = try await onboarding.proveAddress(form.secret("token"), by: try context.actor())
        } catch let refused as Fault where [.invalid, .conflict, .notFound].contains(refused.code) {
            return try await page(context, refused).response(from: request, context: context)
        }
        return .redirect(to: "/account?done=address-proven")
    }

    /// Leads to the page that shows them; sent again, to the
    /// same ones, until they are said to be kept.
    @Sendable
    private func replaceRecoveryCodes(_ request: Request, context: WebContext) async throws -> Response {
        _ = try await FormGuard.form(request, context)
        _ = try await onboarding.replaceRecoveryCodes(by: try context.actor(), in: try context.browser())
        return .redirect(to: Self.codesPath)
    }

    private static let codesPath = "/account/recovery-codes"

    /// In the browser that made them, for a while, and never again once they are said to be kept.
    @Sendable
    private func showRecoveryCodes(_ request: Request, context: WebContext) async throws -> Response {
        guard let kept = try await keptCodes(context) else { return .redirect(to: "/account") }
        return try pages.page(
            AccountCodesPage(
                codes: kept.codes, codesText: kept.codes.joined(separator: "\n"), isNewFactor: kept.isOfNewFactor),
            context
        ).response(from: request, context: context)
    }

    private func keptCodes(_ context: WebContext) async throws -> KeptCodes? {
        _ = try context.actor()
        guard let visit = context.visit else { return nil }
        return try await onboarding.keptCodes(
            at: KeepsakePlace(codesOf: try context.signedIn().person.id, in: visit))
    }

    @Sendable
    private func forgetRecoveryCodes(_ request: Request, context: WebContext) async throws -> Response {
        _ = try await FormGuard.form(request, context)
        _ = try context.actor()
        try await onboarding.forget(
            .recoveryCodes,
            at: KeepsakePlace(codesOf: try context.signedIn().person.id, in: try context.browser()))
        return .redirect(to: "/account")
    }

    /// Leads to the page with the new secret; sent again, to the same one.
    @Sendable
    private func beginFactor(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        try limiter.count(context.client, at: onboarding.world.now())
        do {
            _ = try await onboarding.beginOwnFactor(
                password: form.secret("current"), by: try context.signedIn(), in: try context.browser())
            return .redirect(to: "/account/factor")
        } catch let refused as Fault where refused.code == .invalid || refused.code == .tooMany {
            return try await page(context, refused).response(from: request, context: context)
        }
    }

    /// The new secret, as a picture, a link and text, in the session that began it.
    @Sendable
    private func showFactor(_ request: Request, context: WebContext) async throws -> Response {
        _ = try context.actor()
        guard let visit = context.visit,
            let setup = try await onboarding.ownFactor(by: try context.signedIn(), in: visit)
        else {
            // Proven already, or over.
            let isProven = try await keptCodes(context) != nil
            return .redirect(to: isProven ? Self.codesPath : "/account")
        }
        return try factorPage(setup, nil, context).response(from: request, context: context)
    }

    private func factorPage(_ setup: EnrolmentStart.Setup, _ fault: Fault?, _ context: WebContext) throws -> Page {
        let page = AccountFactorPage(
            proof: setup.session, uri: setup.uri.text, secret: setup.secret.inGroups,
            picture: try QRCode(setup.uri.text).svg)
        return try pages.page(page, context, refused: fault, controls: ["": "code"])
    }

    /// From here on the old authenticator is worth nothing, and the browser has a new session.
    @Sendable
    private func proveFactor(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        try limiter.count(context.client, at: onboarding.world.now())
        let visitor = try context.signedIn()
        let proof = form.secret("proof")
        do {
            let (entered, _) = try await onboarding.proveOwnFactor(
                proof, code: form["code"], by: visitor, in: try context.browser())
            var response = Response.redirect(to: Self.codesPath)
            response.headers[.setCookie] = WebCookie.make(entered).description
            return response
        } catch let refused as Fault where refused.code == .invalid || refused.code == .tooMany {
            let setup = try await onboarding.ownFactor(proof, by: visitor)
            return try factorPage(setup, refused, context).response(from: request, context: context)
        } catch let over as Fault where over.code == .expired {
            // The same form once more: what it led to is there already.
            guard try await keptCodes(context) != nil else { throw over }
            return .redirect(to: Self.codesPath)
        }
    }
}
