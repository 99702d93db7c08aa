import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding
import OneTimePassword

/// `/account`: what people see of their own account, and change without asking anybody.
struct AccountRoutes {
    let onboarding: Onboarding
    let pages: Pages
    let limiter: RateLimiter

    func add(to router: Router<WebContext>) {
        let group = router.group("account")
        group.get("", use: show)
        group.post("password", use: changePassword)
        group.post("language", use: setLanguage)
        group.post("recovery-codes", use: replaceRecoveryCodes)
        group.post("factor", use: beginFactor)
        group.post("factor/code", use: proveFactor)
        group.post("sessions/end", use: endSessions)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        try await page(context, done: request.uri.queryParameters["done"].map(String.init))
    }

    /// - Parameters:
    ///   - fault: what was wrong with the password form.
    ///   - done: what was done just now, by the name that the template knows.
    private func page(_ context: WebContext, _ fault: Fault? = nil, done: String? = nil) async throws -> Page {
        _ = try context.actor()
        let visitor = try context.signedIn()
        let account = try await onboarding.ownAccount(of: visitor)
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        var values = shown(account, dates, of: visitor)
        values["fault"] = fault?.shown
        if let done, Self.doings.contains(done) { values["done-\(done)"] = true }
        values["isEnglish"] = context.language == .english
        return try pages.page("account", values, context, status: fault?.code.status ?? .ok)
    }

    private static let doings: Set = ["password", "language", "sessions"]

    private func shown(_ account: OwnAccount, _ dates: ReaderDates, of visitor: Visitor) -> [String: Any] {
        let grants = account.shownGrants(onboarding.catalogue, dates)
        let sessions = account.sessions.map { session -> [String: Any] in
            [
                "id": session.id.text, "client": ClientName(session.client).text,
                "since": dates.instant(session.createdAt), "seen": dates.instant(session.seenAt),
                "isOwn": session.id == visitor.session.id,
            ]
        }
        var values: [String: Any] = [
            "name": visitor.person.name.text, "email": visitor.person.email.text, "grants": grants,
            "hasGrants": !grants.isEmpty, "sessions": sessions, "hasOthers": sessions.count > 1,
            "hasFactor": account.mfa.factor != nil, "codesLeft": account.mfa.recoveryCodesLeft,
            "fewCodes": account.hasFewRecoveryCodes, "needsCode": account.mfa.factor != nil && !account.isFresh,
            "least": account.mfa.factor == nil ? PasswordRules.leastAlone : PasswordRules.leastWithMFA,
        ]
        values["organization"] = account.profile.organization?.name.text
        values["factorSince"] = account.mfa.factor.map { dates.day($0.createdAt) }
        return values
    }

    @Sendable
    private func changePassword(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        try limiter.count(context.client.address, at: onboarding.world.now())
        let visitor = try context.signedIn()
        do {
            try await onboarding.changePassword(
                current: form.secret("current"), to: form.secret("password"), by: visitor)
        } catch let refused as Fault where refused.code == .invalid || refused.code == .tooMany {
            return try await page(context, refused).response(from: request, context: context)
        }
        return .redirect(to: "/account?done=password")
    }

    @Sendable
    private func setLanguage(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        guard let language = Language(rawValue: form["language"]) else {
            throw Fault(.invalid, "The request cannot be understood.")
        }
        try await onboarding.setLanguage(language, of: try context.signedIn())
        return .redirect(to: "/account?done=language")
    }

    @Sendable
    private func endSessions(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let id = form["session"]
        guard let session = SessionID(id) else {
            guard id == "others" else { throw Fault(.invalid, "The request cannot be understood.") }
            try await onboarding.endSession(nil, by: try context.signedIn())
            return .redirect(to: "/account?done=sessions")
        }
        try await onboarding.endSession(session, by: try context.signedIn())
        return .redirect(to: "/account?done=sessions")
    }

    /// Shown once, and never again.
    @Sendable
    private func replaceRecoveryCodes(_ request: Request, context: WebContext) async throws -> Page {
        _ = try await FormGuard.form(request, context)
        let codes = try await onboarding.replaceRecoveryCodes(by: try context.actor())
        return try codesPage(codes, isNewFactor: false, context)
    }

    private func codesPage(_ codes: [String], isNewFactor: Bool, _ context: WebContext) throws -> Page {
        try pages.page(
            "account-codes",
            ["codes": codes, "codesText": codes.joined(separator: "\n"), "isNewFactor": isNewFactor], context)
    }

    /// The new secret, as a picture, a link and text.
    @Sendable
    private func beginFactor(_ request: Request, context: WebContext) async throws -> Page {
        let form = try await FormGuard.form(request, context)
        try limiter.count(context.client.address, at: onboarding.world.now())
        do {
            let setup = try await onboarding.beginOwnFactor(
                password: form.secret("current"), by: try context.signedIn())
            return try factorPage(setup, nil, context)
        } catch let refused as Fault where refused.code == .invalid || refused.code == .tooMany {
            return try await page(context, refused)
        }
    }

    private func factorPage(_ setup: EnrolmentStart.Setup, _ fault: Fault?, _ context: WebContext) throws -> Page {
        var values: [String: Any] = [
            "proof": setup.session, "uri": setup.uri.text, "secret": setup.secret.inGroups,
            "picture": try QRCode(setup.uri.text).svg,
        ]
        values["fault"] = fault?.shown
        return try pages.page("account-factor", values, context, status: fault?.code.status ?? .ok)
    }

    /// From here on the old authenticator is worth nothing, and the browser has a new session.
    @Sendable
    private func proveFactor(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        try limiter.count(context.client.address, at: onboarding.world.now())
        let visitor = try context.signedIn()
        let proof = form.secret("proof")
        do {
            let (entered, codes) = try await onboarding.proveOwnFactor(proof, code: form["code"], by: visitor)
            var context = context
            context.nextFormToken = try WebCookie.formToken(of: String(decoding: entered.token.exposed, as: UTF8.self))
            var response = try codesPage(codes, isNewFactor: true, context).response(from: request, context: context)
            response.headers[.setCookie] = WebCookie.make(entered).description
            return response
        } catch let refused as Fault where refused.code == .invalid || refused.code == .tooMany {
            let setup = try await onboarding.ownFactor(proof, by: visitor)
            return try factorPage(setup, refused, context).response(from: request, context: context)
        }
    }
}

extension OwnAccount {
    /// What the account may do, and where, for a template.
    func shownGrants(_ catalogue: Catalogue, _ dates: ReaderDates) -> [[String: Any]] {
        profile.grants.map { grant in
            var shown: [String: Any] = [
                "cloud": grant.cloud.name.text,
                "profile": catalogue.profile(grant.grant.profile)?.name ?? grant.grant.profile,
            ]
            shown["until"] = grant.grant.until.map(dates.day)
            return shown
        }
    }
}
