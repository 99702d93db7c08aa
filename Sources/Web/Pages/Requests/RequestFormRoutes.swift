import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Onboarding
import OpenSSL
import Records

/// `/requests/new`: access for one person, who may have an account already.
struct RequestFormRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        router.get("requests/new", use: ask)
        router.post("requests/new", use: submit)
    }

    /// What the form shows, as it was typed or as it begins.
    private struct Draft {
        var email = ""
        var name = ""
        var language: String
        var until = ""
        var reason = ""
        /// Profile by the cloud's short name.
        var grants: [String: String] = [:]
        /// Tells a form that is sent twice from a second request.
        var key: String
        /// Who has an account already, and whose name and address are not typed anew.
        var person: PersonID?
    }

    /// - Parameter person: by id, whose profiles are to change.
    @Sendable
    private func ask(_ request: Request, context: WebContext) async throws -> Page {
        let actor = try context.actor()
        var draft = Draft(language: context.language.rawValue, key: key())
        var organization = context.target.value("org")
        if let text = context.target.value("person") {
            guard let id = PersonID(text) else { throw Authority.missing("person", text) }
            let profile = try await onboarding.person(id, by: actor)
            draft.email = profile.person.email.text
            draft.name = profile.person.name.text
            draft.language = profile.person.language.rawValue
            draft.person = id
            organization = profile.organization?.slug.text ?? organization
        }
        return try await page(draft, organization, nil, context)
    }

    @Sendable
    private func submit(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let actor = try context.actor()
        let wishes = form.names.filter { $0.hasPrefix(Self.prefix) && !form[$0].isEmpty }.map {
            (cloud: String($0.dropFirst(Self.prefix.count)), profile: form[$0])
        }
        let draft = Draft(
            email: form["email"], name: form["name"], language: form["locale"], until: form["until"],
            reason: form["reason"], grants: Dictionary(wishes) { first, _ in first }, key: form["key"],
            person: PersonID(form["person"]))
        do {
            let view = try await onboarding.submit(
                Submission(
                    organization: form["org"], email: draft.email, name: draft.name, language: draft.language,
                    grants: wishes, until: draft.until, reason: draft.reason.replacing("\r\n", with: "\n"),
                    idempotencyKey: draft.key), by: actor)
            // What only takes away has happened already.
            let done = view.state == "lessened" ? "asked" : "submitted"
            return .redirect(to: "/requests/\(view.id)?done=\(done)")
        } catch let fault as Fault where fault.code == .invalid || fault.code == .conflict {
            var draft = draft
            // A key that stands for another request would refuse this one for ever.
            if fault.code == .conflict { draft.key = key() }
            return try await page(draft, form["org"], (fault, wishes.map(\.cloud)), context)
                .response(from: request, context: context)
        }
    }

    private static let prefix = "grant."

    private func key() -> String { onboarding.world.random(16).hex }

    /// - Parameter fault: what was wrong, and the clouds in the order in which they were submitted.
    private func page(
        _ draft: Draft, _ slug: String?, _ fault: (Fault, clouds: [String])?, _ context: WebContext
    ) async throws -> Page {
        let actor = try context.actor()
        let places = try await onboarding.workplaces(of: actor)
        guard let slug = slug ?? places.first?.slug.text else {
            throw Fault(.forbidden, "Only representatives and delivery managers ask for access.")
        }
        let place = try await onboarding.organization(slug, by: actor)
        let held = try await held(by: draft.person, actor, context.language)
        let rows = place.clouds.map { cloud in
            let wish = draft.grants[cloud.slug.text]
            let now = held[cloud.slug.text]
            return RequestFormPage.Row(
                slug: cloud.slug.text, cloud: cloud.label, held: now?.profile, heldUntil: now?.until,
                heldNext: now?.next,
                takes: wish == Onboarding.noProfile,
                choices: onboarding.catalogue.profiles.map {
                    ShownChoice(code: $0.code, name: $0.name, isChosen: $0.code == wish)
                })
        }
        let page = RequestFormPage(
            org: place.organization.slug.text,
            places: draft.person == nil ? Workplace.options(places, chosen: slug) : [], email: draft.email,
            name: draft.name, isKnown: draft.person != nil, person: draft.person?.text, until: draft.until,
            reason: draft.reason, key: draft.key,
            locales: pages.languages.choices(pages.languages.named(draft.language)), rows: rows,
            guide: ProfileGuide(onboarding.catalogue, pages.names, context.language))
        let controls = fault.map { Self.fields(of: $0, clouds: $1 + place.clouds.map(\.slug.text)) }
        return try pages.page(page, context, refused: fault?.0, controls: controls ?? [:])
    }

    private struct Held {
        let profile: String
        let until, next: String?
    }

    /// What somebody has now, by the cloud's short name.
    private func held(by person: PersonID?, _ actor: Actor, _ language: Language) async throws -> [String: Held] {
        guard let person else { return [:] }
        let sheet = try await onboarding.personSheet(person, by: actor)
        let dates = ReaderDates(language, sheet.timeZone)
        let reader = RequestReader(pages: pages, language: language)
        return sheet.profile.grants.reduce(into: [:]) { all, held in
            guard !held.hasEnded else { return }
            all[held.cloud.slug.text] = Held(
                profile: reader.profile(held.grant.profile),
                until: held.grant.until.map { dates.day($0.adding(seconds: -1)) },
                next: held.grant.later.first.map { reader.profile($0.profile) })
        }
    }

    /// Faults name rows by their place among those submitted; one of
    /// the whole list stands at its first cloud.
    private static func fields(of fault: Fault, clouds: [String]) -> [String: String] {
        fault.faults.reduce(into: [:]) { fields, fault in
            let index = fault.field.wholeMatch(of: /grants\[(\d+)\]\..*/).flatMap { Int($0.1) }
            guard let index = index ?? (fault.field == "grants" ? 0 : nil), clouds.indices.contains(index) else {
                return
            }
            fields[fault.field] = prefix + clouds[index]
        }
    }
}

struct RequestFormPage: PageValue {
    static let template = "request-new"

    struct Row {
        let slug, cloud: String
        let held, heldUntil, heldNext: String?
        /// What is held is to be taken away.
        let takes: Bool
        let choices: [ShownChoice]
    }

    let org: String
    let places: [Workplace.Option]
    let email, name: String
    let isKnown: Bool
    let person: String?
    let until, reason, key: String
    let locales: [ShownChoice]
    let rows: [Row]
    let guide: ProfileGuide
}
