import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Onboarding
import Records
import Translation

/// `/operation/applications`: what signs people in by Usher, and what asks it in a name of its own.
///
/// A secret is shown in the browser that made it, for a while or until its operator says that it is kept, and nowhere
/// else.
struct ApplicationRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        let group = router.group("operation/applications")
        group.get("", use: list)
        group.get("new", use: ask)
        group.post("new", use: register)
        group.get("{id}", use: show)
        group.post("{id}/rotate", use: rotate)
        group.post("{id}/remove", use: remove)
        group.get("{id}/secret", use: showSecret)
        group.post("{id}/secret/kept", use: forgetSecret)
    }

    static let path = "/operation/applications"
    private static let pageSize = 50

    // MARK: Looking

    @Sendable
    private func list(_ request: Request, context: WebContext) async throws -> Page {
        let actor = try context.actor()
        let after = context.target.value("after")
        let found = try await onboarding.applications(PageRequest(after: after, limit: Self.pageSize), by: actor)
        let keys = try await onboarding.tokenKeys(by: actor)
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        let page = ApplicationsPage(
            applications: found.items.map { view in
                ApplicationsPage.Row(
                    id: view.application.id.text, name: view.application.name.text,
                    kind: pages.names.text("application", view.application.kind.rawValue, in: context.language),
                    scopes: view.application.registration.scopes.text)
            },
            isEmpty: found.items.isEmpty, isFirst: after == nil,
            next: found.next.map { "?after=\($0.percentEncoded)" },
            keys: keys.map { view in
                ApplicationsPage.Key(
                    id: view.key.id, algorithm: view.key.algorithm.rawValue,
                    state: pages.names.text("token-key", view.state.rawValue, in: context.language),
                    isSigning: view.state == .signing, since: dates.instant(view.key.signsFrom))
            },
            hasGone: context.target.value("done") == "removed")
        return try pages.page(page, context)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        try await page(context)
    }

    /// - Parameter refused: what was refused, and what was typed.
    private func page(
        _ context: WebContext, refused: (fault: Fault, typed: FormData)? = nil
    ) async throws -> Page {
        let actor = try context.actor()
        let view = try await onboarding.application(Self.name(context), by: actor)
        let findings = try await onboarding.checkApplication(view.application.id.text, by: actor)
        let dates = ReaderDates(context.language, onboarding.settings.timeZone)
        let (application, registration) = (view.application, view.application.registration)
        let isRotated = view.secrets.count > 1
        let page = ApplicationPage(
            id: application.id.text, name: application.name.text,
            kind: pages.names.text("application", application.kind.rawValue, in: context.language),
            done: context.target.value("done").flatMap(ApplicationPage.Done.init),
            since: dates.day(application.createdAt),
            findings: findings.map {
                ApplicationPage.Finding(
                    isFault: $0.isFault, sentence: pages.translations.words($0.sentence, in: context.language))
            },
            redirects: registration.redirects, logoutRedirects: registration.logoutRedirects,
            logoutNotice: registration.logoutNotice, scopes: pages.explained(registration.scopes, in: context.language),
            grants: registration.grants.map(\.rawValue).sorted(), organizations: view.organizations,
            resources: registration.resources, algorithm: registration.algorithm.rawValue,
            duration: dates.duration(seconds: registration.sessionSeconds), signsIn: application.kind != .service,
            mustPush: registration.mustPush, mustProveKey: registration.mustProveKey,
            keys: registration.keys.map { dates.number($0["keys"].elements.count) },
            secrets: view.secrets.map {
                ApplicationPage.Secret(since: dates.instant($0.createdAt), until: $0.endsAt.map(dates.instant))
            },
            mayRotate: application.keepsSecret && !isRotated,
            overlapDays: refused?.typed["overlapDays"] ?? "\(Onboarding.usualOverlapDays)",
            reason: refused?.typed["reason"] ?? "",
            isRotating: refused?.typed.isChecked("overlapDays") == true,
            isRemoving: refused?.typed.isChecked("reason") == true)
        return try pages.page(page, context, refused: refused?.fault)
    }

    private static func name(_ context: WebContext) -> String { context.parameters.get("id") ?? "" }

    // MARK: Registering

    @Sendable
    private func ask(_ request: Request, context: WebContext) async throws -> Page {
        // Asked for whoever may see it: nobody else learns what can be chosen.
        _ = try await onboarding.applications(PageRequest(limit: 1), by: try context.actor())
        return try pages.page(ApplicationForm(FormData(fields: [:])).page(pages, in: context.language), context)
    }

    @Sendable
    private func register(_ request: Request, context: WebContext) async throws -> Response {
        let form = ApplicationForm(try await FormGuard.form(request, context))
        let actor = try context.actor()
        do {
            let (view, secret) = try await onboarding.addApplication(try form.draft(), by: actor)
            guard let secret else { return .redirect(to: "\(Self.path)/\(view.application.id)?done=added") }
            return try await keep(secret, of: view.application.id, context)
        } catch let fault as Fault where [.invalid, .conflict].contains(fault.code) {
            // Who may not is told so, whatever they typed.
            _ = try await onboarding.applications(PageRequest(limit: 1), by: actor)
            return try pages.page(
                form.page(pages, in: context.language), context, refused: form.told(fault), controls: ["": "name"]
            ).response(from: request, context: context)
        }
    }

    // MARK: Changing

    @Sendable
    private func rotate(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let actor = try context.actor()
        let id = try await onboarding.application(Self.name(context), by: actor).application.id
        // Sent once more: there is another secret already, which the same page shows.
        if try await onboarding.kept(.outcome, at: try place(id, context)) != nil { return Self.toSecret(of: id) }
        do {
            guard let days = Int64(form["overlapDays"]) else {
                throw Fault.invalid("overlapDays", "out_of_range", "An overlap is 30 days at most.")
            }
            let issued = try await onboarding.rotateApplicationSecret(id.text, overlapDays: days, by: actor)
            return try await keep(issued, of: id, context)
        } catch let fault as Fault where [.invalid, .conflict].contains(fault.code) {
            return try await page(context, refused: (fault, form)).response(from: request, context: context)
        }
    }

    @Sendable
    private func remove(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        do {
            try await onboarding.removeApplication(
                Self.name(context), reason: form["reason"], by: try context.actor())
        } catch let fault as Fault where fault.code == .invalid {
            return try await page(context, refused: (fault, form)).response(from: request, context: context)
        }
        return .redirect(to: "\(Self.path)?done=removed")
    }

    // MARK: The secret

    private struct Kept: Codable { let client, secret: String }

    private func keep(_ issued: IssuedSecret, of id: ApplicationID, _ context: WebContext) async throws -> Response {
        let kept = Kept(client: issued.clientID, secret: String(decoding: issued.secret.exposed, as: UTF8.self))
        try await onboarding.keepOutcome(
            Secret(Array(try JSONEncoder().encode(kept))), at: try place(id, context), by: try context.signedIn())
        return Self.toSecret(of: id)
    }

    private static func toSecret(of id: ApplicationID) -> Response { .redirect(to: "\(path)/\(id)/secret") }

    @Sendable
    private func showSecret(_ request: Request, context: WebContext) async throws -> Response {
        let view = try await onboarding.application(Self.name(context), by: try context.actor())
        let id = view.application.id
        guard let kept = try await onboarding.kept(.outcome, at: try place(id, context)) else {
            return .redirect(to: "\(Self.path)/\(id)")
        }
        let shown = try JSONDecoder().decode(Kept.self, from: Data(kept.exposed))
        let page = ApplicationSecretPage(
            id: id.text, name: view.application.name.text, client: shown.client, secret: shown.secret)
        return try pages.page(page, context).response(from: request, context: context)
    }

    @Sendable
    private func forgetSecret(_ request: Request, context: WebContext) async throws -> Response {
        _ = try await FormGuard.form(request, context)
        let id = try await onboarding.application(Self.name(context), by: try context.actor()).application.id
        try await onboarding.forget(.outcome, at: try place(id, context))
        return .redirect(to: "\(Self.path)/\(id)")
    }

    /// Of the person too: another one who signs in to this browser sees nothing of it.
    private func place(_ id: ApplicationID, _ context: WebContext) throws -> KeepsakePlace {
        KeepsakePlace(browser: try context.browser(), name: "application|\(id)|\(try context.signedIn().person.id)")
    }
}
