import Basics
import Directory
import HTTPTypes
import Hummingbird
import Onboarding

/// `/organizations`, `/catalogue` and `/decisions`: what there is, and who may do what there.
struct PlacesAPI {
    let onboarding: Onboarding

    func add(to group: APIGroup) {
        group.list("/organizations", use: list)
        group.post("/organizations", use: add)
        group.get("/organizations/{slug}", use: show)
        group.get("/organizations/{slug}/clouds", use: clouds)
        group.post("/organizations/{slug}/clouds", use: addCloud)
        group.post("/organizations/{slug}/cloud-requests", use: requestCloud)
        group.get("/catalogue/{part}", use: catalogue)
        group.get("/decisions", query: ["person", "action", "cloud", "mfaAge"], use: decide)
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
            let slug, representativeName, manager: String?
        }
        let actor = try call.actor
        let wish = try await call.body {
            Wish(
                name: $0.text("name"), representative: $0.text("representative"),
                locale: $0.optionalText("locale") ?? "en", slug: $0.optionalText("slug"),
                representativeName: $0.optionalText("representativeName"), manager: $0.optionalText("manager"))
        }
        let organization = try await onboarding.addOrganization(
            name: wish.name, slug: wish.slug, representative: wish.representative,
            representativeName: wish.representativeName, manager: wish.manager, language: wish.locale, by: actor)
        return try call.created(organization.json, at: "/organizations/\(organization.slug)")
    }

    @Sendable
    private func show(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let found = try await onboarding.organization(try call.path("slug"), by: actor)
        return try call.answer(
            found.organization.json(
                clouds: found.clouds, representatives: found.representatives, managers: found.managers))
    }

    @Sendable
    private func clouds(_ call: APICall) async throws -> Response {
        let actor = try call.actor
        let found = try await onboarding.organization(try call.path("slug"), by: actor)
        return try call.page(found.clouds.map(\.json), next: nil)
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
        let text = try call.query.required("person")
        let (action, cloud) = (try call.query.required("action"), try call.query.required("cloud"))
        guard let person = try? EmailAddress(text) else {
            throw Fault.invalid("person", "invalid_email", "This is not an e-mail address.")
        }
        let decision = try await onboarding.decide(
            action, by: person, in: cloud, mfaAgeSeconds: try call.query.number("mfaAge"), askedBy: actor)
        return try call.answer(decision.json)
    }
}
