import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Onboarding
import Records
import Translation

/// `/clouds/…/services/…` and `/resources`: what the platform runs, by service and one by one.
struct ResourceRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        router.get("clouds/{organization}/{cloud}/services/{service}", use: list)
        router.get("resources/{id}", use: show)
    }

    private static let pageSize = 100
    private static let filters = ["names", "types", "environments", "statuses", "tags"]

    @Sendable
    private func list(_ request: Request, context: WebContext) async throws -> Page {
        let path = ["organization", "cloud", "service"].map { context.parameters.get($0) ?? "" }.joined(separator: "/")
        let actor = try context.actor()
        let home = try await onboarding.service(path, by: actor)
        var found = Records.Page<ResourceHome>(items: [], next: nil)
        var refused: Fault?
        do {
            found = try await onboarding.resources(
                filter(of: context, in: path),
                PageRequest(after: context.target.value("after"), limit: Self.pageSize), by: actor)
        } catch let fault as Fault where fault.code == .invalid { refused = fault }
        return try pages.page(page(home, found, isRefused: refused != nil, context), context, refused: refused)
    }

    /// Fields that were left empty say nothing.
    private func wish(_ name: String, _ context: WebContext) -> String {
        (context.target.value(name) ?? "").trimmingCharacters(in: .whitespaces)
    }

    private func filter(of context: WebContext, in path: String) -> ResourceFilter {
        func wish(_ name: String) -> String? {
            let text = self.wish(name, context)
            return text.isEmpty ? nil : text
        }
        var filter = ResourceFilter()
        filter.services = path
        (filter.names, filter.types) = (wish("names"), wish("types"))
        (filter.environments, filter.statuses) = (wish("environments"), wish("statuses"))
        // As the commands write tags, too.
        filter.tags = wish("tags")?.split(separator: ",", omittingEmptySubsequences: false).map { part in
            part.contains(":") ? String(part) : String(part.replacing("=", with: ":", maxReplacements: 1))
        }.joined(separator: ",")
        return filter
    }

    private func page(
        _ home: ServiceHome, _ found: Records.Page<ResourceHome>, isRefused: Bool, _ context: WebContext
    ) -> ServicePage {
        let wishes = Dictionary(
            uniqueKeysWithValues: Self.filters.map { ($0, wish($0, context)) })
        let set = wishes.filter { !$0.value.isEmpty }
        let after = context.target.value("after")
        return ServicePage(
            name: home.service.name.text, slug: home.service.slug.text, organization: home.organization.name.text,
            cloud: home.cloud.name.text, cloudPath: home.cloudPath,
            path: "\(home.cloudPath)/services/\(home.service.slug)",
            wish: ServicePage.Wish(
                names: wishes["names"] ?? "", types: wishes["types"] ?? "",
                environments: wishes["environments"] ?? "", tags: wishes["tags"] ?? ""),
            statuses: Resource.Status.allCases.map { status in
                ServicePage.Status(
                    value: status.rawValue, name: name(of: status, context.language),
                    isChosen: wishes["statuses"] == status.rawValue)
            },
            isFiltered: !set.isEmpty, isRefused: isRefused, isFirst: after == nil,
            resources: found.items.map { row($0.resource, context.language) }, isEmpty: found.items.isEmpty,
            query: Workplace.query(nil, set),
            next: found.next.map { Workplace.query(nil, set.merging(["after": $0]) { $1 }) })
    }

    private func row(_ resource: Resource, _ language: Language) -> ServicePage.Row {
        let properties = resource.properties
        return ServicePage.Row(
            id: resource.id.text, name: properties.name.text, type: properties.type.path,
            status: name(of: properties.status, language), isActive: properties.status == .active,
            environment: properties.environment.text, zone: properties.zone,
            tags: properties.tags.list.map { "\($0.key)=\($0.value)" })
    }

    private func name(of status: Resource.Status, _ language: Language) -> String {
        pages.names.text("resource", status.rawValue, in: language)
    }

    @Sendable
    private func show(_ request: Request, context: WebContext) async throws -> Page {
        let found = try await onboarding.resource(context.parameters.get("id") ?? "", by: try context.actor())
        let (resource, home) = (found.resource, found.home)
        let page = ResourcePage(
            id: resource.id.text, name: resource.properties.name.text, type: resource.properties.type.path,
            status: name(of: resource.properties.status, context.language),
            isActive: resource.properties.status == .active, environment: resource.properties.environment.text,
            zone: resource.properties.zone, organization: home.organization.name.text, cloud: home.cloud.name.text,
            cloudPath: home.cloudPath, service: home.service.name.text,
            servicePath: "\(home.cloudPath)/services/\(home.service.slug)",
            tags: resource.properties.tags.list.map { ResourcePage.Tag(key: $0.key, value: $0.value) })
        return try pages.page(page, context)
    }
}
