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
        let page = PeoplePage(
            organization: place.organization.name.text, query: Workplace.query(slug),
            places: Workplace.options(places, chosen: slug), maySubmit: places.contains { $0.slug.text == slug },
            found: found.items.map { listed($0, context.language) }, isFirst: after == nil,
            next: found.next.map { Workplace.query(slug, ["after": $0]) })
        return try pages.page(page, context)
    }

    private func listed(_ profile: PersonProfile, _ language: Language) -> PeoplePage.Row {
        let grants = profile.grants.filter { !$0.hasEnded }.map { "\($0.cloud.label): \($0.grant.profile)" }
            .sorted().joined(separator: ", ").spaced(for: language)
        return PeoplePage.Row(
            person: facts(of: profile, language), hasFactor: profile.hasFactor, grants: grants.isEmpty ? nil : grants)
    }

    private func facts(of profile: PersonProfile, _ language: Language) -> ShownPerson {
        let person = profile.person
        let needsFactor = profile.grants.contains {
            !$0.hasEnded && onboarding.catalogue.profile($0.grant.profile)?.needsMFA == true
        }
        let duties = profile.duties.map { pages.names.text("duty", $0.duty.rawValue, in: language) }
        return ShownPerson(
            id: person.id.text, name: person.name.text, email: person.email.text,
            state: pages.names.text("person", person.state.rawValue, in: language),
            tone: ["active": "good", "invited": "warn", "suspended": "bad"][person.state.rawValue] ?? "quiet",
            lacksFactor: needsFactor && !profile.hasFactor,
            duties: duties.isEmpty ? nil : duties.joined(separator: ", "))
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        try await page(try id(context), nil, context, done: context.target.value("done").flatMap(PersonPage.Done.init))
    }

    /// - Parameter fault: what was refused, the form that it came from, and what was typed there.
    private func page(
        _ id: PersonID, _ fault: (Fault, form: PersonOffer, typed: FormData)?, _ context: WebContext,
        done: PersonPage.Done? = nil
    ) async throws -> Page {
        let sheet = try await onboarding.personSheet(id, by: try context.actor())
        let profile = sheet.profile
        let dates = ReaderDates(context.language, sheet.timeZone)
        let reader = RequestReader(pages: pages, language: context.language)
        let language = profile.person.language
        let grants = profile.grants.map { held in
            PersonPage.Grant(
                cloud: held.cloud.label, slug: held.cloud.slug.text, org: held.organization.slug.text,
                profile: reader.profile(held.grant.profile), since: dates.day(held.grant.since),
                until: held.grant.until.map { dates.day($0.adding(seconds: -1)) },
                next: held.grant.later.first.map { reader.profile($0.profile) }, hasEnded: held.hasEnded,
                request: held.grant.request.text)
        }
        let page = PersonPage(
            person: facts(of: profile, context.language), organization: profile.organization?.name.text,
            query: Workplace.query(profile.organization?.slug.text),
            languageName: language.name(in: context.language) ?? language.rawValue,
            since: dates.day(profile.person.createdAt), factorSince: sheet.factorSince.map(dates.day),
            isLocked: sheet.isLocked, grants: grants, open: sheet.open.map(reader.listed),
            representatives: sheet.representatives.map { .init(email: $0.email.text, name: $0.name.text) },
            may: sheet.offers, mayMore: !sheet.offers.subtracting([.change]).isEmpty,
            isClosed: profile.person.state == .closed, done: done, in: fault?.form, reason: fault?.typed["reason"],
            lastDay: fault?.typed["until"])
        return try pages.page(page, context, refused: fault?.0)
    }

    // MARK: What may be asked for

    @Sendable
    private func reset(_ request: Request, context: WebContext) async throws -> Response {
        try await act(.reset, request, context) { person, form, actor in
            try await onboarding.requestFactorReset(
                of: person.email, reason: form["reason"], stolen: form.isChecked("stolen"), by: actor)
        }
    }

    @Sendable
    private func unlock(_ request: Request, context: WebContext) async throws -> Response {
        try await act(.unlock, request, context) { person, form, actor in
            try await onboarding.requestFactorUnlock(of: person.email, reason: form["reason"], by: actor)
        }
    }

    @Sendable
    private func suspend(_ request: Request, context: WebContext) async throws -> Response {
        try await act(.suspend, request, context) { person, form, actor in
            try await onboarding.suspend(person.email, until: form["until"], reason: form["reason"], by: actor)
        }
    }

    @Sendable
    private func resume(_ request: Request, context: WebContext) async throws -> Response {
        try await act(.resume, request, context) { person, form, actor in
            try await onboarding.resume(person.email, reason: form["reason"], by: actor)
        }
    }

    @Sendable
    private func close(_ request: Request, context: WebContext) async throws -> Response {
        try await act(.close, request, context) { person, form, actor in
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
        try await act(.propose, request, context) { person, form, actor in
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
        _ offer: PersonOffer, _ request: Request, _ context: WebContext,
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
            return try await page(id, (fault, offer, form), context).response(from: request, context: context)
        }
    }

    private func id(_ context: WebContext) throws -> PersonID {
        let text = context.parameters.get("person") ?? ""
        guard let id = PersonID(text) else { throw Authority.missing("person", text) }
        return id
    }
}
