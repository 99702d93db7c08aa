import Basics
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Onboarding
import Records
import Translation

/// `/search`: people and requests by name, address or id, of what the visitor may see.
struct SearchRoutes: RouteGroup {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        router.get("search", use: search)
    }

    @Sendable
    private func search(_ request: Request, context: WebContext) async throws -> Page {
        let actor = try context.actor()
        let typed = FormData(context.target.query)["q"]
        var values: [String: Any] = ["q": typed]
        guard !typed.isEmpty else { return try pages.page("search", values, context) }
        do {
            let found = try await onboarding.search(typed, by: actor)
            let reader = RequestReader(pages: pages, language: context.language)
            values["people"] = found.people.map { person, organization -> [String: Any] in
                var line: [String: Any] = [
                    "id": person.id.text, "name": person.name.text, "email": person.email.text,
                    "state": pages.names.text("person", person.state.rawValue, in: context.language),
                    "isActive": person.state == .active,
                ]
                line["organization"] = organization?.name.text
                return line
            }
            values["requests"] = found.requests.map(reader.listed)
            values["hasPeople"] = !found.people.isEmpty
            values["hasRequests"] = !found.requests.isEmpty
            values["isNothing"] = found.people.isEmpty && found.requests.isEmpty
            values["isCut"] = found.isCut
            return try pages.page("search", values, context)
        } catch let refused as Fault where refused.code == .invalid {
            values["fault"] = refused
            return try pages.page("search", values, context, status: refused.code.status)
        }
    }
}
