import Basics
import Directory
import Onboarding
import Records
import TestSupport
import Testing

/// Acme with a service, a stranger beside it, and what the platform is.
struct ResourceRoom {
    let world: TestInstallation
    let rita: Actor
    let stranger: Actor
    static let service = "acme/prod/shop"

    init() async throws {
        world = try await TestInstallation.withAcme()
        try await world.organization("globex")
        rita = try await world.actor("rita@acme.example")
        stranger = try await world.actor("rita@globex.example")
        _ = try await world.usher.addService("The shop", slug: "shop", to: "acme/prod", by: world.owner)
        _ = try await world.usher.addService("The shop", slug: "shop", to: "globex/prod", by: world.owner)
    }

    /// An application with this scope, for these organizations or all.
    func platform(_ scopes: [Scope] = [.resources], for organizations: [String] = []) async throws -> Actor {
        let number = try await world.store.read { try $0.applications(PageRequest()).items.count }
        let client = try await world.application("Platform \(number)", .service, scopes: scopes) {
            $0.organizations = organizations
        }
        let token = try await world.token(of: client)
        return try #require(try await world.usher.accessToken(token)).actor
    }

    func wish(
        _ name: String = "web-1", in service: String = service, zone: String? = nil, tags: JSON.Members? = nil
    ) -> ResourceWish {
        var wish = ResourceWish()
        (wish.service, wish.name) = (service, name)
        (wish.type, wish.environment) = ("compute/instance/linux", "production")
        (wish.zone, wish.tags) = (zone, tags)
        return wish
    }

    func list(_ actor: Actor, _ change: (inout ResourceFilter) -> Void = { _ in }) async throws -> [String] {
        var filter = ResourceFilter()
        change(&filter)
        return try await world.usher.resources(filter, PageRequest(), by: actor).items.map(\.resource.id.text)
    }

    /// Actions about resources and services, with their actors, oldest first.
    func trail() async throws -> [AuditEntry] {
        try await world.trail().filter { $0.action.hasPrefix("resource.") || $0.action.hasPrefix("service.") }
    }
}
