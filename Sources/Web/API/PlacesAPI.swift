import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding
import Records

/// `/organizations`, `/catalogue` and `/decisions`: what there is, and who may do what there.
struct PlacesAPI {
    let onboarding: Onboarding

    func add(to group: APIGroup) {
        group.list("/organizations", use: list)
        group.post("/organizations", use: add)
        group.get("/organizations/{slug}", use: show)
        group.on(.patch, "/organizations/{slug}", use: set)
        group.get("/organizations/{slug}/clouds", use: clouds)
        group.post("/organizations/{slug}/clouds", use: addCloud)
        group.list("/organizations/{slug}/clouds/{cloud}/grants", use: grants)
        group.post("/organizations/{slug}/cloud-requests", use: requestCloud)
        group.post("/organizations/{slug}/representative-changes", use: proposeRepresentative)
        group.get("/catalogue", use: wholeCatalogue)
        group.get("/catalogue/{part}", use: catalogue)
        group.get("/decisions", query: ["person", "client", "action", "cloud", "mfaAge"], use: decide)
    }

    @Sendable
    private func list(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let found = try await onboarding.organizations(try call.query.page(), by: actor)
        return try call.page(found.items.map(\.json), next: found.next)
    }

    @Sendable
    private func add(_ call: APICall) async throws -> Response {
        struct Wish: Sendable {
            let name, representative, locale: String
            let slug, representativeName, manager, calendar, timeZone: String?
        }
        let actor = try call.actor
        let wish = try await call.body {
            Wish(
                name: $0.text("name"), representative: $0.text("representative"),
                locale: $0.optionalText("locale") ?? "en", slug: $0.optionalText("slug"),
                representativeName: $0.optionalText("representativeName"), manager: $0.optionalText("manager"),
                calendar: $0.optionalText("calendar"), timeZone: $0.optionalText("timeZone"))
        }
        let organization = try await onboarding.addOrganization(
            name: wish.name, slug: wish.slug, representative: wish.representative,
            representativeName: wish.representativeName, manager: wish.manager, language: wish.locale,
            locality: Locality(calendar: wish.calendar, timeZone: wish.timeZone), by: actor)
        return try call.created(organization.json, at: "/organizations/\(organization.slug)")
    }

    @Sendable
    private func show(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        return try call.tagged(try await onboarding.organizationDocument(try call.path("slug"), by: actor))
    }

    /// What is left out stays; an empty text is the installation's.
    @Sendable
    private func set(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let slug = try call.path("slug")
        let (calendar, timeZone) = try await call.body { ($0.optionalText("calendar"), $0.optionalText("timeZone")) }
        if call.isBound { try call.requireMatch(try await onboarding.organizationDocument(slug, by: actor)) }
        _ = try await onboarding.setOrganization(slug, calendar: calendar, timeZone: timeZone, by: actor)
        return try call.tagged(try await onboarding.organizationDocument(slug, by: actor))
    }

    @Sendable
    private func proposeRepresentative(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let organization = try call.path("slug")
        let proposal = try await call.body {
            RepresentativeProposal(
                organization: organization, email: $0.text("email"), name: $0.optionalText("name"),
                language: $0.optionalText("locale") ?? "en", replaces: $0.optionalText("replaces"),
                reason: $0.text("reason"))
        }
        let view = try await onboarding.proposeRepresentative(proposal, by: actor)
        return try call.created(view.json, at: "/requests/\(view.id)")
    }

    @Sendable
    private func wholeCatalogue(_ call: APICall) async throws -> Response {
        _ = try call.actor
        return try call.answer(onboarding.catalogue.json)
    }

    @Sendable
    private func clouds(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let found = try await onboarding.organization(try call.path("slug"), by: actor)
        return try call.page(found.clouds.map(\.json), next: nil)
    }

    /// Who has what in a cloud, and whose authenticator is missing.
    @Sendable
    private func grants(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let found = try await onboarding.access(
            organization: try call.path("slug"), cloud: try call.path("cloud"), try call.query.page(), by: actor
        ).holders
        return try call.page(found.items.map(\.json), next: found.next)
    }

    @Sendable
    private func addCloud(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let organization = try call.path("slug")
        let (name, slug) = try await call.body { ($0.text("name"), $0.optionalText("slug")) }
        let cloud = try await onboarding.addCloud(
            organization: organization, name: name, cloudSlug: slug, by: actor)
        return try call.answer(cloud.json, status: .created)
    }

    @Sendable
    private func requestCloud(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let organization = try call.path("slug")
        let (name, slug, reason) = try await call.body {
            ($0.text("name"), $0.optionalText("slug"), $0.text("reason"))
        }
        let view = try await onboarding.requestCloud(
            organization: organization, name: name, cloudSlug: slug, reason: reason, by: actor)
        return try call.created(view.json, at: "/requests/\(view.id)")
    }

    @Sendable
    private func catalogue(_ call: APICall) async throws -> Response {
        _ = try call.actor
        let name = try call.path("part")
        guard let part = Catalogue.Part(rawValue: name) else { throw Authority.missing("part of the catalogue", name) }
        return try call.answer(onboarding.catalogue.json(part))
    }

    @Sendable
    private func decide(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let (action, cloud) = (try call.query.required("action"), try call.query.required("cloud"))
        if let client = call.query["client"] {
            guard call.query["person"] == nil, call.query["mfaAge"] == nil else {
                throw Fault.invalid("client", "unexpected", "Ask about a person or about a client, not about both.")
            }
            guard let program = APIAccountID(client) else { throw Authority.missing("API account", client) }
            let decision = try await onboarding.decide(action, byProgram: program, in: cloud, askedBy: actor)
            return try call.answer(decision.json)
        }
        let text = try call.query.required("person")
        guard let person = try? EmailAddress(text) else {
            throw Fault.invalid("person", "invalid_email", "This is not an e-mail address.")
        }
        let decision = try await onboarding.decide(
            action, by: person, in: cloud, mfaAgeSeconds: try call.query.number("mfaAge"), askedBy: actor)
        return try call.answer(decision.json)
    }
}
