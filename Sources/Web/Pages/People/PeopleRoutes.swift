import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding
import Records
import Translation

/// `/people`: whom an organization has, what each may do, and what may be asked for about them.
struct PeopleRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        let group = router.group("people")
        group.get("", use: list)
        group.get("{person}", use: show)
        group.post("{person}/reset", use: reset)
        group.post("{person}/unlock", use: unlock)
        group.post("{person}/suspend", use: suspend)
        group.post("{person}/resume", use: resume)
        group.post("{person}/close", use: close)
        group.post("{person}/propose", use: propose)
        group.post("{person}/sessions", use: endSessions)
    }

    private static let pageSize = 100

    @Sendable
    private func list(_ request: Request, context: WebContext) async throws -> Page {
        let actor = try context.actor()
        let after = context.target.value("after")
        let places = try await onboarding.workplaces(of: actor)
        guard let slug = context.target.value("org") ?? places.first?.slug.text else {
            throw Fault(.forbidden, "Only those see people who work for their organization.")
        }
        let place = try await onboarding.organization(slug, by: actor)
        let found = try await onboarding.profiles(
            organization: slug, PageRequest(after: after, limit: Self.pageSize), by: actor)
        var values: [String: Any] = [
            "organization": place.organization.name.text, "query": Workplace.query(slug),
            "places": Workplace.options(places, chosen: slug), "hasPlaces": places.count > 1,
            "maySubmit": places.contains { $0.slug.text == slug },
            "found": found.items.map { listed($0, context.language) }, "isFirst": after == nil,
        ]
        values["next"] = found.next.map { Workplace.query(slug, ["after": $0]) }
        return try pages.page("people", values, context)
    }

    private func listed(_ profile: PersonProfile, _ language: Language) -> [String: Any] {
        var values = facts(of: profile, language)
        let grants = profile.grants.filter { !$0.hasEnded }.map { "\($0.cloud.label): \($0.grant.profile)" }
            .sorted()
        if !grants.isEmpty { values["grants"] = grants.joined(separator: ", ").spaced(for: language) }
        return values
    }

    /// What a list and a page show alike.
    private func facts(of profile: PersonProfile, _ language: Language) -> [String: Any] {
        let person = profile.person
        let needsFactor = profile.grants.contains {
            !$0.hasEnded && onboarding.catalogue.profile($0.grant.profile)?.needsMFA == true
        }
        var values: [String: Any] = [
            "id": person.id.text, "name": person.name.text, "email": person.email.text,
            "state": pages.names.text("person", person.state.rawValue, in: language),
            "tone": ["active": "good", "invited": "warn", "suspended": "bad"][person.state.rawValue] ?? "quiet",
            "hasFactor": profile.hasFactor, "lacksFactor": needsFactor && !profile.hasFactor,
        ]
        let duties = profile.duties.map { pages.names.text("duty", $0.duty.rawValue, in: language) }
        if !duties.isEmpty { values["duties"] = duties.joined(separator: ", ") }
        return values
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        try await page(try id(context), nil, context, done: context.target.value("done"))
    }

    /// - Parameter fault: what was refused, the form that it came from, and what was typed there.
    private func page(
        _ id: PersonID, _ fault: (Fault, form: String, typed: FormData)?, _ context: WebContext, done: String? = nil
    ) async throws -> Page {
        let sheet = try await onboarding.personSheet(id, by: try context.actor())
        let profile = sheet.profile
        let dates = ReaderDates(context.language, sheet.timeZone)
        let reader = RequestReader(pages: pages, language: context.language)
        var values = facts(of: profile, context.language)
        values["organization"] = profile.organization?.name.text
        values["query"] = Workplace.query(profile.organization?.slug.text)
        let language = profile.person.language
        values["languageName"] = language.name(in: context.language) ?? language.rawValue
        values["since"] = dates.day(profile.person.createdAt)
        values["factorSince"] = sheet.factorSince.map(dates.day)
        values["isLocked"] = sheet.isLocked
        values["grants"] = profile.grants.map { held -> [String: Any] in
            var shown: [String: Any] = [
                "cloud": held.cloud.label, "slug": held.cloud.slug.text, "org": held.organization.slug.text,
                "profile": reader.profile(held.grant.profile), "since": dates.day(held.grant.since),
                "hasEnded": held.hasEnded, "request": held.grant.request.text,
            ]
            shown["until"] = held.grant.until.map { dates.day($0.adding(seconds: -1)) }
            return shown
        }
        values["hasGrants"] = !profile.grants.isEmpty
        values["open"] = sheet.open.map(reader.listed)
        values["hasOpen"] = !sheet.open.isEmpty
        values["representatives"] = sheet.representatives.map { ["email": $0.email.text, "name": $0.name.text] }
        for offer in PersonOffer.allCases { values["may-\(offer.rawValue)"] = sheet.offers.contains(offer) }
        values["mayMore"] = !sheet.offers.subtracting([.change]).isEmpty
        values["isClosed"] = profile.person.state == .closed
        values["done-sessions"] = done == "sessions"
        if let (refused, form, typed) = fault {
            values["fault"] = refused
            values["in-\(form)"] = true
            values["reason"] = typed["reason"]
            values["until-typed"] = typed["until"]
        }
        return try pages.page("person", values, context, status: fault?.0.code.status ?? .ok)
    }

    // MARK: What may be asked for

    @Sendable
    private func reset(_ request: Request, context: WebContext) async throws -> Response {
        try await act("reset", request, context) { person, form, actor in
            try await onboarding.requestFactorReset(
                of: person.email, reason: form["reason"], stolen: form.isChecked("stolen"), by: actor)
        }
    }

    @Sendable
    private func unlock(_ request: Request, context: WebContext) async throws -> Response {
        try await act("unlock", request, context) { person, form, actor in
            try await onboarding.requestFactorUnlock(of: person.email, reason: form["reason"], by: actor)
        }
    }

    @Sendable
    private func suspend(_ request: Request, context: WebContext) async throws -> Response {
        try await act("suspend", request, context) { person, form, actor in
            try await onboarding.suspend(person.email, until: form["until"], reason: form["reason"], by: actor)
        }
    }

    @Sendable
    private func resume(_ request: Request, context: WebContext) async throws -> Response {
        try await act("resume", request, context) { person, form, actor in
            try await onboarding.resume(person.email, reason: form["reason"], by: actor)
        }
    }

    @Sendable
    private func close(_ request: Request, context: WebContext) async throws -> Response {
        try await act("close", request, context) { person, form, actor in
            try await onboarding.close(person.email, reason: form["reason"], by: actor)
        }
    }

    @Sendable
    private func endSessions(_ request: Request, context: WebContext) async throws -> Response {
        _ = try await FormGuard.form(request, context)
        let (id, actor) = (try id(context), try context.actor())
        let person = try await onboarding.person(id, by: actor).person
        try await onboarding.endSessions(of: person.email, by: actor)
        return .redirect(to: "/people/\(id)?done=sessions")
    }

    @Sendable
    private func propose(_ request: Request, context: WebContext) async throws -> Response {
        try await act("propose", request, context) { person, form, actor in
            let organization = try await onboarding.person(person.id, by: actor).organization
            return try await onboarding.proposeRepresentative(
                RepresentativeProposal(
                    organization: organization?.slug.text ?? "", email: person.email.text, name: person.name.text,
                    language: person.language.rawValue,
                    replaces: form["replaces"].isEmpty ? nil : form["replaces"], reason: form["reason"]), by: actor)
        }
    }

    /// Each is a request of its own, on whose page it goes on;
    /// what is refused is told beside the form.
    private func act(
        _ name: String, _ request: Request, _ context: WebContext,
        _ body: (Person, FormData, Actor) async throws -> RequestView
    ) async throws -> Response {
        let form = try await FormGuard.form(request, context)
        let id = try id(context)
        let actor = try context.actor()
        let person = try await onboarding.person(id, by: actor).person
        do {
            let view = try await body(person, form, actor)
            return .redirect(to: "/requests/\(view.id)?done=asked")
        } catch let fault as Fault where fault.code == .invalid || fault.code == .conflict {
            return try await page(id, (fault, name, form), context).response(from: request, context: context)
        }
    }

    private func id(_ context: WebContext) throws -> PersonID {
        let text = context.parameters.get("person") ?? ""
        guard let id = PersonID(text) else { throw Authority.missing("person", text) }
        return id
    }
}
