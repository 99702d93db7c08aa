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
        var page = SearchPage(q: typed)
        guard !typed.isEmpty else { return try pages.page(page, context) }
        do {
            let found = try await onboarding.search(typed, by: actor)
            let reader = RequestReader(pages: pages, language: context.language)
            page.people = found.people.map { person, organization in
                SearchPage.Person(
                    id: person.id.text, name: person.name.text, email: person.email.text,
                    state: pages.names.text("person", person.state.rawValue, in: context.language),
                    organization: organization?.name.text, isActive: person.state == .active)
            }
            page.requests = found.requests.map(reader.listed)
            page.isNothing = found.people.isEmpty && found.requests.isEmpty
            page.isCut = found.isCut
            return try pages.page(page, context)
        } catch let refused as Fault where refused.code == .invalid {
            return try pages.page(page, context, refused: refused)
        }
    }
}

struct SearchPage: PageValue {
    static let template = "search"

    struct Person {
        let id, name, email, state: String
        let organization: String?
        let isActive: Bool
    }

    /// As it was typed.
    let q: String
    var people: [Person] = []
    var requests: [RequestLine] = []
    var isNothing = false
    /// There are more.
    var isCut = false
}
