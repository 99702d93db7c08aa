import Basics
import Directory
import Hummingbird
import Onboarding
import OneTimePassword
import OpenSSL
import Records

/// `/welcome`: from the link in the mail to an active account, in three pages.
///
/// The link's token stands behind `#`, which browsers send to no server. The script takes it
/// into the form; without a script it is pasted. GET uses nothing up, nor does a form that is
/// sent without what only the person knows.
///
/// The pages with the secret and with the recovery codes have addresses of their own, which
/// open in the browser that got there and in no other: loaded again they show the same, and
/// a form that is sent twice does one thing.
struct WelcomeRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages
    let limiter: RateLimiter
    let renewals: RateLimiter

    func add(to router: Router<WebContext>) {
        let group = router.group("welcome")
        group.get("", use: link)
        group.post("", use: open)
        group.post("renew", use: renew)
        group.get("renewed", use: renewed)
        group.post("password", use: choosePassword)
        group.get("authenticator/{id}", use: showSecret)
        group.post("code", use: proveCode)
        group.get("done/{id}", use: showEnd)
        group.post("kept", use: forgetCodes)
    }

    @Sendable
    private func link(_ request: Request, context: WebContext) throws -> Page {
        try pages.page(WelcomeLinkPage(), context)
    }

    /// Page one: who invited whom, to what, and the password.
    @Sendable
    private func open(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context, by: .anybody)
        try limiter.count(context.client, at: onboarding.world.now())
        return try await passwordPage(form, nil, request, context)
    }

    /// The same answer whatever was typed: it says what happens
    /// *if* somebody with this address is invited.
    @Sendable
    private func renew(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context, by: .anybody)
        try renewals.count(context.client, at: onboarding.world.now())
        try await onboarding.renewInvitation(for: form["email"])
        return .redirect(to: "/welcome/renewed")
    }

    @Sendable
    private func renewed(_ request: Request, context: WebContext) throws -> Page {
        try pages.page(WelcomeRenewedPage(), context)
    }

    private func passwordPage(
        _ form: FormData, _ fault: Fault?, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        let token = String(decoding: PastedInvitation.token(in: Secret(form["token"])).exposed, as: UTF8.self)
        let invitation: InvitationView
        do {
            invitation = try await onboarding.invitation(token: Secret(token))
            // Page one costs no try where the link is right; a password
            // that is refused there has cost one already.
            if fault == nil { limiter.giveBack(context.client, at: onboarding.world.now()) }
        } catch let refused as Fault where refused.code == .notFound || refused.code == .expired {
            // Of an enrolment that ended a moment ago in this browser the end is shown.
            let place = try KeepsakePlace(enrolmentBy: Secret(token), in: context.browser())
            if try await onboarding.enrolmentEnd(at: place) != nil { return .redirect(to: end(place)) }
            return try pages.page(WelcomeLinkPage(isOver: true), context, refused: refused)
                .response(from: request, context: context)
        }
        var context = context
        context.language = onboarding.settings.languages.nearest(to: invitation.language)
        let page = WelcomePasswordPage(
            token: token, name: invitation.name, email: invitation.email.text, organization: invitation.organization,
            invitedBy: invitation.invitedBy, items: invitation.items.map(\.shown),
            hasAccount: invitation.hasAccount,
            hasWorkingFactor: invitation.hasFactor, choosesPassword: invitation.choosesPassword,
            mayChooseAnew: invitation.mayChooseAnew, choosesAnew: form.isChecked("anew"),
            offersFactor: invitation.offersFactor, wantsFactor: form.isChecked("factor"),
            least: invitation.offersFactor ? invitation.leastAlone : invitation.leastWithFactor,
            leastWithFactor: invitation.leastWithFactor)
        return try pages.page(page, context, refused: fault, controls: ["": "password"])
            .response(from: request, context: context)
    }

    private func end(_ place: KeepsakePlace) -> String { "/welcome/done/\(place.name)" }

    /// Leads to page two, or to the end where no factor is enrolled.
    @Sendable
    private func choosePassword(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context, by: .anybody)
        try limiter.count(context.client, at: onboarding.world.now())
        let token = Secret(form["token"])
        do {
            let start = try await onboarding.startEnrolment(
                token: token, password: form.secret("password"), wantsFactor: form.isChecked("factor"),
                choosesAnew: form.isChecked("anew"), in: try context.browser(), signingInFrom: context.client)
            limiter.giveBack(context.client, at: onboarding.world.now())
            let place = try KeepsakePlace(enrolmentBy: token, in: context.browser())
            guard start.setup == nil else { return .redirect(to: "/welcome/authenticator/\(place.name)") }
            return try await signedIn(start.entered, at: place, context)
        } catch let refused as Fault where refused.code != .unavailable {
            return try await passwordPage(form, refused, request, context)
        }
    }

    /// Page two: the secret, as a picture, a link and text.
    @Sendable
    private func showSecret(_ request: Request, context: WebContext) async throws -> Response {
        let place = try place(context.parameters.get("id"), context)
        do {
            let (setup, person) = try await onboarding.enrolment(at: place)
            return try codePage(setup, of: person, place, nil, context).response(from: request, context: context)
        } catch let over as Fault where over.code == .expired {
            guard try await onboarding.enrolmentEnd(at: place) != nil else { throw over }
            return .redirect(to: end(place))
        }
    }

    /// - Parameter id: as an address or a form names it; another browser's is nobody's here.
    private func place(_ id: String?, _ context: WebContext) throws -> KeepsakePlace {
        guard let visit = context.visit else {
            throw Fault(.expired, "This enrolment is over. Open the link in your invitation again.")
        }
        // It becomes a part of an address: only what we made ourselves.
        let name = id.flatMap { $0.wholeMatch(of: /[0-9a-f]{32}/) == nil ? nil : $0 }
        return KeepsakePlace(browser: visit, name: name ?? onboarding.world.random(16).hex)
    }

    private func codePage(
        _ setup: EnrolmentStart.Setup, of person: Person, _ place: KeepsakePlace, _ fault: Fault?,
        _ context: WebContext
    ) throws -> Page {
        var context = context
        context.language = onboarding.settings.languages.nearest(to: person.language)
        let page = WelcomeCodePage(
            session: setup.session, of: place.name, uri: setup.uri.text, secret: setup.secret.inGroups,
            picture: try QRCode(setup.uri.text).svg)
        return try pages.page(page, context, refused: fault, controls: ["": "code"])
    }

    /// Leads to page three.
    @Sendable
    private func proveCode(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context, by: .anybody)
        try limiter.count(context.client, at: onboarding.world.now())
        let place = try place(form["of"], context)
        let session = Secret(form["session"])
        do {
            let ended = try await onboarding.verifyEnrolment(
                session: session, code: form["code"], keepingAt: place, signingInFrom: context.client)
            limiter.giveBack(context.client, at: onboarding.world.now())
            return try await signedIn(ended.entered, at: place, context)
        } catch let refused as Fault where refused.code == .invalid || refused.code == .tooMany {
            let (setup, person) = try await onboarding.enrolment(session: session)
            return try codePage(setup, of: person, place, refused, context).response(from: request, context: context)
        } catch let over as Fault where over.code == .expired {
            // The same form once more: what it led to is there already.
            guard try await onboarding.enrolmentEnd(at: place) != nil else { throw over }
            return .redirect(to: end(place))
        }
    }

    /// Leads to page three, signed in: what was just proven need not be proven
    /// again, nor could it be with the same code.
    private func signedIn(
        _ entered: SignIn?, at place: KeepsakePlace, _ context: WebContext
    ) async throws -> Response {
        guard let entered else { return .redirect(to: end(place)) }
        // Whoever was signed in here before, perhaps somebody else, is not any more.
        if let former = context.token { try await onboarding.signOut(former) }
        return .redirect(to: end(place), with: entered)
    }

    /// Page three: the recovery codes until they are said to be kept, and what the person may do now.
    @Sendable
    private func showEnd(_ request: Request, context: WebContext) async throws -> Response {
        let place = try place(context.parameters.get("id"), context)
        guard let end = try await onboarding.enrolmentEnd(at: place) else { return .redirect(to: "/") }
        var context = context
        context.language = onboarding.settings.languages.nearest(to: end.language)
        let page = WelcomeDonePage(
            of: place.name, items: end.items.map(\.shown),
            hasFactor: !end.recoveryCodes.isEmpty, isOfNewFactor: end.isOfNewFactor, codes: end.recoveryCodes,
            codesText: end.recoveryCodes.joined(separator: "\n"))
        return try pages.page(page, context).response(from: request, context: context)
    }

    @Sendable
    private func forgetCodes(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context, by: .anybody)
        let place = try place(form["of"], context)
        try await onboarding.forget(.recoveryCodes, at: place)
        try await onboarding.forget(.enrolment, at: place)
        return .redirect(to: "/")
    }
}

extension InvitationView.Item {
    fileprivate var shown: ShownItem { ShownItem(cloud: cloud, profile: profile) }
}

extension String {
    /// Four characters and a space, as people read a secret out.
    var inGroups: String {
        stride(from: 0, to: count, by: 4).map { String(dropFirst($0).prefix(4)) }.joined(separator: " ")
    }
}
