import Basics
import Hummingbird
import Onboarding

/// `/`: whoever is signed in, and where to go from here.
struct HomeRoutes {
    let onboarding: Onboarding
    let pages: Pages

    func add(to router: Router<WebContext>) {
        router.get("", use: home)
    }

    @Sendable
    private func home(_ request: Request, context: WebContext) async throws -> Page {
        let actor = try context.actor()
        let waiting = try await onboarding.inbox(PageRequest(limit: 20), by: actor)
        return try pages.page(
            "home", ["waiting": waiting.items.map(\.listed), "hasWaiting": !waiting.items.isEmpty], context)
    }
}

extension RequestView {
    /// A request in a list; `shown` is what an approval is bound to.
    var listed: [String: Any] {
        [
            "id": id, "workflow": workflow, "state": state, "person": person?.name ?? cloud ?? "",
            "email": person?.email ?? "",
            "organization": organization ?? "", "overdue": overdue, "dueAt": dueAt ?? "",
        ]
    }
}
