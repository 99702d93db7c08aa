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
        var values: [String: Any] = [
            "org": slug, "organization": place.organization.name.text,
            "places": Workplace.options(places, chosen: slug), "hasPlaces": places.count > 1,
            "maySubmit": places.contains { $0.slug.text == slug },
            "found": place.clouds.map { ["slug": $0.slug.text, "name": $0.name.text] },
        ]
        if let (refused, typed) = fault {
            values["fault"] = refused
            values["typed-name"] = typed["name"]
            values["typed-reason"] = typed["reason"]
        }
        return try pages.page("clouds", values, context, status: fault?.0.code.status ?? .ok)
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
        let reader = RequestReader(pages: pages, language: context.language)
        let dates = ReaderDates(context.language, access.timeZone)
        var values: [String: Any] = [
            "name": access.cloud.name.text, "slug": access.cloud.slug.text,
            "organization": access.organization.name.text, "query": Workplace.query(access.organization.slug.text),
            "path": "\(access.organization.slug)/\(access.cloud.slug)", "isFirst": after == nil,
            "holders": access.holders.items.map { shown($0, reader, dates, context.language) },
            "isEmpty": access.holders.items.isEmpty,
        ]
        values["next"] = access.holders.next.map { Workplace.query(nil, ["after": $0]) }
        return try pages.page("cloud", values, context)
    }

    private func shown(
        _ holder: CloudHolder, _ reader: RequestReader, _ dates: ReaderDates, _ language: Language
    ) -> [String: Any] {
        let needsFactor = onboarding.catalogue.profile(holder.grant.profile)?.needsMFA == true
        let state = holder.person.state
        var values: [String: Any] = [
            "id": holder.person.id.text, "person": holder.person.name.text, "email": holder.person.email.text,
            "profile": reader.profile(holder.grant.profile), "since": dates.day(holder.grant.since),
            "hasFactor": holder.hasFactor, "lacksFactor": needsFactor && !holder.hasFactor,
        ]
        values["until"] = holder.grant.until.map { dates.day($0.adding(seconds: -1)) }
        if state != .active { values["state"] = pages.names.text("person", state.rawValue, in: language) }
        return values
    }
}
