import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding
import Records
import Translation

/// `/clouds`: who has what in each, and asking for another one.
struct CloudRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        let group = router.group("clouds")
        group.get("", use: list)
        group.post("", use: ask)
        group.get("{organization}/{cloud}", use: show)
    }

    private static let pageSize = 200

    @Sendable
    private func list(_ request: Request, context: WebContext) async throws -> Page {
        try await page(context.target.value("org"), nil, context)
    }

    /// - Parameter fault: what was refused, and what was typed.
    private func page(
        _ slug: String?, _ fault: (Fault, typed: FormData)?, _ context: WebContext
    ) async throws -> Page {
        let actor = try context.actor()
        let places = try await onboarding.workplaces(of: actor)
        guard let slug = slug ?? places.first?.slug.text else {
            throw Fault(.forbidden, "Only those see clouds who work for their organization.")
        }
        let place = try await onboarding.organization(slug, by: actor)
        let page = CloudsPage(
            org: slug, organization: place.organization.name.text, places: Workplace.options(places, chosen: slug),
            maySubmit: places.contains { $0.slug.text == slug },
            found: place.clouds.map { .init(slug: $0.slug.text, name: $0.name.text) },
            typed: fault.map { .init(name: $0.typed["name"], reason: $0.typed["reason"]) })
        return try pages.page(page, context, refused: fault?.0)
    }

    @Sendable
    private func ask(_ request: Request, context: WebContext) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let actor = try context.actor()
        do {
            let view = try await onboarding.requestCloud(
                organization: form["org"], name: form["name"], cloudSlug: nil, reason: form["reason"], by: actor)
            return .redirect(to: "/requests/\(view.id)?done=submitted")
        } catch let fault as Fault where fault.code == .invalid || fault.code == .conflict {
            return try await page(form["org"], (fault, form), context).response(from: request, context: context)
        }
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        let after = context.target.value("after")
        let access = try await onboarding.access(
            organization: context.parameters.get("organization") ?? "", cloud: context.parameters.get("cloud") ?? "",
            PageRequest(after: after, limit: Self.pageSize), by: try context.actor())
        let services = try await onboarding.services(
            of: "\(access.organization.slug)/\(access.cloud.slug)",
            PageRequest(after: context.target.value("services"), limit: Self.pageSize), by: try context.actor())
        let reader = RequestReader(pages: pages, language: context.language)
        let dates = ReaderDates(context.language, access.timeZone)
        let page = CloudPage(
            name: access.cloud.name.text, slug: access.cloud.slug.text, organization: access.organization.name.text,
            query: Workplace.query(access.organization.slug.text),
            path: "\(access.organization.slug)/\(access.cloud.slug)",
            services: services.items.map { .init(slug: $0.service.slug.text, name: $0.service.name.text) },
            nextServices: services.next.map { Workplace.query(nil, ["services": $0]) }, isFirst: after == nil,
            holders: access.holders.items.map { shown($0, reader, dates, context.language) },
            isEmpty: access.holders.items.isEmpty,
            next: access.holders.next.map { Workplace.query(nil, ["after": $0]) })
        return try pages.page(page, context)
    }

    private func shown(
        _ holder: CloudHolder, _ reader: RequestReader, _ dates: ReaderDates, _ language: Language
    ) -> CloudPage.Holder {
        let needsFactor = onboarding.catalogue.profile(holder.grant.profile)?.needsMFA == true
        let state = holder.person.state
        return CloudPage.Holder(
            id: holder.person.id.text, person: holder.person.name.text, email: holder.person.email.text,
            state: state == .active ? nil : pages.names.text("person", state.rawValue, in: language),
            profile: reader.profile(holder.grant.profile), since: dates.day(holder.grant.since),
            until: holder.grant.until.map { dates.day($0.adding(seconds: -1)) },
            hasEnded: holder.grant.hasEnded(at: onboarding.world.now()),
            next: holder.grant.later.first.map { reader.profile($0.profile) }, hasFactor: holder.hasFactor,
            lacksFactor: needsFactor && !holder.hasFactor)
    }
}

/// `/clouds`.
struct CloudsPage: PageValue {
    static let template = "clouds"

    struct Cloud { let slug, name: String }

    /// What was refused.
    struct Typed { let name, reason: String }

    let org, organization: String
    let places: [Workplace.Option]
    let maySubmit: Bool
    let found: [Cloud]
    let typed: Typed?
}

/// `/clouds/{organization}/{cloud}`.
struct CloudPage: PageValue {
    static let template = "cloud"

    struct Holder {
        let id, person, email: String
        /// Of an account that is not active.
        let state: String?
        let profile, since: String
        let until: String?
        let hasEnded: Bool
        /// What holds then.
        let next: String?
        let hasFactor, lacksFactor: Bool
    }

    struct Service { let slug, name: String }

    let name, slug, organization, query, path: String
    let services: [Service]
    let nextServices: String?
    let isFirst: Bool
    let holders: [Holder]
    let isEmpty: Bool
    let next: String?
}
