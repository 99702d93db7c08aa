import Basics
import Directory
import Onboarding

/// `/organizations`: customers, their clouds, and who represents them.
extension APIOperation {
    static let organizations = [
        listOrganizations, addOrganization, showOrganization, setOrganization, listClouds, addCloud, listGrants,
        requestCloud, proposeRepresentative,
    ]

    public static var listOrganizations: APIOperation {
        .list("/organizations") { call in
            .list(try await call.onboarding.organizations(call.query.page(), by: call.actor), \.json)
        }
    }

    public static var addOrganization: APIOperation {
        APIOperation(.post, "/organizations") {
            (
                name: $0.text("name"), representative: $0.text("representative"),
                locale: $0.optionalText("locale") ?? "en", slug: $0.optionalText("slug"),
                representativeName: $0.optionalText("representativeName"), manager: $0.optionalText("manager"),
                kind: $0.optionalChoice("kind", Organization.Kind.self) ?? .client,
                locality: Locality(calendar: $0.optionalText("calendar"), timeZone: $0.optionalText("timeZone"))
            )
        } run: { call, wish in
            let organization = try await call.onboarding.addOrganization(
                name: wish.name, slug: wish.slug, representative: wish.representative,
                representativeName: wish.representativeName, manager: wish.manager, language: wish.locale,
                kind: wish.kind, locality: wish.locality, by: call.actor)
            return .created(organization.json, at: "/organizations/\(organization.slug)")
        }
    }

    public static var showOrganization: APIOperation {
        APIOperation(.get, "/organizations/{slug}") { call in
            try .tagged(try await call.onboarding.organizationDocument(call["slug"], by: call.actor))
        }
    }

    /// What is left out stays; an empty text is the installation's.
    public static var setOrganization: APIOperation {
        APIOperation(.patch, "/organizations/{slug}") {
            (
                calendar: $0.optionalText("calendar"), timeZone: $0.optionalText("timeZone"),
                kind: $0.optionalChoice("kind", Organization.Kind.self)
            )
        } run: { call, wish in
            let (slug, actor) = (call["slug"], try call.actor)
            if call.isBound {
                try call.requireSight(of: try await call.onboarding.organizationDocument(slug, by: actor))
            }
            _ = try await call.onboarding.setOrganization(
                slug, calendar: wish.calendar, timeZone: wish.timeZone, kind: wish.kind, by: actor)
            return try .tagged(try await call.onboarding.organizationDocument(slug, by: actor))
        }
    }

    public static var proposeRepresentative: APIOperation {
        APIOperation(.post, "/organizations/{slug}/representative-changes") {
            (
                email: $0.text("email"), name: $0.optionalText("name"), locale: $0.optionalText("locale") ?? "en",
                replaces: $0.optionalText("replaces"), reason: $0.text("reason")
            )
        } run: { call, wish in
            .began(
                try await call.onboarding.proposeRepresentative(
                    RepresentativeProposal(
                        organization: call["slug"], email: wish.email, name: wish.name, language: wish.locale,
                        replaces: wish.replaces, reason: wish.reason), by: call.actor))
        }
    }

    // MARK: Clouds

    public static var listClouds: APIOperation {
        APIOperation(.get, "/organizations/{slug}/clouds") { call in
            .list(try await call.onboarding.organization(call["slug"], by: call.actor).clouds.map(\.json))
        }
    }

    /// Who has what in a cloud, and whose authenticator is missing.
    public static var listGrants: APIOperation {
        .list("/organizations/{slug}/clouds/{cloud}/grants") { call in
            let found = try await call.onboarding.access(
                organization: call["slug"], cloud: call["cloud"], call.query.page(), by: call.actor)
            return .list(found.holders, \.json)
        }
    }

    public static var addCloud: APIOperation {
        APIOperation(.post, "/organizations/{slug}/clouds") {
            (name: $0.text("name"), slug: $0.optionalText("slug"))
        } run: { call, wish in
            let cloud = try await call.onboarding.addCloud(
                organization: call["slug"], name: wish.name, cloudSlug: wish.slug, by: call.actor)
            return .document(cloud.json, status: 201)
        }
    }

    public static var requestCloud: APIOperation {
        APIOperation(.post, "/organizations/{slug}/cloud-requests") {
            (name: $0.text("name"), slug: $0.optionalText("slug"), reason: $0.text("reason"))
        } run: { call, wish in
            .began(
                try await call.onboarding.requestCloud(
                    organization: call["slug"], name: wish.name, cloudSlug: wish.slug, reason: wish.reason,
                    by: call.actor))
        }
    }
}
