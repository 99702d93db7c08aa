import Basics
import Directory
import Hummingbird
import Onboarding
import OneTimePassword

/// `/welcome`: from the link in the mail to an active account, in three pages.
///
/// The link's token stands behind `#`, which browsers send to no server. The script takes it into the form; without a
/// script it is pasted. GET uses nothing up, nor does a form that is sent without what only the person knows.
struct WelcomeRoutes {
    let onboarding: Onboarding
    let pages: Pages
    let limiter: RateLimiter

    func add(to router: Router<WebContext>) {
        let group = router.group("welcome")
        group.get("", use: link)
        group.post("", use: open)
        group.post("renew", use: renew)
        group.post("password", use: choosePassword)
        group.post("code", use: proveCode)
    }

    @Sendable
    private func link(_ request: Request, context: WebContext) throws -> Page {
        try pages.page("welcome-link", [:], context)
    }

    /// Page one: who invited whom, to what, and the password.
    @Sendable
    private func open(_ request: Request, context: WebContext) async throws -> Page {
        let form = try await FormGuard.form(request, context)
        try limiter.count(context.client.address, at: onboarding.world.now())
        return try await passwordPage(form, nil, context)
    }

    /// The same answer whatever was typed: it says what happens *if* somebody with this address is invited.
    @Sendable
    private func renew(_ request: Request, context: WebContext) async throws -> Page {
        let form = try await FormGuard.form(request, context)
        try limiter.count(context.client.address, at: onboarding.world.now())
        try await onboarding.renewInvitation(for: form["email"])
        return try pages.page("welcome-renewed", [:], context)
    }

    private func passwordPage(_ form: FormData, _ fault: Fault?, _ context: WebContext) async throws -> Page {
        let token = form["token"]
        let invitation: InvitationView
        do {
            invitation = try await onboarding.invitation(token: Secret(token))
        } catch let refused as Fault where refused.code == .notFound || refused.code == .expired {
            return try pages.page(
                "welcome-link", ["fault": refused.shown, "isOver": true], context, status: refused.code.status)
        }
        var context = context
        context.language = invitation.language
        var values: [String: Any] = [
            "token": token, "name": invitation.name, "email": invitation.email.text,
            "items": invitation.items.map(\.shown),
            "hasItems": !invitation.items.isEmpty, "choosesPassword": invitation.choosesPassword,
            "offersFactor": invitation.offersFactor, "wantsFactor": form.isChecked("factor"),
            "least": invitation.offersFactor ? invitation.leastAlone : invitation.leastWithFactor,
            "leastWithFactor": invitation.leastWithFactor,
        ]
        values["organization"] = invitation.organization
        values["invitedBy"] = invitation.invitedBy
        values["fault"] = fault?.shown
        return try pages.page("welcome-password", values, context, status: fault?.code.status ?? .ok)
    }

    /// Page two: the secret, as a picture, a link and text; or the end, where no factor is enrolled.
    @Sendable
    private func choosePassword(_ request: Request, context: WebContext) async throws -> Page {
        let form = try await FormGuard.form(request, context)
        try limiter.count(context.client.address, at: onboarding.world.now())
        let token = Secret(form["token"])
        do {
            let invitation = try await onboarding.invitation(token: token)
            var context = context
            context.language = invitation.language
            let start = try await onboarding.startEnrolment(
                token: token, password: form.secret("password"), wantsFactor: form.isChecked("factor"))
            guard let setup = start.setup else {
                return try pages.page(
                    "welcome-done",
                    [
                        "items": invitation.items.map(\.shown), "hasItems": !invitation.items.isEmpty,
                        "hasFactor": false,
                    ],
                    context)
            }
            return try codePage(setup, of: invitation.email, nil, context)
        } catch let refused as Fault where refused.code != .unavailable {
            return try await passwordPage(form, refused, context)
        }
    }

    private func codePage(
        _ setup: EnrolmentStart.Setup, of email: EmailAddress, _ fault: Fault?, _ context: WebContext
    ) throws -> Page {
        var values: [String: Any] = [
            "session": setup.session, "uri": setup.uri.text, "email": email.text, "secret": setup.secret.inGroups,
            "digits": setup.parameters.digits.rawValue, "picture": try QRCode(setup.uri.text).svg,
        ]
        values["fault"] = fault?.shown
        return try pages.page("welcome-code", values, context, status: fault?.code.status ?? .ok)
    }

    /// Page three: the recovery codes, and what the person may do now.
    @Sendable
    private func proveCode(_ request: Request, context: WebContext) async throws -> Page {
        let form = try await FormGuard.form(request, context)
        try limiter.count(context.client.address, at: onboarding.world.now())
        var context = context
        context.language = try await onboarding.enrolment(session: Secret(form["session"])).person.language
        do {
            let end = try await onboarding.verifyEnrolment(session: Secret(form["session"]), code: form["code"])
            return try pages.page(
                "welcome-done",
                [
                    "items": end.items.map(\.shown), "hasItems": !end.items.isEmpty, "hasFactor": true,
                    "codes": end.recoveryCodes, "codesText": end.recoveryCodes.joined(separator: "\n"),
                ], context)
        } catch let refused as Fault where refused.code == .invalid || refused.code == .tooMany {
            let (setup, person) = try await onboarding.enrolment(session: Secret(form["session"]))
            return try codePage(setup, of: person.email, refused, context)
        }
    }
}

extension InvitationView.Item {
    fileprivate var shown: [String: Any] { ["cloud": cloud, "profile": profile] }
}

extension String {
    /// Four characters and a space, as people read a secret out.
    var inGroups: String {
        stride(from: 0, to: count, by: 4).map { String(dropFirst($0).prefix(4)) }.joined(separator: " ")
    }
}
